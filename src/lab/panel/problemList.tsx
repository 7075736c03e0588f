import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IPosition, IProblem } from '../../core/problem';

/** Opens a file at a place in the editor. */
export type OpenPosition = (position: IPosition) => void;

interface IProblemListProps {
  problems: readonly IProblem[];
  open: OpenPosition;
  trans: TranslationBundle;
}

/**
 * Problems of a configuration; each leads to its line and column.
 */
export function ProblemList({ problems, open, trans }: IProblemListProps): JSX.Element {
  return (
    <ul className="jp-ProblemList">
      {problems.map((problem, index) => (
        <li key={index} className="jp-ProblemList-item" data-severity={problem.severity}>
          <div>
            <span className="jp-ProblemList-severity">{severityWord(problem, trans)}</span>{' '}
            {problem.message}
            {problem.hint && <span className="jp-ProblemList-hint"> {problem.hint}</span>}
          </div>
          <Button
            minimal
            small
            className="jp-ProblemList-place"
            title={trans.__('Open this place in the editor')}
            onClick={() => open(problem)}
          >
            {`${problem.file}:${problem.line}:${problem.column}`}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function severityWord({ severity }: IProblem, trans: TranslationBundle): string {
  switch (severity) {
    case 'error':
      return trans.__('✖ Error:');
    case 'warning':
      return trans.__('⚠ Warning:');
    case 'info':
      return trans.__('ℹ Remark:');
  }
}
