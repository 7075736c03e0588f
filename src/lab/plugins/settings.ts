import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { DEFAULT_SETTINGS, readSettings, type ICrossComputeSettings } from '../settings';
import { ISettingsSource } from '../tokens';
import { loadTranslation } from '../translation';

/** The settings; its id is that of the schema. */
export const settings: JupyterFrontEndPlugin<ISettingsSource> = {
  id: 'jupyterlab-crosscompute:plugin',
  description:
    'Provides the settings of CrossCompute; toolbar, menus and shortcuts are in its schema.',
  autoStart: true,
  optional: [ISettingRegistry, ITranslator],
  provides: ISettingsSource,
  activate: (
    _: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): ISettingsSource => {
    const trans = loadTranslation(translator);
    const source = new SettingsSource();
    registry
      ?.load(settings.id)
      .then(loaded => {
        source.set(readSettings(loaded));
        loaded.changed.connect(() => source.set(readSettings(loaded)));
      })
      .catch((error: unknown) => {
        // The defaults do.
        Notification.warning(
          trans.__('The settings of CrossCompute could not be loaded: %1', String(error))
        );
      });
    return source;
  }
};

class SettingsSource implements ISettingsSource {
  get current(): ICrossComputeSettings {
    return this._current;
  }

  readonly changed: Signal<ISettingsSource, ICrossComputeSettings> = new Signal(this);

  set(settings: ICrossComputeSettings): void {
    this._current = settings;
    this.changed.emit(settings);
  }

  private _current = DEFAULT_SETTINGS;
}
