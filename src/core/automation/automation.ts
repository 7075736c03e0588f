import type { JsonObject, JsonValue } from '../json';
import type { IPosition } from '../problem';
import type { RunErrorCode } from '../run/run';

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
  /** Name of a registered view, or of one that the automation brings. */
  view: string;
  /** Absolute path of the module that brings the view; absent for views of ours. */
  viewModule?: string;
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
  /** Who may see a debug variable: `debug` only who may run; null everyone who may see the batch. */
  level: VariableLevel | null;
  position: IPosition;
}

/** How much a debug variable matters, least first. */
export const VARIABLE_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const;

/** How much a debug variable matters; the 1.0 word `level` in lower case. */
export type VariableLevel = (typeof VARIABLE_LEVELS)[number];

/** A Markdown page of a step. */
export interface ITemplate {
  /** POSIX path relative to the automation's folder. */
  path: string;
  /** Condition over input variables, see `parseExpression`; '' means always. */
  expression: string;
  /** Where the text of the expression begins. */
  expressionPosition: IPosition;
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
  /** True when a slug that an address can hold stays as it is written, as 1.0 has it. */
  isSlugKept: boolean;
  /** `.csv` or `.txt` with a batch a row, relative to the automation's folder; null for one batch. */
  configurationPath: string | null;
  /** Folder whose `input/` gives default values; null for none. */
  referenceFolder: string | null;
  position: IPosition;
}

interface IScriptBase {
  /** Working folder relative to the automation's folder. */
  folder: string;
  /** `progress`: each line of stdout says how far the run is; absent for text. */
  protocol?: 'progress';
  position: IPosition;
}

/** A program with arguments, run as a child process without a shell. */
export interface ICommandScript extends IScriptBase {
  kind: 'command';
  /** As written; split by `splitCommand`. */
  command: string;
  /** What the progress protocol adds to the command; absent without it. */
  parameters?: IProgramParameters;
}

