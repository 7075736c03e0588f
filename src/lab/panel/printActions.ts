import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPrintResource } from '../../core/api';
import { describeError } from '../errorWords';
import type { ToolModel } from './toolModel';

/** Prints what a panel shows, tells how far it is in a notification that can stop it, and downloads the result. */
export class PrintActions {
  /**
   * @param _download - saves a file of the server under a name; replaced in tests
   */
  constructor(
    private readonly _model: ToolModel,
    private readonly _trans: TranslationBundle,
    private readonly _download: (uri: string, name: string) => void = download
  ) {}

  /** Print the report that is shown. */
  printShown(): Promise<void> {
    const { shown, batch } = this._model.state;
    const slug = shown || batch;
    return this.print(slug ? [slug] : undefined);
  }

  /**
   * Print batches, after those that are new or stale have run. What goes wrong is told in the notification.
   *
   * @param batches - slugs; all when left out
   */
  async print(batches?: readonly string[]): Promise<void> {
    const trans = this._trans;
    const { client } = this._model.services;
    const id = Notification.emit(trans.__('Printing…'), 'in-progress', { autoClose: false });
    try {
      const { automation } = this._model.state;
      const job = await client.startPrint({
        automation,
        ...(batches ? { batches: [...batches] } : {})
      });
      const stop = {
        label: trans.__('Stop'),
        callback: () => void client.stopPrint(job.id).catch(() => undefined)
      };
      const ended = await this._follow(job, resource => {
        const progress = resource.finished / resource.total;
        Notification.update({
          id,
          message: this._progressText(resource),
          progress,
          actions: [stop]
        });
      });
      this._tell(id, ended);
    } catch (error) {
      const message = describeError(error, trans);
      Notification.update({ id, message, type: 'error', autoClose: false, actions: [] });
    }
  }

  /** Resolves when the job is over, or was removed. */
  private _follow(
    job: IPrintResource,
    onProgress: (resource: IPrintResource) => void
  ): Promise<IPrintResource> {
    onProgress(job);
    return new Promise((resolve, reject) => {
      const subscription = this._model.services.events.subscribe(`print:${job.id}`, {
        onEvent: data => {
          // The types of both sides are the same text: the server is of the same package.
          const resource = data as IPrintResource;
          if (resource.state === 'running') {
            onProgress(resource);
          } else {
            subscription.dispose();
            resolve(resource);
          }
        },
        onError: message => {
          subscription.dispose();
          reject(new Error(message));
        }
      });
    });
  }

  private _progressText({ total, finished }: IPrintResource): string {
    return total === 1
      ? this._trans.__('Printing…')
      : this._trans.__('Printing: %1 of %2 batches', finished, total);
  }

  private _tell(id: string, { state, documents, failures, uri, fileName }: IPrintResource): void {
    const trans = this._trans;
    if (state === 'stopped') {
      Notification.update({
        id,
        message: trans.__('Printing was stopped.'),
        type: 'info',
        autoClose: 3000,
        actions: []
      });
      return;
    }
    if (documents.length) {
      this._download(new URL(uri, this._model.services.client.rootUri).toString(), fileName);
    }
    const warnings = documents.flatMap(document => document.warnings);
    const lines = [
      ...(documents.length
        ? [trans._n('%1 document was printed.', '%1 documents were printed.', documents.length)]
        : []),
      ...[...failures.map(({ message }) => message), ...warnings].slice(0, 5)
    ];
    const type = failures.length ? 'error' : warnings.length ? 'warning' : 'success';
    const autoClose = type === 'success' ? 3000 : (false as const);
    Notification.update({ id, message: lines.join('\n'), type, autoClose, actions: [] });
  }
}

function download(uri: string, name: string): void {
  const link = document.createElement('a');
  link.href = uri;
  link.download = name;
  link.click();
}
