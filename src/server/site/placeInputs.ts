import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { PostedInputs } from '../../core/api';
import type { IAutomation, IVariable, StepName } from '../../core/automation/automation';
import type { InputValues } from '../../core/batch/batch';
import { isUpload, layOutInputs } from '../../core/batch/inputFiles';
import { parseInputs } from '../../core/batch/parseInputs';
import { ownValue } from '../../core/batch/parseValue';
import type { IFiles } from '../../core/files';
import type { JsonObject, JsonValue } from '../../core/json';
import type { IRunProblem } from '../../core/run/run';
import { formTemplatesOf } from '../../core/template/formTemplates';
import { readTemplates } from '../../core/template/readTemplates';
import { acceptedBy, findRefusedFile } from '../../core/view/acceptedFiles';
import type { ViewRegistry } from '../../core/view/registry';
import { HttpError } from '../httpError';
import { writeAtomically } from '../store/atomicWrite';
import { resolveInside } from './containedPath';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import type { IInputReader } from './runInputs';
import type { Uploads } from './uploads';
import { VariableReader } from './variableReader';

/** What a form posted. */
export interface IPostedForm {
  posted: PostedInputs;
  /** The step on whose page it stands. */
  step: StepName;
  /** Batch whose values fill what is not given; null for none. */
  from: ILocatedBatch | null;
  /** See `IInputForm`. */
  isStrict: boolean;
  /** Called with the values before anything is written; throws when they may not be run. */
  requireAllowed?: (values: InputValues) => void;
}

/** Posted inputs that lie as files where a run finds them. */
export interface IPlacedInputs {
  /** Posted ids that are no inputs. */
  problems: IRunProblem[];
  /** Values that are never on disk, by variable id. */
  environment: InputValues;
}

/** What placing inputs needs. */
export interface IInputPlaces {
  /** Files of which pages are made, for templates. */
  files: IFiles;
  reader: IInputReader;
  /** Values of a batch's inputs. */
  values(automation: IAutomation, batch: ILocatedBatch): Promise<InputValues>;
}

/**
 * Parse posted inputs and put them as files where a batch or run has its inputs.
 *
 * @param inputFolder - absolute
 * @throws {HttpError} 400 `input-refused`; nothing is written then
 */
export async function placeInputs(
  { files, reader, values: valuesOf }: IInputPlaces,
  loaded: LoadedAutomation,
  { posted, step, from, isStrict, requireAllowed }: IPostedForm,
  inputFolder: string
): Promise<IPlacedInputs> {
  const automation = loaded.get();
  const { views, uploads } = reader;
  const texts = await readTemplates(files, automation, step);
  const configurations = from ? await configurationsOf(automation, from, views) : {};
  const { values, refusals, unknown } = parseInputs(automation, views, posted, {
    fallback: from ? await valuesOf(automation, from) : {},
    templates: formTemplatesOf({ automation, step, views, isPrint: false }, texts),
    isStrict,
    configurations
  });
  for (const variable of automation.steps.input.variables) {
    const configuration = ownValue(configurations, variable.id) ?? variable.configuration;
    const value = ownValue(values, variable.id);
    const message = await refuseUpload({ ...variable, configuration }, value, uploads);
    if (message) {
      refusals.push({ variable: variable.id, message });
    }
  }
  if (refusals.length) {
    const message = refusals.map(({ variable, message }) => `${variable}: ${message}`).join('; ');
    throw new HttpError(400, 'input-refused', message, { refusals });
  }
  requireAllowed?.(values);
  for (const file of layOutInputs(automation.steps.input.variables, values)) {
    if ('text' in file) {
      await writeAtomically(await resolveInside(inputFolder, file.path), file.text);
    } else if ('uri' in file) {
      await uploads.place(file.uri, inputFolder, file.path);
    } else if (from) {
      await copyInside(path.join(from.absoluteFolder, 'input'), file.from, inputFolder, file.path);
    }
  }
  const problems = unknown.map(id => ({
    code: 'input-unknown' as const,
    variable: id,
    message: `"${id}" is not an input and was ignored`
  }));
  const { environmentInputs } = loaded;
  const kept = Object.entries(values).filter(([id]) => environmentInputs.includes(id));
  return { problems, environment: Object.fromEntries(kept) };
}

/** Options and limits are those of the batch that was shown. */
async function configurationsOf(
  automation: IAutomation,
  batch: ILocatedBatch,
  views: ViewRegistry
): Promise<Record<string, JsonObject>> {
  const reader = new VariableReader(views);
  const entries = await Promise.all(
    automation.steps.input.variables.map(
      async variable => [variable.id, await reader.configuration(batch, variable)] as const
    )
  );
  return Object.fromEntries(entries);
}

/** Say why uploaded files are not what the variable takes; '' when they are. */
async function refuseUpload(
  { view, path: pattern, configuration }: IVariable,
  value: JsonValue | undefined,
  uploads: Uploads
): Promise<string> {
  if (value === undefined || !isUpload(value)) {
    return '';
  }
  const names = (await uploads.files(value.uri, null)).map(({ name }) => name);
  if (names.length > 1 && !pattern.includes('{index}')) {
    return 'exactly one file is accepted here';
  }
  const accepted = acceptedBy(view, configuration);
  const refused = findRefusedFile(names, accepted);
  return refused === null ? '' : `"${refused}" is not accepted here; choose ${accepted.join(', ')}`;
}

async function copyInside(
  fromFolder: string,
  from: string,
  toFolder: string,
  to: string
): Promise<void> {
  const target = await resolveInside(toFolder, to);
  await fs.mkdir(path.dirname(target), { recursive: true });
  await fs.copyFile(await resolveInside(fromFolder, from), target);
}
