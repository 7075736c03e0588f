import type { IInputRefusal, PostedInputs } from '../api';
import type { IAutomation, IVariable } from '../automation/automation';
import { ENVIRONMENT_PATH, STEP_NAMES } from '../automation/automation';
import type { IViewSource } from '../automation/readContext';
import type { ExpressionValue } from '../expression/expression';
import { demandsOf } from '../form/demand';
import { expressionValue } from '../form/expressionValue';
import type { IFormTemplate } from '../form/walkTemplates';
import type { JsonObject, JsonValue } from '../json';
import { isJsonObject } from '../json';
import type { IView } from '../view/view';
import type { InputValues } from './batch';
import { isUploadUri, takesFiles } from './inputFiles';
import { ownValue, parseValue } from './parseValue';
import { viewOf } from '../view/viewOf';

/** The form that inputs come from. */
export interface IInputForm {
  /** Values of the batch that was shown. */
  fallback: InputValues;
  /** What it asks for; default: for every input. */
  templates?: readonly IFormTemplate[];
  /** True when what is asked for must be posted; false takes it from the batch, too. */
  isStrict: boolean;
  /** Configurations of that batch by variable id, dynamic ones merged in; default: the static ones. */
  configurations?: Readonly<Record<string, JsonObject>>;
}

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
 * Parse posted inputs by the views of their variables, along the way that they take through the form.
 *
 * - What stands on a template that is reached must be given. A password and a file that were left empty or out, and what
 *   is disabled, stay those of the batch; ENVIRONMENT variables may stay without value, as the server's environment has
 *   them.
 * - What stands only on templates that are passed over has no value, even when one is posted.
 * - What stands on no template takes the value of the batch where none is posted.
 *
 * @param posted - as it came from outside: anything that JSON can say
 */
export function parseInputs(
  automation: IAutomation,
  views: Pick<IViewSource, 'get'>,
  posted: PostedInputs,
  form: IInputForm
): IParsedInputs {
  const { variables } = automation.steps.input;
  const templates = form.templates ?? [
    { expression: '', variables: variables.map(({ id }) => id) }
  ];
  const find = (id: string) => {
    const variable = variables.find(candidate => candidate.id === id);
    return variable && givenValue(variable, viewOf(views, variable), posted, form);
  };
  const demandOf = demandsOf(templates, find);
  const entries: [string, JsonValue][] = [];
  const refusals: IInputRefusal[] = [];
  for (const variable of variables) {
    const { id } = variable;
    const demand = demandOf(id);
    if (demand === 'skipped') {
      continue;
    }
    const view = viewOf(views, variable);
    const isBound = form.isStrict && demand === 'asked' && !mayStay(variable, view);
    const configuration = ownValue(form.configurations ?? {}, id) ?? variable.configuration;
    const outcome = parsePosted({ ...variable, configuration }, view, {
      entry: ownValue<unknown>(posted, id),
      fallback: ownValue(form.fallback, id),
      isBound
    });
    if ('message' in outcome) {
      refusals.push({ variable: id, message: outcome.message });
    } else if (outcome.value !== undefined) {
      entries.push([id, outcome.value]);
    }
  }
  const known = new Set(
    STEP_NAMES.flatMap(step => automation.steps[step].variables).map(({ id }) => id)
  );
  const unknown = Object.keys(posted).filter(id => !known.has(id));
  return { values: Object.fromEntries(entries), refusals, unknown };
}

/** What an input is in an expression: as posted, else as the batch has it, where that counts. */
function givenValue(
  variable: IVariable,
  view: IView | undefined,
  posted: PostedInputs,
  { fallback, isStrict }: IInputForm
): ExpressionValue {
  const entry = ownValue<unknown>(posted, variable.id);
  if (isJsonObject(entry)) {
    return expressionValue(variable.view, entry.uri ?? entry.value);
  }
  // Pages know neither of a secret nor of a file what the batch has.
  const isHidden = view?.isSecret || takesFiles(variable) || (isStrict && !isDisabled(variable));
  return isHidden ? undefined : expressionValue(variable.view, ownValue(fallback, variable.id));
}

/** Tell whether a control may leave its variable out, so that it stays that of the batch. */
function mayStay(variable: IVariable, view: IView | undefined): boolean {
  return Boolean(view?.isSecret) || takesFiles(variable) || isDisabled(variable);
}

function isDisabled({ configuration }: IVariable): boolean {
  return configuration.disabled === true;
}

interface IGiven {
  /** As posted; undefined when it was not. */
  entry: unknown;
  fallback: JsonValue | undefined;
  /** True when the fallback does not count for what is not posted. */
  isBound: boolean;
}

function parsePosted(variable: IVariable, view: IView | undefined, given: IGiven): Outcome {
  const { entry, fallback, isBound } = given;
  if (entry === undefined) {
    return emptyOutcome(variable, isBound ? undefined : fallback);
  }
  if (!isJsonObject(entry) || 'uri' in entry === 'value' in entry) {
    return { message: 'give either {"value": …} or, for an uploaded file, {"uri": …}' };
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
