import { setTimeout as wait } from 'node:timers/promises';
import type { KernelMessage } from '@jupyterlab/services';
import type { IScriptContext, IScriptResult } from '../../core/run/execution';
import type { LanguageRegistry } from '../../core/run/languages/languages';
import type { ILog } from '../log';
import { JupyterClient, JupyterError } from './jupyterClient';
import { KernelSession, type IKernelEnd, type IRequestHandler } from './kernelSession';
import { MessageLog, type LoggedMessage } from './messageLog';
import type { IJupyterPlace } from './place';
import { surroundRequests } from './requestFailure';
import { RequestSequence } from './requestSequence';
import { awaitSequence, within, type IScriptSession } from './scriptExecution';
import { failure } from './scriptFailure';
import type { ScriptJournal } from './scriptJournal';
import type { IScriptPlan } from './scriptPlan';

/** Jupyter shuts down within 5 s, then terminates, then kills; nobody waits longer than this for it. */
export const REMOVE_MS = 12_000;

/** What finds kernels and ends them. */
export interface IKernelKeeper {
  places(): Promise<IJupyterPlace>;
  log: ILog;
  languages: LanguageRegistry;
  /** Delete the kernel of a session; remembered until it is done. */
  remove(session: KernelSession): Promise<void>;
}

/** A script that a kernel executes already. */
type ResumedContext = IScriptContext & Required<Pick<IScriptContext, 'attached'>>;

/** Between two looks at what a kernel wrote down. */
const LOOK_MS = 100;

/** A kernel that answers so often without saying anything of the script has no more of it. */
const QUIET_ANSWERS = 3;

const LOST =
  'the server was restarted while it executed, and its kernel did not go on; run it again';

/** From when on an unanswered question is asked again, later and later: a cell may take hours. */
const ASK_AGAIN_MS = 3_000;
const MOST_PATIENCE_MS = 60_000;

const END: IKernelEnd = { code: 'lost', message: LOST };

/**
 * Go on with a script that a server before this one had sent to a kernel. All that the kernel said, from its begin, and
 * all that it says, is read from the file where it writes it down: what came over a connection that broke may be
 * anywhere on its way.
 *
 * @returns a failure `lost` when the kernel is gone, or does not have all of the script
 */
export async function resumeScript(
  keeper: IKernelKeeper,
  context: ResumedContext,
  plan: IScriptPlan,
  journal: ScriptJournal
): Promise<IScriptResult> {
  const { attached, index, messageLog, signal } = context;
  const lost = (message: string) => failure({ code: 'lost', message, script: index });
  const client = await findKernel(keeper, attached);
  if (!client || messageLog === undefined) {
    return lost(LOST);
  }
  const { log } = keeper;
  await context.onKernel(attached);
  // A session of its own: a kernel throws away what waits of one that comes again over another connection.
  const session = new KernelSession(client, attached.id, plan.kernel, log);
  const resumed = new ResumedSession(session, messageLog, attached.session, log);
  // Only this language writes down what it says.
  const { epilogue } = keeper.languages.get('python');
  const requests = surroundRequests(plan.requests, { prelude: '', epilogue });
  const options = { session: resumed, journal, log, isPipelined: true };
  const sequence = new RequestSequence(requests, options);
  let isLeft = false;
  try {
    const result = await awaitSequence({ context, session: resumed, journal, log }, sequence);
    isLeft = result.isLeft === true;
    return result;
  } finally {
    sequence.dispose();
    resumed.dispose();
    if (isLeft) {
      session.dispose();
    } else {
      const removal = keeper.remove(session);
      await context.onKernel(null);
      if (signal.aborted) {
        await within(removal, REMOVE_MS);
      }
    }
  }
}

/** @returns null when the kernel is not there any more */
async function findKernel(
  { places, log }: IKernelKeeper,
  attached: ResumedContext['attached']
): Promise<JupyterClient | null> {
  try {
    const place = await places();
    const client = new JupyterClient(place, log);
    const state = place.id === attached.engine ? await client.state(attached.id) : null;
    return state === null || state === 'dead' ? null : client;
  } catch (error) {
    if (!(error instanceof JupyterError)) {
      throw error;
    }
    log.warn(`kernel ${attached.id} cannot be found: ${error.message}`);
    return null;
  }
}

