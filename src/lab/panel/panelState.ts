import type { JSONObject } from '@lumino/coreutils';

/** Tabs of a panel, in their order. */
export const TABS = ['inputs', 'report', 'live', 'batches', 'history'] as const;

/** Id of a tab. */
export type Tab = (typeof TABS)[number];

/** What brings a panel back after a reload. */
export interface IPanelState {
  /** Path that was asked for, relative to Jupyter's root folder. */
  path: string;
  /** Path of the configuration; '' while none was found. */
  configuration: string;
  /** Automation id; '' while none was found. */
  automation: string;
  /** Slug of the batch that fills the form; '' for the first. */
  batch: string;
  /** Slug of the batch or run whose report is shown; '' for the same as `batch`. */
  shown: string;
  /** Id of the run that is followed; '' for none. */
  run: string;
  /** True when this person was there while the run was going on, so that its outputs may run scripts. */
  isOwnRun: boolean;
  tab: Tab;
}

/** A panel that has shown nothing yet. */
export const EMPTY_STATE: IPanelState = {
  path: '',
  configuration: '',
  automation: '',
  batch: '',
  shown: '',
  run: '',
  isOwnRun: false,
  tab: 'inputs'
};

/** Tell whether a value names a tab. */
export function isTab(value: unknown): value is Tab {
  return (TABS as readonly unknown[]).includes(value);
}

/**
 * Read a state that was saved, perhaps by another version; what is missing or wrong has its default.
 */
export function readPanelState(saved: Readonly<Record<string, unknown>>): IPanelState {
  const text = (key: string) => (typeof saved[key] === 'string' ? (saved[key] as string) : '');
  return {
    path: text('path'),
    configuration: text('configuration'),
    automation: text('automation'),
    batch: text('batch'),
    shown: text('shown'),
    run: text('run'),
    isOwnRun: saved.isOwnRun === true,
    tab: isTab(saved.tab) ? saved.tab : EMPTY_STATE.tab
  };
}

/** The state as JSON, for the restorer. */
export function panelStateToJson(state: IPanelState): JSONObject {
  return { ...state };
}
