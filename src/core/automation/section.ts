import type { JsonObject, JsonValue } from '../json';
import type { IPosition } from '../problem';
import type { IMappingEntry, IMappingNode, TreeNode } from './tree';
import { findEntry, isNull, jsonObjectOf, jsonOf } from './tree';

/**
 * Reads a dictionary of a checked configuration. A key that is absent, null or of a wrong type, which
 * the check has reported, reads as null or empty: nothing here throws or reports.
 */
export class Section {
  constructor(readonly node: IMappingNode) {}

  /** Place of the dictionary. */
  get position(): IPosition {
    return this.node.position;
  }

  /** Tell whether a key is given with a value. */
  has(key: string): boolean {
    return this.entry(key) !== null;
  }

  /** A key with its value; null when absent or null. */
  entry(key: string): IMappingEntry | null {
    const entry = findEntry(this.node, key);
    return entry && !isNull(entry.value) ? entry : null;
  }

  /** The place of a value, or of the dictionary when it is absent. */
  positionOf(key: string): IPosition {
    return this.entry(key)?.value.position ?? this.position;
  }

  /** Text without surrounding blanks; null when absent, '' when empty. */
  text(key: string): string | null {
    const value = this.entry(key)?.value;
    return value?.kind === 'scalar' ? value.text.trim() : null;
  }

  /** Text as the file has it, where `text` gives what it means in the words of 0.9; '' when absent. */
  written(key: string): string {
    const value = this.entry(key)?.value;
    return value?.kind === 'scalar' ? (value.written ?? value.text.trim()) : '';
  }

  /** The place where `text` begins, behind a quote and blanks; exact for text on one line without escapes. */
  textPosition(key: string): IPosition {
    const value = this.entry(key)?.value;
    const position = this.positionOf(key);
    if (value?.kind !== 'scalar') {
      return position;
    }
    const blanks = value.text.length - value.text.trimStart().length;
    return { ...position, column: position.column + (value.isQuoted ? 1 : 0) + blanks };
  }

  /** Text that is not empty; null otherwise. */
  filledText(key: string): string | null {
    return this.text(key) || null;
  }

  /** True or false; null when absent. */
  boolean(key: string): boolean | null {
    const value = this.entry(key)?.value;
    return value?.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : null;
  }

  /** A dictionary; an empty one at the same place when absent. */
  section(key: string): Section {
    const value = this.entry(key)?.value;
    const position = this.positionOf(key);
    return new Section(
      value?.kind === 'mapping' ? value : { kind: 'mapping', position, isFlow: false, entries: [] }
    );
  }

  /** The dictionaries of a list, in order. */
  sections(key: string): Section[] {
    const value = this.entry(key)?.value;
    const items: readonly TreeNode[] = value?.kind === 'list' ? value.items : [];
    return items.flatMap(item => (item.kind === 'mapping' ? [new Section(item)] : []));
  }

  /** The texts of a list, in order, without empty ones. */
  texts(key: string): string[] {
    const value = this.entry(key)?.value;
    const items: readonly TreeNode[] = value?.kind === 'list' ? value.items : [];
    return items.flatMap(item =>
      item.kind === 'scalar' && item.text.trim() ? [item.text.trim()] : []
    );
  }

  /** A number; null when absent. */
  number(key: string): number | null {
    const value = this.entry(key)?.value;
    return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : null;
  }

  /** A value as plain JSON; null when absent. */
  json(key: string): JsonValue {
    const entry = this.entry(key);
    return entry ? jsonOf(entry.value) : null;
  }

  /** The whole dictionary as plain JSON. */
  jsonObject(): JsonObject {
    return jsonObjectOf(this.node);
  }

  /**
   * The place of a value below, such as `options.0.value`; as deep as the path can be followed.
   */
  positionAt(keyPath: string): IPosition {
    let node: TreeNode = this.node;
    let position = this.position;
    for (const part of keyPath.split('.')) {
      const next = childOf(node, part);
      if (!next) {
        break;
      }
      node = next.value;
      position = next.position;
    }
    return position;
  }
}

function childOf(node: TreeNode, part: string): { value: TreeNode; position: IPosition } | null {
  if (node.kind === 'mapping') {
    const entry = findEntry(node, part);
    return entry && { value: entry.value, position: entry.value.position };
  }
  if (node.kind === 'list' && /^\d+$/.test(part)) {
    // Null items do not count, as in the JSON that was checked.
    const value = node.items.filter(item => !isNull(item))[Number(part)];
    return value ? { value, position: value.position } : null;
  }
  return null;
}
