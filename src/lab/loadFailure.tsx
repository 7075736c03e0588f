import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

/** Why a list could not be read, with a button that tries again; nothing where it could. */
export function LoadFailure({
  error,
  onRetry,
  trans
}: {
  /** A sentence for a person; '' for none. */
  error: string;
  onRetry: () => void;
  trans: TranslationBundle;
}): JSX.Element | null {
  return error ? (
    <p role="alert">
      {error}{' '}
      <Button minimal small onClick={onRetry}>
        {trans.__('Retry')}
      </Button>
    </p>
  ) : null;
}
