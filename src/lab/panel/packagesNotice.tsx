import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import type { IInstallationState, IPackagesResource } from '../../core/api';
import { describeError } from '../errorWords';
import type { ISubscription } from '../tokens';
import type { ToolModel } from './toolModel';

/**
 * The banner of a panel whose tool lacks packages: which, with a button that asks and installs them, what the package
 * managers say meanwhile, and Stop.
 */
export class PackagesNotice extends VDomRenderer<ToolModel> {
  constructor(
    model: ToolModel,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-PackagesNotice');
    model.stateChanged.connect(this._follow, this);
    this._follow();
  }

  override dispose(): void {
    this._subscription?.dispose();
    super.dispose();
  }

  /** A button that goes away hands the keyboard to the one that takes its place. */
  protected override onUpdateRequest(message: Message): void {
    const hadFocus = this.node.contains(document.activeElement);
    super.onUpdateRequest(message);
    void this.renderPromise?.then(() => {
      if (hadFocus && !this.node.contains(document.activeElement)) {
        this.node.querySelector('button')?.focus();
      }
    });
  }

  protected override render(): JSX.Element | null {
    const problem = this._problem;
    const { _installation: installation, _trans: trans } = this;
    if (this.model.phase !== 'ready' || (!problem && !installation)) {
      return null;
    }
    const isRunning = installation?.state === 'running';
    // At the end the tool is read anew, which comes a moment later: until then it says what is no longer true.
    const isOutdated = installation?.state === 'done' && problem?.message === this._before;
    const isToldOf = problem && !isRunning && !isOutdated;
    return (
      <div className="jp-RunNotice-item" data-kind="stale" aria-busy={isRunning}>
        <div>
          <span role="status">{installation && wordsOf(installation, trans)}</span>{' '}
          {isToldOf && problem.message}{' '}
          {isToldOf && (
            <Button minimal small onClick={() => void this._attempt(() => this._install())}>
              {trans.__('Install…')}
            </Button>
          )}
          {isRunning && (
            <Button minimal small onClick={() => void this._attempt(() => this._stop())}>
              {trans.__('Stop the installation')}
            </Button>
          )}
          {installation && !isRunning && (
            <Button minimal small onClick={() => this._dismiss()}>
              {trans.__('Dismiss')}
            </Button>
          )}
        </div>
        {installation?.output && (
          <pre
            tabIndex={0}
            role="region"
            aria-label={trans.__('Output of the installation')}
            ref={place => place?.scrollTo?.(0, place.scrollHeight)}
          >
            {installation.output}
          </pre>
        )}
      </div>
    );
  }

  private get _problem() {
    return this.model.automation?.problems.find(({ code }) => code === 'packages-missing');
  }

  /** Listen to installations of the tool that is shown, from when it first lacks something. */
  private _follow(): void {
    const id = this.model.automation?.id ?? '';
    if (id !== this._automation) {
      this._subscription?.dispose();
      this._subscription = null;
      this._installation = null;
      this._automation = id;
    }
    if (id && this._problem && !this._subscription) {
      this._listen();
    }
  }

  private _listen(): void {
    this._subscription?.dispose();
    this._subscription = this.model.services.events.subscribe(`packages:${this._automation}`, {
      onEvent: data => {
        // The types of both sides are the same text: the server is of the same package.
        this._installation = data as IInstallationState | null;
        if (this._installation?.state === 'running') {
          this._before = this._problem?.message ?? '';
        }
        this.update();
      },
      // Who may not install reads what is missing, and the refusal when they try.
      onError: () => undefined
    });
  }

  private async _install(): Promise<void> {
    const trans = this._trans;
    const { client } = this.model.services;
    const { automation } = this.model.state;
    const resource = await client.getPackages(automation);
    if (!resource.missing.length && !resource.byHand) {
      return;
    }
    const isAsking = resource.missing.length > 0;
    const { button } = await showDialog({
      title: isAsking ? trans.__('Install packages?') : trans.__('Packages of the system'),
      body: <Question resource={resource} trans={trans} />,
      buttons: isAsking
        ? [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Install') })]
        : [Dialog.cancelButton({ label: trans.__('Close') })],
      // Enter alone installs nothing.
      defaultButton: 0
    });
    if (button.accept) {
      this._installation = (await client.installPackages(automation)).installation;
      // A server that was started anew may have refused it before.
      this._listen();
      this.update();
    }
  }

  private async _stop(): Promise<void> {
    await this.model.services.client.stopInstallation(this._automation);
  }

  private _dismiss(): void {
    this._installation = null;
    this.update();
  }

  private async _attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.isDisposed) {
        this.model.notice = describeError(error, this._trans);
      }
    }
  }

  private _automation = '';
  /** What was missing while an installation went on. */
  private _before = '';
  private _subscription: ISubscription | null = null;
  private _installation: IInstallationState | null = null;
}

interface IQuestionProps {
  resource: Pick<IPackagesResource, 'missing' | 'byHand'>;
  trans: TranslationBundle;
}

function Question({ resource: { missing, byHand }, trans }: IQuestionProps): JSX.Element {
  return (
    <>
      {missing.length > 0 && (
        <>
          <p>
            {trans.__(
              'This changes the machine of this server: pip installs into the environment of the kernels, npm into the folder of the tool. Packages are code of other people.'
            )}
          </p>
          <ul>
            {missing.map(id => (
              <li key={id}>
                <code>{id}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {byHand && (
        <p>
          {trans.__('An administrator installs with:')} <code>{byHand}</code>
        </p>
      )}
    </>
  );
}

function wordsOf({ state }: IInstallationState, trans: TranslationBundle): string {
  switch (state) {
    case 'running':
      return trans.__('Installing packages…');
    case 'done':
      return trans.__('The packages are installed.');
    case 'failed':
      return trans.__('Not all packages could be installed.');
    case 'stopped':
      return trans.__('The installation was stopped.');
  }
}
