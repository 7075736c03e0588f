import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IBatchSummary, IInputRefusal, PostedInputs } from '../../core/api';
import { describeError } from '../errorWords';
import { findBatch } from '../findBatch';
import { RequestError } from '../requestError';
import { needsRun, type ToolModel } from './toolModel';

/** The form, as far as runs need it. */
export interface IForm {
  /** True when a value differs from the batch. */
  readonly isChanged: boolean;
  /** The values to post; files are uploaded first. */
  values(): Promise<PostedInputs>;
  /** Show refusals beside their fields and go to the first. */
  setErrors(refusals: readonly IInputRefusal[]): void;
  /** Forget the changes. */
  reset(): void;
}

/** Saves what is unsaved before it runs. */
export type SaveNotebooks = (paths: readonly string[]) => Promise<void>;

/**
 * What people do with runs from a panel. Every failure becomes a notice in the panel; nothing rejects.
 */
export class RunActions {
  /**
   * @param _form - the form of the panel; null until it is there
   */
  constructor(
    private readonly _model: ToolModel,
    private readonly _form: () => IForm | null,
    private readonly _saveNotebooks: SaveNotebooks,
    private readonly _trans: TranslationBundle
  ) {}

  /**
   * Run the form. Unchanged, its batch itself runs; changed, the values make a run of their own.
   * Then the report is shown, which fills in as the run writes; who watches Live stays there.
   */
  run(): Promise<void> {
    return this._attempt(async () => {
      const { automation, batch } = this._model.state;
      const form = this._form();
      await this._save();
      const inputs = form?.isChanged ? await form.values() : null;
      const response = await this._model.services.client.run({
        automation,
        ...(batch ? { batch } : {}),
        ...(inputs ? { inputs } : {}),
        fresh: true,
        priority: 'interactive'
      });
      form?.setErrors([]);
      this._model.follow(response.id, response.batch);
      // Who went elsewhere meanwhile stays there.
      if (this._model.state.tab === 'inputs') {
        this._model.showTab('report');
      }
    });
  }

  /**
   * Run what a form on the report gives; all other inputs are those of the batch that is shown.
   *
   * @returns refusals, to be told beside its fields
   */
  async runReport(inputs: PostedInputs): Promise<readonly IInputRefusal[]> {
    let refusals: readonly IInputRefusal[] = [];
    await this._attempt(async () => {
      await this._save();
      const { automation, shown } = this._model.state;
      try {
        const response = await this._model.services.client.run({
          automation,
          batch: shown,
          inputs,
          step: 'output',
          fresh: true,
          priority: 'interactive'
        });
        this._model.follow(response.id, response.batch);
      } catch (error) {
        if (!(error instanceof RequestError && error.refusals.length)) {
          throw error;
        }
        refusals = error.refusals;
      }
    });
    return refusals;
  }

  /** Run all batches. */
  runAll(): Promise<void> {
    return this._attempt(async () => {
      await this._save();
      await this._model.services.client.runBatches(this._model.state.automation);
      this._model.showTab('batches');
    });
  }

  /** Run some batches by their slugs. */
  runSlugs(slugs: readonly string[]): Promise<void> {
    return this._attempt(async () => {
      await this._save();
      await this._model.services.client.runBatches(this._model.state.automation, slugs);
    });
  }

  /** Run what is shown when it is new, stale or did not end well, and show its report. */
  renderReport(): Promise<void> {
    return this._attempt(async () => {
      this._model.showTab('report');
      await this._save();
      const { automation, shown } = this._model.state;
      const { client } = this._model.services;
      const batch = await findBatch(client, automation, shown);
      if (batch && needsRun(batch)) {
        const response = await client.run({ automation, batch: shown, priority: 'interactive' });
        this._model.follow(response.id, response.batch);
      } else {
        await this._model.refreshShown();
      }
    });
  }

  /** Run again what is shown. */
  retry(): Promise<void> {
    return this._attempt(async () => {
      await this._save();
      const { run } = this._model;
      const { automation, shown } = this._model.state;
      const { client } = this._model.services;
      const response =
        this._model.shown?.kind === 'form' && run
          ? await client.retryRun(run.id)
          : await client.run({ automation, batch: shown, fresh: true, priority: 'interactive' });
      this._model.follow(response.id, response.batch);
    });
  }

  /** Repeat runs. */
  retryBatches(batches: readonly IBatchSummary[]): Promise<void> {
    return this._attempt(async () => {
      await this._save();
      for (const { run } of batches) {
        if (run) {
          await this._model.services.client.retryRun(run);
        }
      }
    });
  }

  /** Stop the shown run; when others are in the queue, too, a person says which are meant. */
  stop(): Promise<void> {
    return this._attempt(async () => {
      const { run, activity, state } = this._model;
      const shown = run?.isActive ? run.id : null;
      const count = activity.running + activity.queued;
      if (count <= (shown === null ? 0 : 1)) {
        if (shown !== null && (await this._mayStopForAll(shown))) {
          await this._stopRuns([shown]);
        }
        return;
      }
      const choice = await this._askStop(shown !== null, count);
      if (choice === 'all') {
        await this._model.services.client.stopAll(state.automation);
      } else if (choice && shown !== null) {
        await this._stopRuns([shown]);
      }
    });
  }