/** Arguments that a program of the progress protocol gets behind its own. */
export interface IProgramParameters {
  /** Ids of input variables whose values are given as text, in this order. */
  inputs: readonly string[];
  /** Id of the output variable whose file the program writes, the path of which comes last; null for none. */
  result: string | null;
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

/** What can install packages. */
export const PACKAGE_MANAGERS = ['apt', 'dnf', 'npm', 'pip'] as const;

/** A package that scripts need. */
export interface IPackage {
  /** As the package manager takes it, such as `numpy>=2`. */
  id: string;
  manager: (typeof PACKAGE_MANAGERS)[number];
  position: IPosition;
}

/** When a run that failed is tried again by itself. */
export interface IRetryPolicy {
  /** Further attempts, 1–10. */
  count: number;
  /** Milliseconds before the first of them; doubles from one to the next. */
  delayMs: number;
  /** Codes of errors after which it is tried again. */
  codes: readonly RunErrorCode[];
}

/** When a batch runs again. */
export interface IInterval {
  /** Time from the end of a run to the next, > 0. */
  milliseconds: number;
  /** True to run also when nobody watches. */
  isStrict: boolean;
  /** Milliseconds since the epoch before which nothing runs (1.0 `schedule`); absent for none. */
  startMs?: number;
}

/** How and where scripts run. */
export interface IEnvironment {
  /** `kernel` means kernels and child processes of this host, the original's `unsafe`. */
  engine: 'kernel' | 'podman';
  /** Where the configuration asks for podman; null when it does not. */
  enginePosition: IPosition | null;
  /** Parent image of the container. */
  image: string;
  packages: readonly IPackage[];
  /** Ports of the container, by the id of the log or debug variable that gets the address. */
  ports: readonly { id: string; number: number }[];
  /** Time from the end of a batch's run to its next; null for no repetition. */
  interval: IInterval | null;
  /** False leaves figures at the end of cells undrawn. */
  hasFigures: boolean;
  /** Limits of a container as its engine takes them, such as `512m` and `2`; null for none. */
  memory: string | null;
  processor: string | null;
  /** Names of the server's environment variables that scripts get in their environment. */
  variables: readonly string[];
  /** The same for those that scripts get as a file of that name in `debug/`, removed after the run (1.0). */
  fileVariables: readonly string[];
  /** The same for those that are needed while the image is made (1.0). */
  setupVariables: readonly string[];
  /** Shell scripts that prepare the image, relative to the automation's folder (1.0); null for none. */
  setup: { root: string | null; user: string | null };
  /** Hosts that a container may reach (1.0); empty for those of the vocabulary's default. */
  apis: readonly string[];
  /** `single` runs one batch of this automation at a time; the others share the queue's bound. */
  concurrency: 'thread' | 'process' | 'single';
  /** When a run that failed is tried again by itself; null for never. */
  retry: IRetryPolicy | null;
  /** True when an earlier result of equal work answers in place of a run. */
  isCached: boolean;
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

/** Design of the page of a step: a column, nothing of ours at all, or sections that fold. */
export type StepDesign = 'flex' | 'none' | 'accordion';

/** Pages whose template an author may replace. */
export const OVERRIDE_IDS = ['base', 'live', 'root', 'automation', 'batch', 'step'] as const;

/** Name of a page whose template an author may replace. */
export type OverrideId = (typeof OVERRIDE_IDS)[number];

/** Texts of the buttons of a form. */
export interface IButtonTexts {
  continueText: string;
  backText: string;
}

/** How pages look. */
export interface IDisplay extends IButtonTexts {
  styles: readonly Style[];
  /** Templates of the author in place of ours; path relative to the automation's folder. */
  overrides: readonly { id: OverrideId; path: string; position: IPosition }[];
  /** What the automation page shows: the featured batch's input or output page, or only the list. */
  automationDesign: 'input' | 'output' | 'none';
  /** Design of each step's page. */
  stepDesigns: Readonly<Record<StepName, StepDesign>>;
  /** Slug of the batch that the automation page shows; null for the first. */
  featuredBatch: string | null;
  /** Texts of the buttons of the pages that have their own (1.0); `buttonTextsOf` looks them up. */
  stepButtons: Readonly<Partial<Record<StepName, IButtonTexts>>>;
}

/** Who owns an automation, for the footer. */
export interface ICopyright {
  /** Markdown with `{name} {image_uri} {owner_uri} {year}`; null for our own sentence. */
  text: string | null;
  name: string;
  /** As written; `/assets/…` is ours. */
  imageUri: string;
  ownerUri: string;
  /** As written; null for the current one. */
  year: string | null;
}

/** Another automation of the same site. */
export interface IImport {
  /** File or folder, relative to the importing configuration's folder. */
  path: string;
  /** Name for templates; null for none. */
  id: string | null;
  /** False keeps it out of lists (1.0 visibility `hidden`). */
  isListed: boolean;
  /** True when only a group can allow it (1.0 `protected` and `private`). */
  needsGroup: boolean;
  position: IPosition;
}

/** A file or folder that scripts use. */
export interface IDataset {
  /** Where scripts look, relative to the automation's folder. */
  path: string;
  /** Where it comes from: a file or folder (a link is made), an address (it is downloaded); null for itself. */
  reference: { path: string } | { uri: string } | null;
  /** 1.0: `replace` copies it into the input folder before a run. */
  input: 'none' | 'replace';
  /** 1.0: takes the file of the same path from the output folder after a successful run. */
  output: 'none' | 'append' | 'replace';
  position: IPosition;
}

/** What a person may do; the 0.9.4 words. */
export const PERMISSIONS = [
  'add_token',
  'see_root',
  'see_automation',
  'see_batch',
  'run_automation'
] as const;

/** Name of a permission. */
export type Permission = (typeof PERMISSIONS)[number];

/** A group of people; the first that matches an identity decides. */
export interface IGroup {
  /** Property to the values of which an identity must have one; empty matches everyone. */
  properties: Readonly<Record<string, readonly JsonValue[]>>;
  /** Permissions that are absent are refused; `match` compares identity and inputs. */
  permissions: Readonly<Partial<Record<Permission, 'accept' | 'match'>>>;
  position: IPosition;
}

/** Rules of access. */
export interface IAuthorization {
  /** Files of tokens, relative to the automation's folder. */
  tokenFiles: readonly { path: string; position: IPosition }[];
  groups: readonly IGroup[];
}

/** A view that comes with the automation, or defaults for one of ours. */
export interface ICustomView {
  name: string;
  /** JavaScript module relative to the automation's folder, whose default export is an `IView`; null for defaults alone. */
  module: string | null;
  /** Defaults of the configuration of all variables with this view. */
  configuration: JsonObject;
  position: IPosition;
}

/**
 * An automation, read from its configuration and normalised: every default is filled in.
 */
export interface IAutomation {
  /** Absolute path of the configuration. */
  configuration: string;
  /** Absolute path of the configuration's folder. */
  folder: string;
  /** Which definitions the version follows: 1.0 is stricter. */
  vocabulary: '0.9' | '1.0';
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
  /** At least one: ours when the file names none. */
  copyrights: readonly ICopyright[];
  imports: readonly IImport[];
  datasets: readonly IDataset[];
  /** Null when the file has none: everyone may see and run, unless an importing file says otherwise. */
  authorization: IAuthorization | null;
  customViews: readonly ICustomView[];
  /** Folders with `input/` and the expected `output/`, relative to the automation's folder. */
  tests: readonly { folder: string; position: IPosition }[];
  /**
   * Sections `scripts environment input output datasets` as plain JSON, for the digest of the code.
   * Positions, templates and labels are not part of it.
   */
  codeSections: JsonObject;
}

/** Texts of the buttons on the page of a step. */
export function buttonTextsOf(display: IDisplay, step: StepName): IButtonTexts {
  return display.stepButtons[step] ?? display;
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
