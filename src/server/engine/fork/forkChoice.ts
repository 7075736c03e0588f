import type { IScriptContext } from '../../../core/run/execution';
import { GPU_MODULES } from '../neverPreloaded';
import { findStartVariable, isReadAtStart, readModuleFolder, readSource } from '../scriptModules';
import type { IModuleFolder } from '../scriptModules';
import { planScript } from '../scriptPlan';
import type { IScriptPlan } from '../scriptPlan';
import type { ForkServerKey, ForkServers } from './forkServers';
import { importedModules } from './importedModules';

/** What decides whether a script can run in a fork. */
export type IForkQuestion = Pick<
  IScriptContext,
  'automation' | 'script' | 'index' | 'folders' | 'environment'
>;

/** What a decision needs. */
export interface IForkChoiceOptions {
  script: string | null;
  findPython(kernel: string): Promise<string | null>;
  /** What every run sees; fork servers start with it. */
  environment: Readonly<Record<string, string>>;
}

/** The fork server of a script. */
export interface IChosenFork extends ForkServerKey {
  /** Names of the modules that the folder of the script has. */
  own: readonly string[];
}

/** What was found out about a script that can run in a fork, for its execution. */
export interface IForkChoice {
  plan: IScriptPlan;
  key: IChosenFork;
}

/** Modules whose work needs the connections of a kernel. */
const NEED_KERNEL = new Set(['ipyparallel', 'ipykernel']);

/**
 * Tell why a script cannot run in a fork.
 *
 * @returns a phrase for a person; null when it can, or when it cannot run at all, which its execution will say
 */
export async function findObstacle(
  options: IForkChoiceOptions & {
    servers: ForkServers;
    choices: WeakMap<IForkQuestion, IForkChoice>;
  },
  question: IForkQuestion
): Promise<string | null> {
  const { script } = question;
  if (script.kind === 'command') {
    return 'it is a command';
  }
  const plan = await planScript(question, script);
  if ('returnCode' in plan) {
    return null;
  }
  const key = await forkKey(options, question, plan);
  if ('obstacle' in key) {
    return key.obstacle;
  }
  options.choices.set(question, { plan, key });
  const use = options.servers.use(key);
  try {
    const readiness = await use.server.ready;
    if (!readiness.isSafe) {
      return readiness.reason;
    }
    const own = key.own.find(name => readiness.modules.has(name));
    return own === undefined ? null : `the file ${own} has the name of a module that is loaded`;
  } finally {
    use.release();
  }
}

/**
 * Choose the fork server of a script.
 *
 * @returns the obstacle when there can be none
 */
export async function forkKey(
  options: IForkChoiceOptions,
  question: IForkQuestion,
  plan: IScriptPlan
): Promise<IChosenFork | { obstacle: string }> {
  const source = await readSource(question, plan);
  const modules = importedModules(source);
  const folder = await readModuleFolder(plan.folder);
  const obstacle = staticObstacle(options, question, plan, { source, modules, folder });
  if (obstacle !== null) {
    return { obstacle };
  }
  const python = await options.findPython(plan.kernel || 'python3');
  if (python === null) {
    return { obstacle: `kernel "${plan.kernel}" is no plain Python kernel of this machine` };
  }
  const { own } = folder;
  return {
    python,
    modules: modules.filter(name => !own.includes(name.split('.')[0])).sort(),
    own
  };
}

/** What a look at the script and its folder tells. */
function staticObstacle(
  options: IForkChoiceOptions,
  { environment }: IForkQuestion,
  plan: IScriptPlan,
  code: { source: string; modules: string[]; folder: IModuleFolder }
): string | null {
  if (process.platform !== 'linux') {
    return 'forks work on Linux only';
  }
  if (options.script === null) {
    return 'fork_server.py is missing from this installation';
  }
  if (plan.language && !/^i?python3?$/i.test(plan.language)) {
    return `it is written in ${plan.language}`;
  }
  const names = [...Object.keys(environment), ...Object.keys(options.environment)];
  const variable = names.find(
    name => isReadAtStart(name) && environment[name] !== options.environment[name]
  );
  if (variable !== undefined) {
    return `${variable} is read when Python starts`;
  }
  const set = findStartVariable(code.source);
  if (set !== null) {
    return `it sets ${set}, which is read when a library is imported`;
  }
  const gpu = code.modules.find(name => GPU_MODULES.has(name.split('.')[0]));
  if (gpu !== undefined) {
    return `it imports ${gpu}, which uses a GPU`;
  }
  const module = code.modules.find(name => NEED_KERNEL.has(name.split('.')[0]));
  if (module !== undefined) {
    return `it imports ${module}`;
  }
  const magic = /^[ \t]*%(?:matplotlib|pylab|gui)(?![ \t]+(?:inline|agg)\b).*$/m.exec(
    code.source
  )?.[0];
  if (magic !== undefined) {
    return `it uses ${magic.trim()}`;
  }
  const { settings } = code.folder;
  return settings === null ? null : `its folder has a ${settings}`;
}
