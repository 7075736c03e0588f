import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** Where a new panel goes, seen from the widget in use. */
export type Placement = 'split-right' | 'tab-after';

/** The settings of the extension, each with a value. */
export interface ICrossComputeSettings {
  /** Text on the button in the notebook's toolbar; '' shows the icon alone. */
  buttonLabel: string;
  placement: Placement;
  /** Tell of the end of runs that nobody is looking at. */
  isNotifying: boolean;
  /** Save open notebooks of a tool before they run. */
  isSavingBeforeRun: boolean;
}

/** What counts without settings, the same as in `schema/plugin.json`. */
export const DEFAULT_SETTINGS: ICrossComputeSettings = {
  buttonLabel: 'CrossCompute',
  placement: 'split-right',
  isNotifying: true,
  isSavingBeforeRun: true
};

/**
 * Read the settings; what is missing or of a wrong type has its default.
 *
 * @param settings - null where there is no setting registry
 */
export function readSettings(settings: ISettingRegistry.ISettings | null): ICrossComputeSettings {
  const composite: Record<string, unknown> = settings?.composite ?? {};
  const { buttonLabel, placement, notifications, saveBeforeRun } = composite;
  return {
    buttonLabel: typeof buttonLabel === 'string' ? buttonLabel : DEFAULT_SETTINGS.buttonLabel,
    placement: placement === 'tab-after' ? 'tab-after' : DEFAULT_SETTINGS.placement,
    isNotifying: typeof notifications === 'boolean' ? notifications : DEFAULT_SETTINGS.isNotifying,
    isSavingBeforeRun:
      typeof saveBeforeRun === 'boolean' ? saveBeforeRun : DEFAULT_SETTINGS.isSavingBeforeRun
  };
}
