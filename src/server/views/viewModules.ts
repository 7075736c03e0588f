import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import type { IAutomation, ICustomView, IVariable } from '../../core/automation/automation';
import { PROBLEM_CODES, WEIGHTS } from '../../core/automation/problemCodes';
import { didYouMean } from '../../core/automation/suggest';
import { joinPath } from '../../core/path';
import type { IPosition, IProblem } from '../../core/problem';
import type { ViewRegistry } from '../../core/view/registry';
import { isAbsent } from '../files';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import { resolveInside } from '../site/containedPath';
import { createModuleView, createUnavailableView } from './moduleView';
import { ViewThread, type IViewLimits } from './viewThread';

/** What modules of views need. */
export interface IViewModulesOptions {
  views: ViewRegistry;
  /** Absolute path of the bundled `viewWorker.cjs`. */
  script: string;
  /** Value of a variable of the server's environment. */
  environment: (name: string) => string | undefined;
  /**
   * Tell whether the code of a module may run here; where nobody chose the folder it needs someone's word.
   *
   * @param digest - SHA-256 of the module
   */
  isTrusted: (digest: string) => boolean;
  log: ILog;
  limits?: IViewLimits;
}

/** What is known of a module. */
interface ILoadedModule {
  name: string;
  digest: string;
  /** Its text, which pages get. */
  text: string;
  thread: ViewThread | null;
  /** Why there is no view, with what to do; '' when there is one. */
  reason: string;
  hint: string;
}

/** Bytes of a module. */
const MAX_MODULE_BYTES = 2 * 1024 * 1024;

/** Loads the views that automations bring, each in a thread of its own, and anew when a module changes. */
export class ViewModules {
  constructor(private readonly _options: IViewModulesOptions) {}

  /**
   * Load the views of an automation, and check the variables that have them.
   *
   * @returns problems, each at its place in the configuration
   */
  async load(automation: IAutomation): Promise<IProblem[]> {
    const problems: IProblem[] = [];
    for (const view of automation.customViews) {
      if (view.module !== null && !isOurs(this._options.views, view)) {
        const loaded = await this._loadOnce(automation, view);
        problems.push(...this._problemsOf(automation, view, loaded));
      }
    }
    return problems;
  }

  /**
   * The text of a module as pages load it.
   *
   * @param servedName - see `servedNameOf`
   * @throws {HttpError} 404 `not-found`
   */
  text(automation: IAutomation, servedName: string): string {
    for (const { module } of automation.customViews) {
      const loaded = module === null ? undefined : this._loadedOf(automation, module);
      if (loaded?.thread && servedNameOf(loaded) === servedName) {
        return loaded.text;
      }
    }
    throw new HttpError(404, 'not-found', 'there is no such module');
  }

  /** SHA-256 of each module of an automation that can be read, by its path in the automation's folder. */
  digests(automation: IAutomation): Map<string, string> {
    return new Map(
      automation.customViews.flatMap(({ module }) => {
        const loaded = module === null ? undefined : this._loadedOf(automation, module);
        return module !== null && loaded?.digest ? [[module, loaded.digest] as const] : [];
      })
    );
  }

  /** End all threads. */
  close(): void {
    this._loaded.forEach(({ thread }) => thread?.close());
    this._loaded.clear();
  }

  private _loadedOf({ folder }: IAutomation, module: string): ILoadedModule | undefined {
    return this._loaded.get(joinPath(folder, module));
  }

  /** What reads a module twice at the same time would start it twice. */
  private _loadOnce(automation: IAutomation, view: ICustomView): Promise<ILoadedModule> {
    const file = joinPath(automation.folder, view.module ?? '');
    const loading = (this._loading.get(file) ?? Promise.resolve()).then(() =>
      this._load(automation, view, file)
    );
    const settled = loading.then(
      () => undefined,
      () => undefined
    );
    this._loading.set(file, settled);
    return loading;
  }

  private async _load(
    automation: IAutomation,
    { name, module }: ICustomView,
    file: string
  ): Promise<ILoadedModule> {
    const known = this._loaded.get(file);
    const read = await readModule(automation.folder, module ?? '');
    const digest = 'text' in read ? createHash('sha256').update(read.text).digest('hex') : '';
    const isTrusted = digest !== '' && this._options.isTrusted(digest);
    if (known && known.digest === digest && known.name === name && !!known.thread === isTrusted) {
      return known;
    }
    known?.thread?.close();
    const loaded: ILoadedModule = { name, digest, text: '', thread: null, reason: '', hint: '' };
    this._loaded.set(file, loaded);
    if ('reason' in read) {
      loaded.reason = read.reason;
    } else if (!isTrusted) {
      loaded.reason = `its code "${module}" did not run, as nobody said that this tool is trusted`;
      loaded.hint = 'read it, then choose "Trust this tool" in the panel';
    } else {
      loaded.text = read.text;
      await this._start(loaded, file);
    }
    const { views, log } = this._options;
    const { thread } = loaded;
    const servedName = servedNameOf(loaded);
    views.setModule(
      file,
      thread ? createModuleView({ name, thread, servedName, log }) : createUnavailableView(name)
    );
    return loaded;
  }

