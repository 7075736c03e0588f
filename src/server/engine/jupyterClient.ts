import { randomUUID } from 'node:crypto';
import { KernelAPI, KernelSpecAPI, ServerConnection, SessionAPI } from '@jupyterlab/services';
import type { KernelMessage } from '@jupyterlab/services';
import { validateMessage } from '@jupyterlab/services/lib/kernel/validate';
import WebSocket from 'ws';
import type { ILog } from '../log';
import type { IJupyterPlace } from './place';

/** A kernel spec of a place, as far as we use it. */
export interface IKernelSpec {
  name: string;
  /** As the spec writes it; '' when it does not say. */
  language: string;
  /** Its command, as the spec writes it. */
  argv: readonly string[];
  /** Names of the environment variables that the spec sets. */
  variables: readonly string[];
}

/** The Jupyter server did not do what we asked. */
export class JupyterError extends Error {
  /**
   * @param code - `unreachable`: no answer; `limit`: no more kernels now, try later; `refused`: everything else
   * @param status - HTTP status; 0 when there was no answer
   */
  constructor(
    readonly code: 'unreachable' | 'limit' | 'refused',
    readonly status: number,
    message: string
  ) {
    super(message);
    this.name = 'JupyterError';
  }
}

/** Tells sessions of kernels that wait for their use from those of notebooks and consoles. */
const KEPT_TYPE = 'crosscompute';

/** The few requests that we make to a Jupyter server. */
export class JupyterClient {
  /**
   * @param place - read when the client is made
   */
  constructor(place: IJupyterPlace, log: ILog) {
    const authorization = place.token ? { Authorization: `token ${place.token}` } : undefined;
    // The token goes into a header: addresses end up in logs. Messages may be as large as kernels make them.
    const KernelSocket = class extends WebSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols, {
          headers: authorization,
          maxPayload: 0,
          perMessageDeflate: false
        });
      }
    };
    this._socketClass = KernelSocket;
    const settings = ServerConnection.makeSettings({
      baseUrl: place.baseUrl,
      wsUrl: place.baseUrl.replace(/^http/, 'ws'),
      token: place.token,
      appendToken: false,
      WebSocket: KernelSocket as unknown as typeof globalThis.WebSocket
    });
    const { serialize, deserialize } = settings.serializer;
    this.settings = {
      ...settings,
      serializer: {
        serialize,
        deserialize: (data, protocol) => readMessage(() => deserialize(data, protocol), log)
      }
    };
  }

  /** For requests. */
  readonly settings: ServerConnection.ISettings;

  /**
   * Settings for a `KernelConnection`.
   *
   * @param onCut - called when a connection broke in the middle of a message, which is lost
   */
  connectionSettings(onCut: () => void): ServerConnection.ISettings {
    const WatchedSocket = class extends this._socketClass {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols);
        this.on('close', () => {
          if (isWithinMessage(this)) {
            onCut();
          }
        });
      }
    };
    return { ...this.settings, WebSocket: WatchedSocket as unknown as typeof globalThis.WebSocket };
  }

  /**
   * List the kernel specs.
   *
   * @returns null where the server gives no list
   * @throws {JupyterError} `unreachable`
   */
  async specs(): Promise<IKernelSpec[] | null> {
    try {
      const models = await KernelSpecAPI.getSpecs(this.settings);
      return Object.values(models.kernelspecs).flatMap(spec =>
        spec
          ? [
              {
                name: spec.name,
                language: spec.language,
                argv: spec.argv,
                variables: variablesOf(spec)
              }
            ]
          : []
      );
    } catch (error) {
      const reason = jupyterError(error);
      if (reason.code === 'unreachable') {
        throw reason;
      }
      return null;
    }
  }

  /**
   * Start a kernel.
   *
   * @param path - folder relative to the server's root, '' for the root; null for where the server itself works
   * @returns its id
   * @throws {JupyterError}
   */
  async start(name: string, path: string | null): Promise<string> {
    try {
      const options = path === null ? { name } : { name, path };
      return (await KernelAPI.startNew(options, this.settings)).id;
    } catch (error) {
      throw jupyterError(error);
    }
  }

  /**
   * Start a kernel that waits for its use, under a name that people see in JupyterLab.
   *
   * @returns its id, and that of the session that carries the name: removing it removes the kernel
   * @throws {JupyterError}
   */
  async startKept(name: string, title: string): Promise<{ id: string; sessionId: string }> {
    try {
      const path = `crosscompute-${randomUUID()}`;
      const options = { path, name: title, type: KEPT_TYPE, kernel: { name } };
      const { id: sessionId, kernel } = await SessionAPI.startSession(options, this.settings);
      if (!kernel) {
        throw new JupyterError('refused', 0, 'Jupyter started no kernel');
      }
      return { id: kernel.id, sessionId };
    } catch (error) {
      throw jupyterError(error);
    }
  }

  /** Remove a session with its kernel; does nothing when it is gone already. @throws {JupyterError} */
  async removeSession(id: string): Promise<void> {
    try {
      await SessionAPI.shutdownSession(id, this.settings);
    } catch (error) {
      throw jupyterError(error);
    }
  }

  /**
   * Remove the kernels of `startKept`, as after a server of ours that was killed.
   *
   * @param used - ids of those that a run executes in
   * @throws {JupyterError}
   */
  async removeKept(used: ReadonlySet<string> = new Set()): Promise<void> {
    try {
      const sessions = await SessionAPI.listRunning(this.settings);
      const kept = sessions.filter(
        ({ type, kernel }) => type === KEPT_TYPE && !used.has(kernel?.id ?? '')
      );
      await Promise.all(kept.map(({ id }) => this.removeSession(id)));
    } catch (error) {
      throw jupyterError(error);
    }
  }

  /**
   * Ask for the state of a kernel.
   *
   * @returns null when there is no such kernel (any more)
   * @throws {JupyterError}
   */
  async state(id: string): Promise<string | null> {
    try {
      const model = await KernelAPI.getKernelModel(id, this.settings);
      return model ? (model.execution_state ?? 'unknown') : null;
    } catch (error) {
      throw jupyterError(error);
    }
  }

  /** Interrupt a kernel. @throws {JupyterError} */
  async interrupt(id: string): Promise<void> {
    try {
      await KernelAPI.interruptKernel(id, this.settings);
    } catch (error) {
      throw jupyterError(error);
    }
  }

  /** Shut a kernel down and delete it; does nothing when it is gone already. @throws {JupyterError} */
  async remove(id: string): Promise<void> {
    try {
      await KernelAPI.shutdownKernel(id, this.settings);
    } catch (error) {
      throw jupyterError(error);
    }
  }

  private readonly _socketClass: new (
    address: string | URL,
    protocols?: string | string[]
  ) => WebSocket;
}

