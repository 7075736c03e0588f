import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, VDomRenderer } from '@jupyterlab/ui-components';
import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';
import { describeError } from '../errorWords';
import { EXAMPLE_CELL, exampleConfiguration } from './exampleConfiguration';
import { ProblemList, type OpenPosition } from './problemList';
import type { ToolModel } from './toolModel';

/**
 * What a panel says while it cannot show a tool: that it looks for one, what to write when there is
 * none, which problems keep it closed, or that the server did not answer.
 */
export class PhaseView extends VDomRenderer<ToolModel> {
  constructor(
    model: ToolModel,
    private readonly _open: OpenPosition,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-PhaseView');
  }

  protected override render(): JSX.Element | null {
    const trans = this._trans;
    switch (this.model.phase) {
      case 'loading':
        return <p role="status">{trans.__('Looking for the configuration…')}</p>;
      case 'empty':
        return this._renderEmpty();
      case 'invalid':
        return this._renderInvalid();
      case 'failed':
        return (
          <div role="alert">
            <h2>{trans.__('The tool could not be opened')}</h2>
            <p>{describeError(this.model.failure, trans)}</p>
            {this._renderRetry()}
          </div>
        );
      case 'ready':
        return null;
    }
  }

  private _renderEmpty(): JSX.Element {
    const trans = this._trans;
    const { path } = this.model.state;
    return (
      <>
        <h2>{trans.__('No configuration found')}</h2>
        <p>
          {trans.__(
            'There is no automate.yaml for “%1” in its folder or above it. To make it a tool, save this beside it as automate.yaml:',
            path || '/'
          )}
        </p>
        <Example
          label={trans.__('Example of automate.yaml')}
          text={exampleConfiguration(path)}
          trans={trans}
        />
        <p>
          {trans.__('A Python notebook then reads its inputs and writes its outputs like this:')}
        </p>
        <Example label={trans.__('Example of a cell')} text={EXAMPLE_CELL} trans={trans} />
        <p>{trans.__('This panel opens the form as soon as the file is saved.')}</p>
        {this._renderRetry()}
      </>
    );
  }

  private _renderInvalid(): JSX.Element {
    const trans = this._trans;
    const problems = this.model.automation?.problems ?? [];
    return (
      <div role="alert">
        <h2>
          {trans._n(
            '%1 problem keeps this tool closed',
            '%1 problems keep this tool closed',
            problems.filter(({ blocks }) => blocks === 'all').length
          )}
        </h2>
        <ProblemList problems={problems} open={this._open} trans={trans} />
        <p>{trans.__('The panel opens by itself as soon as they are mended.')}</p>
      </div>
    );
  }

  private _renderRetry(): JSX.Element {
    return (
      <Button className="jp-mod-styled" onClick={() => void this.model.load()}>
        {this._trans.__('Retry')}
      </Button>
    );
  }
}

interface IExampleProps {
  label: string;
  text: string;
  trans: TranslationBundle;
}

function Example({ label, text, trans }: IExampleProps): JSX.Element {
  return (
    <div className="jp-PhaseView-example">
      {/* A region that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <Button
        className="jp-mod-styled"
        aria-label={trans.__('Copy: %1', label)}
        onClick={() => Clipboard.copyToSystem(text)}
      >
        {trans.__('Copy')}
      </Button>
    </div>
  );
}
