import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { RunEnds } from '../runEnds';
import {
  ICrossComputeClient,
  IQueueMonitor,
  ISettingsSource,
  IToolOpener,
  IToolTracker
} from '../tokens';
import { loadTranslation } from '../translation';

/** Milliseconds for which a notification stays. */
const CLOSE_MS = 15_000;

/** Tells when runs end that nobody is looking at. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:notifications',
  description: 'Tells when runs end that nobody is looking at.',
  autoStart: true,
  requires: [ICrossComputeClient, IQueueMonitor, IToolTracker, IToolOpener, ISettingsSource],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    client: ICrossComputeClient,
    queue: IQueueMonitor,
    tracker: IToolTracker,
    opener: IToolOpener,
    settings: ISettingsSource,
    translator: ITranslator | null
  ): void => {
    const trans = loadTranslation(translator);
    const isWatched = (run: string | null, automation: string) =>
      tracker.find(({ content, isVisible }) => {
        const { state } = content.model;
        return (
          isVisible &&
          state.automation === automation &&
          ((run !== null && state.run === run) || state.tab === 'batches')
        );
      }) !== undefined;
    new RunEnds(client, queue, isWatched, trans).ended.connect((_, end) => {
      if (!settings.current.isNotifying) {
        return;
      }
      Notification.emit(end.message, end.isWell ? 'success' : 'error', {
        autoClose: CLOSE_MS,
        actions: [
          {
            label: trans.__('Show'),
            callback: () => {
              void opener
                .open(end.configuration, { tab: end.batch ? 'report' : 'batches' })
                .then(opened =>
                  end.batch ? opened?.widget.content.model.showReport(end.batch) : undefined
                );
            }
          }
        ]
      });
    });
  }
};