/** Hands on what a kernel wrote down as if it came over a connection; the connection itself tells only of its end. */
class ResumedSession implements IScriptSession {
  constructor(
    private readonly _session: KernelSession,
    path: string,
    requester: string,
    private readonly _log: ILog
  ) {
    this._messages = new MessageLog(path, requester, message => this._handOn(message));
    this.ended = Promise.race([this._follow(), this._incomplete()]);
  }

  readonly ended: Promise<IKernelEnd>;

  /** Nothing is sent: the server before this one did, in the same order. */
  execute(_: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): void {
    this._handlers.push(handler);
  }

  interrupt(): Promise<void> {
    return this._session.interrupt();
  }

  dispose(): void {
    this._isDisposed = true;
  }

  /** @returns why it cannot be read any more; stays pending as long as it can */
  private async _follow(): Promise<IKernelEnd> {
    // Handlers first: a sequence that begins has them all at once.
    await null;
    while (await this._read()) {
      await wait(LOOK_MS);
    }
    return END;
  }

  /** @returns when the kernel is gone, or has nothing more to do */
  private async _incomplete(): Promise<IKernelEnd> {
    const end = await Promise.race([this._quiet(), this._session.ended]);
    // What ends the script comes before what ends its session.
    if (await this._read()) {
      const reason = end?.message ?? 'It does not have all of the script.';
      this._log.warn(`a run cannot go on in kernel ${this._session.id}: ${reason}`);
    }
    return END;
  }

  /**
   * Resolves when the kernel answers questions and does nothing else, as one does that Jupyter started anew. One that
   * executes does not answer meanwhile; but it takes turns with those who ask, and may answer one between two cells.
   */
  private async _quiet(): Promise<null> {
    await this._answer(this._session.ready);
    for (let answers = 0; answers < QUIET_ANSWERS;) {
      const { offset } = this._messages;
      await this._answer(this._session.ask());
      const isQuiet = (await this._read()) && this._messages.offset === offset;
      answers = isQuiet ? answers + 1 : 0;
      await wait(LOOK_MS);
    }
    return null;
  }

  /** Wait for an answer, and ask again now and then: a question may be lost with a kernel that died. */
  private async _answer(first: Promise<unknown>): Promise<void> {
    const answers = [first];
    let isAnswered = false;
    for (let waitMs = ASK_AGAIN_MS; !isAnswered && !this._isDisposed; waitMs *= 2) {
      const patience = new AbortController();
      const answered = Promise.race(answers).then(() => {
        isAnswered = true;
      });
      const { signal } = patience;
      const pause = wait(Math.min(waitMs, MOST_PATIENCE_MS), undefined, { signal, ref: false });
      await Promise.race([answered, pause]).finally(() => patience.abort());
      if (!isAnswered) {
        answers.push(this._session.ask());
      }
    }
  }

  /** @returns false when it cannot be read, or nobody wants it any more */
  private async _read(): Promise<boolean> {
    if (this._isDisposed) {
      return false;
    }
    try {
      await this._messages.read();
      return true;
    } catch (error) {
      this._log.warn(`what kernel ${this._session.id} wrote down cannot be read: ${String(error)}`);
      return false;
    }
  }

  private _handOn({ header, parent_header: parent, content }: LoggedMessage): void {
    const id = 'msg_id' in parent ? String(parent.msg_id) : '';
    // They come in the order of the requests, and so does the first that is said of each.
    const handler = this._handlerOf.get(id) ?? this._handlers[this._handlerOf.size];
    if (!handler || this._isDisposed) {
      return;
    }
    this._handlerOf.set(id, handler);
    const message = { header, parent_header: parent, content, metadata: {} };
    if (header.msg_type === 'execute_reply') {
      handler.onReply({ ...message, channel: 'shell' } as KernelMessage.IExecuteReplyMsg);
    } else {
      handler.onOutput({ ...message, channel: 'iopub' } as KernelMessage.IIOPubMessage);
    }
  }

  private readonly _messages: MessageLog;
  private readonly _handlers: IRequestHandler[] = [];
  private readonly _handlerOf = new Map<string, IRequestHandler>();
  private _isDisposed = false;
}