  /** Hold back new runs of this tool; what executes goes on. */
  pause(): Promise<void> {
    const { services, state } = this._model;
    return this._attempt(() => services.client.pauseQueue(state.automation));
  }

  /** Let runs of this tool start again, whatever held them back. */
  resume(): Promise<void> {
    return this._attempt(async () => {
      const { services, state } = this._model;
      const { isPaused = false, pausedAutomations = [] } = services.queue.state ?? {};
      if (pausedAutomations.includes(state.automation)) {
        await services.client.resumeQueue(state.automation);
      }
      if (isPaused) {
        await services.client.resumeQueue();
      }
    });
  }

  /** Stop the runs of some batches: queued ones first, so that none of them starts meanwhile. */
  stopBatches(batches: readonly IBatchSummary[]): Promise<void> {
    const idsIn = (wanted: IBatchSummary['state']) =>
      batches.flatMap(({ run, state }) => (run !== null && state === wanted ? run : []));
    return this._attempt(() => this._stopRuns([...idsIn('queued'), ...idsIn('running')]));
  }

  /** Delete runs made from the form, with their files. */
  deleteRuns(batches: readonly IBatchSummary[]): Promise<void> {
    const trans = this._trans;
    return this._attempt(async () => {
      const { button } = await showDialog({
        title: trans._n('Delete %1 run?', 'Delete %1 runs?', batches.length),
        body: trans.__('Their inputs and outputs are deleted from the folder runs/.'),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.warnButton({ label: trans.__('Delete') })
        ]
      });
      if (!button.accept) {
        return;
      }
      for (const { run } of batches) {
        if (run) {
          await this._model.services.client.deleteRun(run);
        }
      }
      if (batches.some(({ slug }) => slug === this._model.state.shown)) {
        await this._model.selectBatch(this._model.state.batch);
      }
    });
  }

  /** Keep the values of the form as a batch, under a name that is asked for. */
  saveAsBatch(): Promise<void> {
    const trans = this._trans;
    return this._attempt(async () => {
      const form = this._form();
      if (!form) {
        return;
      }
      const inputs = await form.values();
      const { value, button } = await InputDialog.getText({
        title: trans.__('Save as batch'),
        label: trans.__('Name'),
        okLabel: trans.__('Save'),
        cancelLabel: trans.__('Cancel'),
        required: true
      });
      const name = value?.trim();
      if (!button.accept || !name) {
        return;
      }
      const { automation, batch } = this._model.state;
      const { client } = this._model.services;
      const saved = await client.saveBatch(automation, { name, inputs, from: batch });
      form.reset();
      await this._model.selectBatch(saved.slug);
      await this._model.refreshChoices();
    });
  }

  private async _save(): Promise<void> {
    await this._saveNotebooks(this._model.automation?.notebooks ?? []);
  }

  private async _stopRuns(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      try {
        await this._model.services.client.stopRun(id);
      } catch (error) {
        // It ended before it could be stopped: that is what was wanted.
        if (!(error instanceof RequestError && error.code === 'already-final')) {
          throw error;
        }
      }
    }
  }

  /** The owner stops a run for everybody, and should know for how many. */
  private async _mayStopForAll(id: string): Promise<boolean> {
    const { client, queue } = this._model.services;
    const runs = [...(queue.state?.queued ?? []), ...(queue.state?.running ?? [])];
    const { askerCount } = runs.find(run => run.id === id) ?? (await client.getRun(id));
    if (askerCount < 2) {
      return true;
    }
    const trans = this._trans;
    const { button } = await showDialog({
      title: trans.__('Stop'),
      body: trans._n(
        '%1 other person wants this run, too.',
        '%1 other people want this run, too.',
        askerCount - 1
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Stop for all') })
      ]
    });
    return button.accept;
  }

  private async _askStop(hasShown: boolean, count: number): Promise<'shown' | 'all' | null> {
    const trans = this._trans;
    const { button } = await showDialog({
      title: trans.__('Stop'),
      body: trans._n('%1 run is in the queue.', '%1 runs are in the queue.', count),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        ...(hasShown
          ? [Dialog.okButton({ label: trans.__('Stop this run'), actions: ['shown'] })]
          : []),
        Dialog.warnButton({ label: trans.__('Stop all'), actions: ['all'] })
      ]
    });
    const [choice] = button.actions;
    return button.accept && (choice === 'all' || choice === 'shown') ? choice : null;
  }

  private async _attempt(action: () => Promise<void>): Promise<void> {
    this._model.notice = '';
    try {
      await action();
    } catch (error) {
      if (this._model.isDisposed) {
        return;
      }
      if (error instanceof RequestError && error.refusals.length) {
        this._model.showTab('inputs');
        this._form()?.setErrors(error.refusals);
        return;
      }
      this._model.notice = describeError(error, this._trans);
    }
  }
}
