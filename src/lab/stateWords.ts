import type { TranslationBundle } from '@jupyterlab/translation';
import type { IBatchSummary } from '../core/api';
import type { CellState } from './live/liveFold';

/** States of runs, of batches that never ran, and of cells. */
export type ShownState = IBatchSummary['state'] | CellState;

/** A shape for each state, so that none is told by colour alone. */
export const STATE_SIGNS: Readonly<Record<ShownState, string>> = {
  new: '○',
  queued: '◔',
  running: '●',
  done: '✔',
  failed: '✖',
  stopped: '■',
  lost: '?'
};

/** The word for a state. */
export function stateWord(state: ShownState, trans: TranslationBundle): string {
  switch (state) {
    case 'new':
      return trans.__('new');
    case 'queued':
      return trans.__('queued');
    case 'running':
      return trans.__('running');
    case 'done':
      return trans.__('done');
    case 'failed':
      return trans.__('failed');
    case 'stopped':
      return trans.__('stopped');
    case 'lost':
      return trans.__('lost');
  }
}
