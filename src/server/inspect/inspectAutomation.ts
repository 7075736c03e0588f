import type { IAutomation } from '../../core/automation/automation';
import { PROBLEM_CODES, WEIGHTS, type ProblemCode } from '../../core/automation/problemCodes';
import { didYouMean } from '../../core/automation/suggest';
import type { IFiles } from '../../core/files';
import { joinPath } from '../../core/path';
import type { IPosition, IProblem } from '../../core/problem';
import { parseNotebook } from '../../core/run/notebook';
import type { Podman } from '../engine/container/podman';
import { podmanProblems } from '../engine/container/podmanProblem';
import { HttpError } from '../httpError';
import type { ITemplateFailure } from '../overrides/lockedTemplates';
import type { Packages } from '../packages/packages';
import { packagesProblems } from '../packages/packagesProblem';
import { findBrowser } from '../print/findBrowser';

/** What only this machine can tell of an automation. */
export interface IInspectionOptions {
  files: IFiles;
  packages: Pick<Packages, 'missing'>;
  podman: Pick<Podman, 'find'>;
  /** Templates of its author that do not parse. */
  findTemplateFaults(automation: IAutomation): Promise<readonly ITemplateFailure[]>;
  /**
   * Names of kernels.
   *
   * @param wanted - names that are looked for
   * @returns null when nobody can tell
   */
  kernels(wanted: readonly string[]): Promise<ReadonlySet<string> | null>;
  environment: NodeJS.ProcessEnv;
}

/** Look at what an automation needs of this machine: packages, podman, kernels, a printer, templates that parse. */
export async function inspectAutomation(
  automation: IAutomation,
  options: IInspectionOptions
): Promise<IProblem[]> {
  const found = await Promise.all([
    options.packages.missing(automation).then(missing => packagesProblems(missing)),
    podmanProblems(automation, options.podman),
    inspectKernels(automation, options),
    inspectPrinter(automation, options.environment),
    inspectTemplates(automation, options)
  ]);
  return found.flat();
}

async function inspectKernels(
  automation: IAutomation,
  { files, kernels }: IInspectionOptions
): Promise<IProblem[]> {
  if (automation.environment.engine === 'podman') {
    return [];
  }
  const wishes: { kernel: string; position: IPosition; notebook: string }[] = [];
  for (const script of automation.scripts) {
    if (script.kind === 'command') {
      continue;
    }
    const notebook = script.kind === 'notebook' ? script.path : '';
    const kernel =
      script.kernel ??
      (notebook && (await kernelOf(files, joinPath(automation.folder, script.folder, notebook))));
    if (kernel) {
      wishes.push({ kernel, position: script.position, notebook: script.kernel ? '' : notebook });
    }
  }
  const names = wishes.length
    ? await kernels(wishes.map(({ kernel }) => kernel.toLowerCase()))
    : null;
  if (!names) {
    return [];
  }
  const available = [...names].sort().join(', ') || 'none';
  return wishes
    .filter(({ kernel }) => !names.has(kernel.toLowerCase()))
    .map(({ kernel, position, notebook }) => {
      const of = notebook && ` of "${notebook}"`;
      const near = didYouMean(kernel, [...names]);
      const hint = near ? `${near} Available: ${available}` : `available: ${available}`;
      return problem('kernel-unknown', position, `kernel "${kernel}"${of} is not installed`, hint);
    });
}

async function kernelOf(files: IFiles, path: string): Promise<string> {
  try {
    return parseNotebook(await files.readText(path)).kernel;
  } catch {
    // That it is no notebook is told already.
    return '';
  }
}

async function inspectPrinter(
  { steps }: IAutomation,
  environment: NodeJS.ProcessEnv
): Promise<IProblem[]> {
  const printed = steps.print.variables.find(({ view }) => view === 'pdf');
  if (!printed) {
    return [];
  }
  try {
    await findBrowser(environment);
    return [];
  } catch (error) {
    if (error instanceof HttpError) {
      const [message, ...hints] = error.message.split(/[;.] (?=printing|Install|correct)/);
      const hint = hints.join('; ');
      return [problem('printer-unavailable', printed.position, message, hint)];
    }
    throw error;
  }
}

async function inspectTemplates(
  automation: IAutomation,
  { findTemplateFaults }: IInspectionOptions
): Promise<IProblem[]> {
  const faults = await findTemplateFaults(automation);
  return faults.map(({ template, line, column, message }) => ({
    ...problem(
      'template-syntax',
      { file: template, line, column },
      message,
      'until it is corrected the page is shown as usual'
    ),
    // The built-in page takes its place.
    ...WEIGHTS.error,
    blocks: 'nothing'
  }));
}

function problem(
  code: ProblemCode,
  { file, line, column }: IPosition,
  message: string,
  hint: string
): IProblem {
  return { file, line, column, ...PROBLEM_CODES[code], code, message, hint };
}
