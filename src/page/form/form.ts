import type { IInputRefusal, PostedInputs } from '../../core/api';
import type { ExpressionValue } from '../../core/expression/expression';
import { expressionValue } from '../../core/form/expressionValue';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';
import { textOfValue } from '../../core/view/valueText';
import type { Draft, DraftValue } from '../host';
import type { Field } from './field';

/** The values of a form cannot be posted, because of one of its fields; the message is a sentence for people. */
export class FieldError extends Error {
  constructor(
    message: string,
    readonly field: Field
  ) {
    super(message);
    this.name = 'FieldError';
  }
}

/** The fields of a page. A variable may stand on a page twice: its fields always show the same. */
export class Form {
  /**
   * @param _onChange - called after a person changed something, or it was reset
   */
  constructor(private readonly _onChange: () => void) {}

  /** In the order in which they were added. */
  get fields(): readonly Field[] {
    return this._fields;
  }

  /** True when a value differs from the batch. */
  get isChanged(): boolean {
    return this._fields.some(({ control }) => control.isChanged);
  }

  /** Add a field; where its variable stands already, it takes the value that is shown there. */
  add(field: Field): void {
    const twin = this._fields.find(({ variable }) => variable === field.variable);
    const draft = twin?.control.draft();
    if (draft) {
      field.control.write(draft);
      field.showChange();
    }
    this._fields.push(field);
  }

  /** Remove a field that is no longer on the page. */
  remove(field: Field): void {
    this._fields = this._fields.filter(other => other !== field);
    field.dispose();
  }

  /** Take up what a person did to a field. */
  edited(field: Field): void {
    const draft = field.control.draft();
    for (const other of this._fields.filter(({ variable }) => variable === field.variable)) {
      if (other !== field) {
        if (draft) {
          other.control.write(draft);
        } else {
          other.control.reset();
        }
      }
      other.error = '';
      other.showChange();
    }
    this._onChange();
  }

  /** What a variable is in an expression; undefined where no value would be posted. */
  valueOf(variable: string): ExpressionValue {
    const field = this._fields.find(other => other.variable === variable);
    const posted = field?.control.read();
    if (!field || !posted) {
      return undefined;
    }
    return expressionValue(field.place.view, 'uri' in posted ? posted.uri : posted.value);
  }

  /**
   * The values to post. Left out are secrets and files that nobody touched, and what is disabled.
   *
   * @param asks - tells which fields are on their way; looked at again after uploads have ended
   * @throws {FieldError} when an upload failed, or a field holds what its browser refuses to give
   */
  async values(asks: (field: Field) => boolean): Promise<PostedInputs> {
    const values: PostedInputs = {};
    const isPosted = (field: Field) => !field.isDisabled && asks(field);
    for (const field of this._fields.filter(isPosted)) {
      try {
        await field.control.whenSettled();
      } catch (error) {
        throw new FieldError(error instanceof Error ? error.message : String(error), field);
      }
    }
    const fields = this._fields.filter(isPosted);
    const wrong = fields.filter(({ problem }) => problem);
    wrong.forEach(field => {
      field.error = field.problem;
    });
    if (wrong.length) {
      throw new FieldError(`${wrong[0].name}: ${wrong[0].problem}`, wrong[0]);
    }
    for (const { variable, control } of fields) {
      const value = control.read();
      if (value && !Object.prototype.hasOwnProperty.call(values, variable)) {
        values[variable] = value;
      }
    }
    return values;
  }

  /** Values that differ from the batch; null when none does. */
  draft(): Draft | null {
    const entries = this._fields.flatMap(({ variable, control }) => {
      const value = control.draft();
      return value ? [[variable, value] as const] : [];
    });
    return entries.length ? Object.fromEntries(entries) : null;
  }

  /** Show what was kept; fields that were changed meanwhile keep what a person gave. */
  applyDraft(draft: JsonObject): void {
    for (const field of this._fields) {
      const value = readDraftValue(draft[field.variable]);
      if (value && !field.control.isChanged && !field.control.isSecret) {
        field.control.write(value);
        field.showChange();
      }
    }
  }

  /**
   * Show values of an earlier run as if a person had given them; all other fields go back to the batch.
   *
   * @param values - as records have them, by variable id
   */
  restore(values: Readonly<Record<string, JsonValue>>): void {
    const isKnown = (variable: string) => Object.prototype.hasOwnProperty.call(values, variable);
    for (const { variable, control, isDisabled } of this._fields) {
      control.reset();
      if (isKnown(variable) && !control.isSecret && !isDisabled) {
        const value = values[variable];
        control.write({ value });
        // A control of text takes nothing else; others pass over what is no value for them.
        control.write({ value: textOfValue(value) });
      }
    }
    for (const field of this._fields) {
      field.error = '';
      field.showChange();
    }
    this._onChange();
  }

  /** Go back to the values of the batch. */
  reset(): void {
    for (const field of this._fields) {
      field.control.reset();
      field.error = '';
      field.showChange();
    }
    this._onChange();
  }

  /**
   * Show refusals beside their fields; earlier ones go.
   *
   * @returns the first refused field of the page, and what belongs to no field of it
   */
  setErrors(refusals: readonly IInputRefusal[]): {
    first: Field | null;
    others: readonly IInputRefusal[];
  } {
    const messages = new Map<string, string>();
    refusals.forEach(({ variable, message }) => {
      const earlier = messages.get(variable);
      messages.set(variable, earlier ? `${earlier}; ${message}` : message);
    });
    let first: Field | null = null;
    const known = new Set<string>();
    for (const field of this._fields) {
      const message = messages.get(field.variable) ?? '';
      known.add(field.variable);
      field.error = message;
      if (message) {
        first ??= field;
      }
    }
    return { first, others: refusals.filter(({ variable }) => !known.has(variable)) };
  }

  dispose(): void {
    this._fields.forEach(field => field.dispose());
    this._fields = [];
  }

  private _fields: Field[] = [];
}

/** Read a kept value; what is something else is no value. */
function readDraftValue(kept: unknown): DraftValue | null {
  if (!isJsonObject(kept)) {
    return null;
  }
  const { uri, names, value } = kept;
  if (typeof uri === 'string') {
    const known = Array.isArray(names) ? names : [];
    return { uri, names: known.filter((name): name is string => typeof name === 'string') };
  }
  return value === undefined ? null : { value };
}
