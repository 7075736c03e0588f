import { ReactWidget, ToolbarButtonComponent } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { toolIcon } from './icons';
import type { ISettingsSource } from './tokens';

/**
 * The button in a notebook's toolbar, with the label of the settings.
 */
export class NotebookButton extends ReactWidget {
  constructor(
    private readonly _settings: ISettingsSource,
    private readonly _open: () => void,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-ToolbarButton');
    _settings.changed.connect(this._onSettings, this);
  }

  protected override render(): JSX.Element {
    return (
      <ToolbarButtonComponent
        icon={toolIcon}
        label={this._settings.current.buttonLabel}
        tooltip={this._trans.__('Open as a tool (CrossCompute)')}
        onClick={this._open}
        noFocusOnClick
      />
    );
  }

  private _onSettings(): void {
    this.update();
  }
}
