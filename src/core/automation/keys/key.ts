import type { ProblemCode } from '../problemCodes';

/** What every key says of itself. Checks, a JSON Schema and the reference come from this alone. */
interface IKeyBase {
  /** One phrase for the reference, without a full stop. */
  meaning: string;
  isRequired?: true;
  /** True when code of its own reports that the key is missing or empty. */
  isCheckedApart?: true;
  /** Default as the reference writes it; absent for none. */
  default?: string;
  /** `ours`: not in the original framework. `1.0`: of its successor's definitions. */
  since?: 'ours' | '1.0';
  /** Why the key has no effect yet: a phrase for the problem `unused-key`. */
  unused?: string;
  /** Key of the same table that says the same in another shape; only one of them may be given. */
  sameAs?: string;
}

/** Other spellings of a value, with the value that they mean. */
export type Synonyms = Readonly<
  Record<
    string,
    {
      of: string;
      /** True for a spelling of earlier versions, which is a problem `moved-key`. */
      isOlder?: true;
    }
  >
>;

/** Text; numbers, booleans and dates count as they are written. */
export interface ITextKey extends IKeyBase {
  type: 'text';
  /** The only values. */
  values?: readonly string[];
  isCaseIgnored?: true;
  synonyms?: Synonyms;
  /** Code of a value that is not among `values`; default `unknown-value`. */
  code?: ProblemCode;
  /** What the message calls the key; default its name. */
  noun?: string;
}

/** A number, or true or false. */
export interface IPlainKey extends IKeyBase {
  type: 'number' | 'boolean';
}

/** A dictionary; without `keys` it is free. */
export interface IDictionaryKey extends IKeyBase {
  type: 'dictionary';
  keys?: KeyTable;
}

/** A list of dictionaries; without `keys` the items are free dictionaries. */
export interface IListKey extends IKeyBase {
  type: 'list';
  /** What an item is, such as `variable`. */
  what: string;
  keys?: KeyTable;
}

/** A list of texts. */
export interface ITextsKey extends IKeyBase {
  type: 'texts';
  /** What an item is, such as `year`. */
  what: string;
}

/** Another spelling of a key of the same table. */
export interface IAliasKey extends IKeyBase {
  type: 'alias';
  /** The key that it means. */
  of: string;
  /** True for a spelling of earlier versions, which is a problem `moved-key`. */
  isOlder?: true;
}

/** Known, but not looked into. */
export interface IAnyKey extends IKeyBase {
  type: 'any';
}

/** A key of the format. */
export type Key =
  ITextKey | IPlainKey | IDictionaryKey | IListKey | ITextsKey | IAliasKey | IAnyKey;

/** Keys of a dictionary by name, in the order of the reference. */
export type KeyTable = Readonly<Record<string, Key>>;

/** The 1.0 word for a key. */
export function newWord(of: string): IAliasKey {
  return { type: 'alias', of, since: '1.0', meaning: `1.0 word for \`${of}\`` };
}

/** Find a key by its name; names that every object inherits are none. */
export function findKey(keys: KeyTable, name: string): Key | null {
  return Object.prototype.hasOwnProperty.call(keys, name) ? keys[name] : null;
}

/** The reason of everything that the format has and this version does not act on. */
export const NOT_YET = 'this version does not use it yet';
