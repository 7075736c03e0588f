import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IBatchSummary } from '../../core/api';
import { isFinal } from '../../core/run/run';
import type { BatchesModel } from './batchesModel';

/** What the table lets people do. */
export interface IBatchActions {
  /** Show the report of a batch. */
  show(batch: IBatchSummary): void;
  run(batches: readonly IBatchSummary[]): void;
  /** Stop runs, repeat final ones, delete runs made from the form. */
  stop(batches: readonly IBatchSummary[]): void;
  retry(batches: readonly IBatchSummary[]): void;
  remove(batches: readonly IBatchSummary[]): void;
  /** Open the file that defines the batches. */
  edit(): void;
  /** True while new runs of the tool are held back. */
  isPaused(): boolean;
  /** Hold them back, or no more. */
  pause(): void;
  resume(): void;
}

interface IBatchToolbarProps {
  model: BatchesModel;
  actions: IBatchActions;
  trans: TranslationBundle;
}

/**
 * Filter, selection and what can be done with the selected batches.
 */
export function BatchToolbar({ model, actions, trans }: IBatchToolbarProps): JSX.Element {
  const batches = [...model.selected.values()];
  const active = batches.filter(({ state }) => state === 'queued' || state === 'running');
  const final = batches.filter(({ state }) => state !== 'new' && isFinal(state));
  const deletable = final.filter(({ kind }) => kind === 'form');
  const total = model.total ?? 0;
  const isAll = total > 0 && batches.length >= total;
  return (
    <div className="jp-BatchToolbar" role="group" aria-label={trans.__('Selected batches')}>
      <input
        type="search"
        className="jp-mod-styled jp-BatchToolbar-filter"
        aria-label={trans.__('Filter batches by name')}
        placeholder={trans.__('Filter')}
        defaultValue={model.filter}
        onChange={event => model.setFilter(event.target.value)}
      />
      <span className="jp-BatchToolbar-count" aria-live="polite">
        {batches.length
          ? trans.__('%1 of %2 selected', batches.length, total)
          : trans._n('%1 batch', '%1 batches', total)}
      </span>
      <Button minimal small disabled={!total} onClick={() => void model.selectAll(!isAll)}>
        {isAll ? trans.__('Select none') : trans.__('Select all')}
      </Button>
      <Button minimal small disabled={!total} onClick={() => void model.selectFailed()}>
        {trans.__('Select failed')}
      </Button>
      <Button minimal small disabled={!batches.length} onClick={() => actions.run(batches)}>
        {trans.__('Run selected')}
      </Button>
      <Button minimal small disabled={!active.length} onClick={() => actions.stop(active)}>
        {trans.__('Stop selected')}
      </Button>
      <Button minimal small disabled={!final.length} onClick={() => actions.retry(final)}>
        {trans.__('Retry')}
      </Button>
      <Button minimal small disabled={!deletable.length} onClick={() => actions.remove(deletable)}>
        {trans.__('Delete runs')}
      </Button>
      {/* One button, so that the keyboard stays on it. */}
      <Button
        minimal
        small
        title={
          actions.isPaused()
            ? trans.__('Let runs of this tool start again')
            : trans.__('Hold back new runs of this tool; what executes goes on')
        }
        onClick={() => (actions.isPaused() ? actions.resume() : actions.pause())}
      >
        {actions.isPaused() ? trans.__('Resume') : trans.__('Pause')}
      </Button>
      <Button minimal small onClick={() => actions.edit()}>
        {trans.__('Edit batches')}
      </Button>
    </div>
  );
}
