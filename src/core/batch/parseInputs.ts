import type { IInputRefusal, PostedInputs } from '../api';
import type { IAutomation, IVariable } from '../automation/automation';
import { ENVIRONMENT_PATH, STEP_NAMES } from '../automation/automation';
import type { IViewSource } from '../automation/readContext';
import type { JsonValue } from '../json';
import { isJsonObject } from '../json';
import type { IView } from '../view/view';
import type { InputValues } from './batch';
import { isUploadUri, takesFiles } from './inputFiles';
import { ownValue, parseValue } from './parseValue';

/** What a form or a client posted, checked. */
export interface IParsedInputs {
  /** Complete only when nothing is refused. */
  values: InputValues;
  /** At most one for each variable, in the order of the configuration. */
  refusals: IInputRefusal[];
  /** Posted ids that are no variable of the automation; those of other steps are ignored. */
  unknown: string[];
}

/** The outcome for one variable; `value` undefined leaves it without one. */
type Outcome = { value: JsonValue | undefined } | { message: string };

const REQUIRED: Outcome = { message: 'a value is required' };

/**
 * Parse posted inputs by the views of their variables.
 *
 * Variables that are not posted take the fallback, as do a password and a file that were left empty.
 * ENVIRONMENT variables may stay without value: the server's environment has it.
 *
 * @param posted - as it came from outside: anything that JSON can say
 * @param fallback - values of the batch that was shown
 */
export function parseInputs(
  automation: IAutomation,
  views: Pick<IViewSource, 'get'>,
  posted: PostedInputs,
  fallback: InputValues
): IParsedInputs {
  const entries: [string, JsonValue][] = [];
  const refusals: IInputRefusal[] = [];
  for (const variable of automation.steps.input.variables) {
    const outcome = parsePosted(variable, views.get(variable.view), {
      entry: ownValue<unknown>(posted, variable.id),
      fallback: ownValue(fallback, variable.id)
    });
    if ('message' in outcome) {
      refusals.push({ variable: variable.id, message: outcome.message });
    } else if (outcome.value !== undefined) {
      entries.push([variable.id, outcome.value]);
    }
  }
  const known = new Set(
    STEP_NAMES.flatMap(step => automation.steps[step].variables).map(({ id }) => id)
  );
  const unknown = Object.keys(posted).filter(id => !known.has(id));
  return { values: Object.fromEntries(entries), refusals, unknown };
}

interface IGiven {
  /** As posted; undefined when it was not. */
  entry: unknown;
  fallback: JsonValue | undefined;
}

function parsePosted(variable: IVariable, view: IView | undefined, given: IGiven): Outcome {
  const { entry, fallback } = given;
  if (entry === undefined) {
    return emptyOutcome(variable, fallback);
  }
  if (!isJsonObject(entry) || 'uri' in entry === 'value' in entry) {
    return { message: 'give either a value or an uploaded file' };
  }
  if (takesFiles(variable)) {
    const isEmpty = entry.value === '' || (Array.isArray(entry.value) && !entry.value.length);
    return isEmpty
      ? emptyOutcome(variable, fallback)
      : parseFile(variable, view, entry.uri ?? entry.value);
  }
  if ('uri' in entry) {
    return { message: 'give a value, not a file' };
  }
  if (entry.value === '' && view?.isSecret && fallback !== undefined) {
    return { value: fallback };
  }
  return entry.value === null || entry.value === undefined
    ? REQUIRED
    : parseRaw(variable, view, entry.value);
}

function emptyOutcome(variable: IVariable, fallback: JsonValue | undefined): Outcome {
  const mayBeEmpty = !variable.isRequired || variable.path === ENVIRONMENT_PATH;
  return mayBeEmpty || fallback !== undefined ? { value: fallback } : REQUIRED;
}

/** Only files that were uploaded to us are taken: no paths, no addresses elsewhere. */
function parseFile(variable: IVariable, view: IView | undefined, raw: JsonValue): Outcome {
  const uri = isJsonObject(raw) ? raw.uri : raw;
  return typeof uri === 'string' && isUploadUri(uri)
    ? parseRaw(variable, view, { uri })
    : { message: 'choose a file to upload' };
}

function parseRaw(variable: IVariable, view: IView | undefined, raw: JsonValue): Outcome {
  const parsed = parseValue(variable, view, raw);
  switch (parsed.kind) {
    case 'value':
      return { value: parsed.value };
    case 'absent':
      return { value: undefined };
    case 'missing':
      return REQUIRED;
    case 'refused':
      return { message: parsed.message };
  }
}
