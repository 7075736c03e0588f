import type { JsonObject } from '../json';
import type { IPosition } from '../problem';

/** The five steps of an automation, in their order on a page. */
export const STEP_NAMES = ['input', 'output', 'log', 'debug', 'print'] as const;

/** Name of a step: also the name of its folder in a batch. */
export type StepName = (typeof STEP_NAMES)[number];

/** The letter of each step in addresses. */
export const STEP_CODES: Readonly<Record<StepName, string>> = {
  input: 'i',
  output: 'o',
  log: 'l',
  debug: 'd',
  print: 'p'
};

/** The path that means: an environment variable, never on disk. */
export const ENVIRONMENT_PATH = 'ENVIRONMENT';

/** A variable of a step, normalised. */
export interface IVariable {
  step: StepName;
  id: string;
  /** Name of a registered view. */
  view: string;
  /** POSIX path relative to the folder of the step, or `ENVIRONMENT`. */
  path: string;
  /** Text above the field; '' means none. */
  label: string;
  /** Static configuration of the view, as written. */
  configuration: JsonObject;
  /** `input` makes it a control wherever it stands; null follows the page. */
  mode: 'input' | null;
  /** For inputs: the id must be given. For outputs: the run fails when it was not written. */
  isRequired: boolean;
  /** True when `required` stands in the file, so that an empty text counts as missing. */
  isRequiredExplicit: boolean;
  position: IPosition;
}

/** A Markdown page of a step. */
export interface ITemplate {
  /** POSIX path relative to the automation's folder. */
  path: string;
  /** Condition over input variables; '' means always. */
  expression: string;
  position: IPosition;
}

/** A step with its variables and templates in the order of the file. */
export interface IStep {
  name: StepName;
  variables: readonly IVariable[];
  templates: readonly ITemplate[];
}

/** A batch as the configuration defines it; with a CSV it stands for many. */
export interface IBatchDefinition {
  /** Text or template, relative to the automation's folder. */
  folder: string;
  /** Text or template; null means the last part of the folder. */
  name: string | null;
  /** Text or template; null means the name. */
  slug: string | null;
  /** `.csv` or `.txt` with a batch a row, relative to the automation's folder; null for one batch. */
  configurationPath: string | null;
  /** Folder whose `input/` gives default values; null for none. */
  referenceFolder: string | null;
  position: IPosition;
}

interface IScriptBase {
  /** Working folder relative to the automation's folder. */
  folder: string;
  position: IPosition;
}

/** A program with arguments, run as a child process without a shell. */
export interface ICommandScript extends IScriptBase {
  kind: 'command';
  /** As written; split by `splitCommand`. */
  command: string;
}

/** A notebook, run in its own kernel. */
export interface INotebookScript extends IScriptBase {
  kind: 'notebook';
  /** Path relative to the script's folder. */
  path: string;
  /** Kernel spec name that wins over the notebook's own; null for the notebook's. */
  kernel: string | null;
}

/** A Python file, run in a Python kernel. */
export interface IPythonScript extends IScriptBase {
  kind: 'python';
  path: string;
  kernel: string | null;
}

/** A function of a Python module, called in a Python kernel. */
export interface IFunctionScript extends IScriptBase {
  kind: 'function';
  /** Dotted module path relative to the script's folder. */
  module: string;
  /** Name of the function in the module. */
  name: string;
  kernel: string | null;
}

/** A script, by kind. */
export type Script = ICommandScript | INotebookScript | IPythonScript | IFunctionScript;

/** How and where scripts run. */
export interface IEnvironment {
  /** Names of the server's environment variables that scripts get. */
  variables: readonly string[];
  /** `single` runs one batch of this automation at a time; the others share the queue's bound. */
  concurrency: 'thread' | 'process' | 'single';
  /** Milliseconds after which a run ends as `timeout`; null for no limit. */
  timeoutMs: number | null;
  /**
   * What each run gets: a kernel of its own, or a fork of a warm Python process; `auto` forks for the batches of
   * a sweep where a fork does the same as a kernel.
   */
  isolation: 'auto' | 'kernel' | 'fork';
}

/** A style sheet of the automation: a file in its folder, or an address. */
export type Style = { path: string } | { uri: string };

/** How pages look. */
export interface IDisplay {
  styles: readonly Style[];
  /** What the automation page shows: the first batch's input or output page, or only the list. */
  automationDesign: 'input' | 'output' | 'none';
  /** Design of each step's page. */
  stepDesigns: Readonly<Record<StepName, 'flex' | 'none'>>;
  continueText: string;
  backText: string;
}

/**
 * An automation, read from its configuration and normalised: every default is filled in.
 */
export interface IAutomation {
  /** Absolute path of the configuration. */
  configuration: string;
  /** Absolute path of the configuration's folder. */
  folder: string;
  name: string;
  slug: string;
  title: string;
  description: string;
  version: string;
  steps: Readonly<Record<StepName, IStep>>;
  batches: readonly IBatchDefinition[];
  scripts: readonly Script[];
  environment: IEnvironment;
  display: IDisplay;
  /** True when the configuration has rules of access, which nothing applies yet: it must not be served. */
  hasAuthorization: boolean;
  /**
   * Sections `scripts environment input output datasets` as plain JSON, for the digest of the code.
   * Positions, templates and labels are not part of it.
   */
  codeSections: JsonObject;
}

/**
 * Find a variable by its id; ids in addresses ignore case, so this does too, an exact match first.
 */
export function findVariable(
  automation: IAutomation,
  step: StepName,
  id: string
): IVariable | undefined {
  const { variables } = automation.steps[step];
  const wanted = id.toLowerCase();
  return (
    variables.find(variable => variable.id === id) ??
    variables.find(variable => variable.id.toLowerCase() === wanted)
  );
}
