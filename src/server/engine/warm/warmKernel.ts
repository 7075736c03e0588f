import { pythonWarmUp } from '../../../core/run/languages/pythonWarmUp';
import type { ILog } from '../../log';
import type { IKernelSpec, JupyterClient } from '../jupyterClient';
import { KernelSession } from '../kernelSession';
import { NEVER_PRELOADED } from '../neverPreloaded';

/** What a kernel is kept ready for. */
export interface IWarmKey {
  /** Base address of its Jupyter server. */
  baseUrl: string;
  spec: IKernelSpec;
  /** What it imports before; empty for other languages than Python. */
  modules: readonly string[];
  /** The environment in which it imports; empty where it imports nothing. */
  environment: Readonly<Record<string, string>>;
}

/** A kernel that waits for its run. */
export interface IWarmKernel {
  key: IWarmKey;
  session: KernelSession;
  /** Top-level names of the modules that it imported. */
  loaded: ReadonlySet<string>;
}

/** Shown in JupyterLab's list of running kernels. */
const TITLE = 'CrossCompute (kept ready for the next run)';
/** Modules of a package that is large may take a while to be read from a disk. */
const WARM_UP_MS = 60_000;

/**
 * Start a kernel and let it import what its key says.
 *
 * @returns null when it did not become ready, or refuses to be warm; it is gone then
 * @throws {JupyterError} when there can be no kernel now
 */
export async function startWarmKernel(
  client: JupyterClient,
  key: IWarmKey,
  log: ILog
): Promise<IWarmKernel | null> {
  const { id, sessionId } = await client.startKept(key.spec.name, TITLE);
  const session = new KernelSession(client, id, key.spec.name, log, () =>
    client.removeSession(sessionId)
  );
  try {
    const isReady = await Promise.race([
      session.ready.then(() => true),
      session.ended.then(() => false)
    ]);
    const loaded = isReady ? await warmUp(session, key, log) : null;
    if (loaded) {
      return { key, session, loaded };
    }
  } catch (error) {
    await session.remove();
    throw error;
  }
  await session.remove();
  return null;
}

/** @returns null when the kernel is to be used by nobody */
async function warmUp(
  session: KernelSession,
  { modules, environment, spec }: IWarmKey,
  log: ILog
): Promise<ReadonlySet<string> | null> {
  if (modules.length === 0) {
    return new Set();
  }
  const { code, expression } = pythonWarmUp({
    modules,
    environment,
    never: NEVER_PRELOADED,
    keep: spec.variables
  });
  return new Promise(resolve => {
    let hasSaid = false;
    const timer = setTimeout(() => resolve(null), WARM_UP_MS);
    timer.unref();
    const finish = (loaded: ReadonlySet<string> | null) => {
      clearTimeout(timer);
      resolve(loaded);
    };
    void session.ended.then(() => finish(null));
    session.execute(
      {
        code,
        silent: true,
        store_history: false,
        allow_stdin: false,
        user_expressions: { loaded: expression }
      },
      {
        onOutput: ({ header }) => {
          hasSaid = hasSaid || header.msg_type === 'stream';
        },
        onReply: ({ content }) => {
          const loaded = readLoaded(content);
          if (typeof loaded === 'string' || hasSaid) {
            log.debug(`a kernel is not kept ready: ${String(loaded)}`);
            finish(null);
          } else {
            finish(loaded);
          }
        },
        onInputRequest: () => finish(null)
      }
    );
  });
}

/** The modules, or why there are none. */
function readLoaded(content: object): ReadonlySet<string> | string {
  const expressions = 'user_expressions' in content ? content.user_expressions : undefined;
  const answer = (expressions ?? {}) as {
    loaded?: { data?: { 'text/plain'?: unknown }; evalue?: unknown };
  };
  const text = answer.loaded?.data?.['text/plain'];
  return typeof text === 'string'
    ? new Set(text.replace(/^['"]|['"]$/g, '').split(' '))
    : String(answer.loaded?.evalue ?? 'it does not say what it imported');
}
