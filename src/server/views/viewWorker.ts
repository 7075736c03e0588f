import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { escapeHtml, html, SafeHtml } from '../../core/view/html';
import type { JsonValue } from '../../core/json';
import {
  VIEW_FUNCTIONS,
  type IViewWorkerData,
  type ViewAnswer,
  type ViewCall,
  type ViewDescription
} from './viewProtocol';

/*
 * A thread of its own for the view that a module of an author brings: without environment variables, ended when it hangs,
 * and begun anew when the module changes.
 */

type Module = Record<string, unknown>;

const { source, name, signal } = workerData as IViewWorkerData;

/** Thrown by `parse` for a value that it refuses; modules get it as `InputProblem`. */
class InputProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InputProblem';
  }
}

const TOOLS = { html, InputProblem };

async function load(): Promise<Module> {
  const loaded = (await import(
    `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`
  )) as { default?: unknown };
  const view = loaded.default;
  if (typeof view !== 'object' || view === null) {
    throw new Error('it exports no view by default; write export default { output(context) {…} }');
  }
  return view as Module;
}

function describe(view: Module): ViewDescription {
  const functions = VIEW_FUNCTIONS.filter(key => view[key] !== undefined && view[key] !== null);
  const wrong = functions.find(key => typeof view[key] !== 'function');
  if (wrong) {
    throw new Error(`its "${wrong}" is no function`);
  }
  if (!functions.includes('input') && !functions.includes('output')) {
    throw new Error('its view has neither a function "input" nor a function "output"');
  }
  if (view.name !== undefined && view.name !== name) {
    throw new Error(`its view is called "${String(view.name)}"; give both the same name`);
  }
  const refresh = view.refresh ?? 'inline';
  if (refresh !== 'inline' && refresh !== 'fetch' && refresh !== 'none') {
    throw new Error('its "refresh" must be "inline", "fetch" or "none"');
  }
  return {
    refresh,
    functions,
    acceptsEmpty: view.acceptsEmpty === true,
    isInline: view.isInline === true,
    isSecret: view.isSecret === true,
    needsNoData: view.needsNoData === true,
    readsText: view.readsText === true,
    inlineBytes: typeof view.inlineBytes === 'number' ? view.inlineBytes : undefined,
    publicEnvironment: texts(view, 'publicEnvironment') ?? [],
    configurationKeys: texts(view, 'configurationKeys'),
    environment: texts(view, 'environment') ?? []
  };
}

function texts(view: Module, key: string): string[] | null {
  const value = view[key] ?? null;
  if (value !== null && !(Array.isArray(value) && value.every(item => typeof item === 'string'))) {
    throw new Error(`its "${key}" must be a list of texts`);
  }
  return value as string[] | null;
}

async function answer(view: Module, call: ViewCall): Promise<ViewAnswer> {
  try {
    return { value: await ask(view, call) };
  } catch (error) {
    if (error instanceof Error && error.name === 'InputProblem' && call.function === 'parse') {
      return { refusal: error.message };
    }
    return { failure: messageOf(error) };
  }
}

async function ask(view: Module, call: ViewCall): Promise<JsonValue> {
  const act = (view[call.function] as (...words: unknown[]) => unknown).bind(view);
  switch (call.function) {
    case 'check':
      return plain((await act(call.configuration, TOOLS)) ?? []);
    case 'parse':
      return plain(await act(call.raw, call.configuration, TOOLS));
    case 'afterRun':
      return plain((await act(fileOf(call.text), call.configuration, TOOLS)) ?? null);
    default:
      return fragmentOf(await act(call.context, TOOLS), call.function);
  }
}

/** Text is text: only what the tag `html` made is markup. */
function fragmentOf(fragment: unknown, key: string): string {
  if (fragment === undefined || fragment === null) {
    return '';
  }
  if (fragment instanceof SafeHtml) {
    return fragment.toString();
  }
  if (typeof fragment === 'string' || typeof fragment === 'number') {
    return escapeHtml(String(fragment));
  }
  throw new Error(`its "${key}" must give text, or what the tag html makes`);
}

function fileOf(text: string) {
  return {
    size: Buffer.byteLength(text),
    async *read() {
      yield await Promise.resolve(text);
    }
  };
}

function plain(value: unknown): JsonValue {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) {
    throw new Error('it gives no value');
  }
  return JSON.parse(text) as JsonValue;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/Failed to resolve module specifier|Invalid relative URL/.test(text)) {
    return `${IMPORT_REASON} (${text.match(/"([^"]*)"/)?.[1] ?? text})`;
  }
  // The address of the module is its text.
  return (
    text
      .replace(/data:text\/javascript\S*/g, 'the module')
      .split('\n')[0]
      .slice(0, 500) || 'it fails without a reason'
  );
}

const IMPORT_REASON = 'it imports another file, and a module of a view is one file';

parentPort?.once('message', (port: MessagePort) => {
  const flag = new Int32Array(signal);
  load().then(
    view => {
      let description: ViewDescription;
      try {
        description = describe(view);
      } catch (error) {
        parentPort?.postMessage({ failure: messageOf(error) });
        return;
      }
      port.on('message', (call: ViewCall) => {
        void answer(view, call).then(given => {
          port.postMessage(given);
          Atomics.store(flag, 0, 1);
          Atomics.notify(flag, 0);
        });
      });
      parentPort?.postMessage({ description });
    },
    error => parentPort?.postMessage({ failure: messageOf(error) })
  );
});
