import type { StepName } from '../automation/automation';
import type { RunState } from '../run/run';

/** What a served step page tells its browser part, as JSON in the element `_page`. */
export interface IPageSettings {
  /** Prefix of all addresses, without a slash at its end. */
  rootUri: string;
  /** Automation id, for the API. */
  automation: string;
  /** Address of the automation's page from the root of the host, without a slash at its end. */
  automationUri: string;
  /** Slug of the batch, or id of the run. */
  batch: string;
  step: StepName;
  /** The newest run of the batch; null when it never ran. */
  run: { id: string; state: RunState } | null;
  /** Steps that have a page. */
  steps: readonly StepName[];
  /** False while errors refuse runs. */
  isRunnable: boolean;
  /** True inside a frame of another page: links keep it. */
  isEmbedded: boolean;
  isPrint: boolean;
  /** Sent along with files, as the header `X-CrossCompute-Form`. */
  formToken: string;
}

/** Id of the element that holds the settings. */
export const SETTINGS_ID = '_page';

/**
 * Write JSON for an element `<script type="application/json">`, whose content is no markup: nothing in
 * it may look like its end.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}

/**
 * Script that runs before the author's own: what authors call (`registerCallback`, `variables`, `sleep`)
 * is there from the start, and the browser part takes it up when it has loaded.
 */
export function authorBootstrap(rootUri: string): string {
  return [
    'window.variables = {};',
    'window.__callbacks = {};',
    'window.registerCallback = function (id, f) {',
    '  (window.__callbacks[id] = window.__callbacks[id] || []).push(f);',
    '};',
    'window.sleep = function (ms) { return new Promise(function (f) { setTimeout(f, ms); }); };',
    `window.rootUri = ${scriptJson(rootUri)};`,
    'window.isSecure = window.isSecureContext;'
  ].join('\n');
}