/** Tell whether a socket that is closed heard the begin of a message without its end, which it tells nobody. */
function isWithinMessage(socket: object): boolean {
  const receiver: unknown = '_receiver' in socket ? socket._receiver : null;
  return (
    typeof receiver === 'object' &&
    receiver !== null &&
    (('_state' in receiver && receiver._state !== 0) ||
      ('_bufferedBytes' in receiver && receiver._bufferedBytes !== 0))
  );
}

/**
 * Read a message of a kernel for the library, which is made for browsers:
 * - a message that it cannot use would end this process as an uncaught error; it is left out;
 * - it would reconnect to a kernel that Jupyter restarted; for a run that kernel is dead.
 */
function readMessage(read: () => KernelMessage.IMessage, log: ILog): KernelMessage.IMessage {
  try {
    const message = read();
    validateMessage(message);
    const content: object = message.content;
    if (
      message.header.msg_type === 'status' &&
      'execution_state' in content &&
      content.execution_state === 'restarting'
    ) {
      content.execution_state = 'dead';
    }
    return message;
  } catch (error) {
    log.debug(`a message of a kernel is unreadable: ${String(error)}`);
    return UNREADABLE;
  }
}

/** Stands for a message that was left out; nothing listens to it. */
const UNREADABLE: KernelMessage.IMessage = {
  channel: 'shell',
  header: {
    msg_id: '',
    msg_type: 'unreadable' as KernelMessage.MessageType,
    session: '',
    username: '',
    version: '',
    date: ''
  },
  parent_header: {},
  metadata: {},
  content: {}
} as KernelMessage.IMessage;

function variablesOf(spec: object): string[] {
  const variables: unknown = 'env' in spec ? spec.env : undefined;
  return typeof variables === 'object' && variables !== null ? Object.keys(variables) : [];
}

function jupyterError(error: unknown): JupyterError {
  if (error instanceof JupyterError) {
    return error;
  }
  if (error instanceof ServerConnection.ResponseError) {
    const { status } = error.response;
    // Gateways say 403 both to strangers and when they run as many kernels as they may.
    const isLimit = [403, 429, 503].includes(status) && /limit|maximum/i.test(error.message);
    return new JupyterError(
      isLimit ? 'limit' : status >= 502 && status <= 504 ? 'unreachable' : 'refused',
      status,
      status === 401 || status === 403
        ? `Jupyter did not accept our credentials (${status} ${error.message})`
        : `Jupyter answered ${status}: ${error.message}`
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new JupyterError('unreachable', 0, `Jupyter does not answer: ${message}`);
}
