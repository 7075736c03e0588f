import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/** What can be done with a form. */
export interface IFormActions {
  reset(): void;
  saveAsBatch(): void;
}

/**
 * The bar above the form: whether it was changed, Reset, Save as batch.
 */
export class FormBar extends ReactWidget {
  constructor(
    private readonly _actions: IFormActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-FormBar');
  }

  /** True when a value differs from the batch. */
  get isChanged(): boolean {
    return this._isChanged;
  }

  set isChanged(isChanged: boolean) {
    if (isChanged !== this._isChanged) {
      this._isChanged = isChanged;
      this.update();
    }
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    return (
      <>
        <Button
          className="jp-mod-styled"
          disabled={!this._isChanged}
          title={trans.__('Go back to the values of the batch')}
          onClick={() => this._actions.reset()}
        >
          {trans.__('Reset')}
        </Button>
        <Button
          className="jp-mod-styled"
          title={trans.__('Keep these values as a new batch')}
          onClick={() => this._actions.saveAsBatch()}
        >
          {trans.__('Save as batch')}
        </Button>
        <span className="jp-FormBar-state" aria-live="polite">
          {this._isChanged ? trans.__('✎ changed') : ''}
        </span>
      </>
    );
  }

  private _isChanged = false;
}