  private async _start(loaded: ILoadedModule, module: string): Promise<void> {
    const { script, log, limits } = this._options;
    try {
      const { name, text: source } = loaded;
      loaded.thread = await ViewThread.start({ script, source, name, log, limits });
    } catch (error) {
      loaded.reason = error instanceof Error ? error.message : String(error);
      loaded.hint = `correct "${module.split('/').pop()}"; it is loaded again by itself`;
    }
  }

  private _problemsOf(
    automation: IAutomation,
    view: ICustomView,
    { thread, reason, hint }: ILoadedModule
  ): IProblem[] {
    const { name, position } = view;
    if (!thread) {
      const message = `view "${name}" could not be loaded: ${reason}`;
      return [
        {
          ...position,
          ...PROBLEM_CODES['view-unavailable'],
          code: 'view-unavailable',
          message,
          hint
        }
      ];
    }
    const missing = thread.description.environment.filter(
      variable => !this._options.environment(variable)
    );
    return [
      ...missing.map(variable => ({
        ...position,
        ...PROBLEM_CODES['environment-variable'],
        code: 'environment-variable',
        message: `environment variable "${variable}" is not set`,
        hint: `view "${name}" needs it; set it before the server starts`
      })),
      ...variablesOf(automation, name).flatMap(variable =>
        this._checkVariable(variable, thread, position)
      )
    ];
  }

  private _checkVariable(variable: IVariable, thread: ViewThread, at: IPosition): IProblem[] {
    const { viewModule, view: name, configuration, mode, step, position } = variable;
    const { configurationKeys } = thread.description;
    const view = this._options.views.get(viewModule ?? '');
    const isInput = step === 'input' || mode === 'input';
    const problem = (code: 'view-step' | 'view-configuration', message: string, hint = '') => ({
      ...(position.file ? position : at),
      ...WEIGHTS.warning,
      code,
      message,
      hint
    });
    const found: IProblem[] = [];
    if (isInput ? !view?.input : !view?.output) {
      const purpose = isInput ? 'input' : 'output';
      found.push(problem('view-step', `view "${name}" cannot be used for ${purpose}`));
    }
    for (const key of Object.keys(configuration)) {
      const isKnown = [...(configurationKeys ?? [key]), 'required', 'help', 'disabled'].includes(
        key
      );
      if (!isKnown && !key.startsWith('x-')) {
        const message = `configuration "${key}" of view "${name}" is not known`;
        const hint = didYouMean(key, configurationKeys ?? []);
        found.push(problem('view-configuration', message, hint));
      }
    }
    for (const { severity, message } of view?.check?.(configuration) ?? []) {
      found.push({ ...problem('view-configuration', message), ...WEIGHTS[severity] });
    }
    return found;
  }

  private readonly _loaded = new Map<string, ILoadedModule>();
  private readonly _loading = new Map<string, Promise<void>>();
}

/** The name under which pages load a module: it changes with its content. */
function servedNameOf({ name, digest }: Pick<ILoadedModule, 'name' | 'digest'>): string {
  return `${name}-${digest.slice(0, 16)}.mjs`;
}

/** A name of ours was refused already. */
function isOurs(views: ViewRegistry, { name }: ICustomView): boolean {
  return views.names().includes(name);
}

function variablesOf({ steps }: IAutomation, name: string): IVariable[] {
  return Object.values(steps)
    .flatMap(({ variables }) => variables)
    .filter(({ view, viewModule }) => view === name && viewModule !== undefined);
}

async function readModule(
  folder: string,
  module: string
): Promise<{ text: string } | { reason: string }> {
  try {
    const file = await resolveInside(folder, module);
    const { size } = await fs.stat(file);
    return size > MAX_MODULE_BYTES
      ? { reason: `"${module}" has more than 2 MiB` }
      : { text: await fs.readFile(file, 'utf8') };
  } catch (error) {
    if (error instanceof HttpError || isAbsent(error)) {
      return { reason: `"${module}" was not found` };
    }
    return { reason: `"${module}" cannot be read` };
  }
}
