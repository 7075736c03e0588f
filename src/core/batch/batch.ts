import type { JsonValue } from '../json';
import type { IPosition, IProblem } from '../problem';

/** Values of input variables by id. A variable without a value has no key. */
export type InputValues = Readonly<Record<string, JsonValue>>;

/**
 * A predefined set of inputs with a folder, a name and an address.
 */
export interface IBatch {
  /** Unique in its automation; part of addresses; matched exactly. */
  slug: string;
  /** Shown to people; unique in its automation. */
  name: string;
  /** POSIX path relative to the automation's folder; unique in its automation. */
  folder: string;
  /**
   * Where its inputs come from. `folder`: files as they lie, never rewritten by us.
   * `row`: a row of a CSV or TXT, or a reference; `values` is complete and is written before a run.
   */
  kind: 'folder' | 'row';
  /** Parsed inputs of a `row`; null for a `folder`, whose files are read when needed. */
  values: InputValues | null;
  /** Why it cannot run, though others can; [] when it can. */
  problems: readonly IProblem[];
  /** Where it is defined: the item in the configuration, or the row in the CSV. */
  position: IPosition;
}
