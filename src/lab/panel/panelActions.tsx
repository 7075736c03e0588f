import { Clipboard, Dialog, Notification, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { STEP_CODES } from '../../core/automation/automation';
import type { IPosition } from '../../core/problem';
import type { IRunError } from '../../core/run/run';
import type { Documents } from '../documents';
import { describeError } from '../errorWords';
import type { PrintActions } from './printActions';
import { ProblemList } from './problemList';
import type { INoticeActions } from './runNotice';
import type { IMenuActions } from './toolMenu';
import type { ToolModel } from './toolModel';

/** What the actions need besides the model. */
export interface IPanelActionsOptions {
  documents: Documents;
  prints: PrintActions;
  /** Run again what is shown. */
  retry: () => void;
  /** Let runs of the tool start again. */
  resume: () => void;
  /** Let a person choose another tool for this path. */
  chooseAnother: (path: string) => void;
  trans: TranslationBundle;
}

/**
 * Opens what belongs to a panel: its page in the browser, its files in documents, its problems in a dialog.
 */
export class PanelActions implements INoticeActions, IMenuActions {
  constructor(
    private readonly _model: ToolModel,
    private readonly _options: IPanelActionsOptions
  ) {}

  openInBrowser(): void {
    window.open(this._link(), '_blank', 'noopener');
  }

  copyLink(): void {
    Clipboard.copyToSystem(this._link());
    Notification.info(this._options.trans.__('The link is in the clipboard.'), { autoClose: 3000 });
  }

  printShown(): void {
    void this._options.prints.printShown();
  }

  printAll(): void {
    void this._options.prints.print();
  }

  openConfiguration(): void {
    const { configuration } = this._model.state;
    this.openPosition({ file: configuration, line: 1, column: 1 });
  }

  /** Open a file at a place in the editor. */
  openPosition(position: IPosition): void {
    this._options.documents.openAt(position).catch(error => this._report(error));
  }

  checkConfiguration(): void {
    this._check().catch(error => this._report(error));
  }

  trust(): void {
    this._trust().catch(error => this._report(error));
  }

  needsTrust(): boolean {
    return Boolean(
      this._model.automation?.problems.some(({ code }) => code === 'view-unavailable')
    );
  }

  retry(): void {
    this._options.retry();
  }

  resume(): void {
    this._options.resume();
  }

  openLog(stream: 'stdout' | 'stderr'): void {
    const path = this._debugPath(`${stream}.txt`);
    if (path) {
      this._options.documents.open(path);
    }
  }

  openExecuted(error?: IRunError): void {
    const notebooks = this._model.automation?.notebooks ?? [];
    const notebook = notebooks.length === 1 ? notebooks[0] : notebooks[error?.script ?? 0];
    const path = notebook && this._debugPath(PathExt.basename(notebook));
    if (path) {
      this._options.documents
        .openNotebook(path, error?.cell ?? null)
        .catch(reason => this._report(reason));
    }
  }

  chooseAnother(): void {
    const { path, configuration } = this._model.state;
    this._options.chooseAnother(path || configuration);
  }

  hasRun(): boolean {
    return this._model.run !== null && this._model.shown !== null;
  }

  hasNotebook(): boolean {
    return Boolean(this._model.automation?.notebooks.length);
  }

  /** Address of the page that is shown, for people with a browser. */
  private _link(): string {
    const { automation, state, services } = this._model;
    const { rootUri } = services.client;
    const step = STEP_CODES[state.tab === 'inputs' ? 'input' : 'output'];
    const batch = state.tab === 'inputs' ? state.batch : state.shown;
    const page = batch ? `/b/${encodeURIComponent(batch)}/${step}` : '';
    const root = new URL(rootUri, window.location.href);
    return new URL(`${automation?.uri ?? ''}${page}`, root).toString();
  }

  private _debugPath(name: string): string | null {
    const { shown, state } = this._model;
    return shown
      ? PathExt.join(PathExt.dirname(state.configuration), shown.folder, 'debug', name)
      : null;
  }

  private async _check(): Promise<void> {
    const { trans } = this._options;
    const { client } = this._model.services;
    const { problems } = await client.getAutomation(this._model.state.automation);
    if (!problems.length) {
      Notification.success(trans.__('All is well with the configuration.'), { autoClose: 5000 });
      return;
    }
    const body = ReactWidget.create(
      <ProblemList
        problems={problems}
        trans={trans}
        open={position => {
          dialog.reject();
          this.openPosition(position);
        }}
      />
    );
    const dialog = new Dialog({
      title: trans._n('%1 problem', '%1 problems', problems.length),
      body,
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
    await dialog.launch();
  }

  private async _trust(): Promise<void> {
    const { trans } = this._options;
    const { client } = this._model.services;
    const { button } = await showDialog({
      title: trans.__('Trust this tool?'),
      body: trans.__(
        'It brings views of its own. Their code will run on this server, with your rights, whenever the tool is opened, until it is changed. Trust it only when you know where it comes from.'
      ),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Trust') })],
      // Enter alone must not let foreign code run.
      defaultButton: 0
    });
    if (button.accept) {
      await client.trust(this._model.state.automation);
    }
  }

  private _report(error: unknown): void {
    if (!this._model.isDisposed) {
      this._model.notice = describeError(error, this._options.trans);
    }
  }
}
