import type { JsonObject, JsonValue } from '../json';
import type { IPosition } from '../problem';

/*
 * What a configuration says, with the place of everything. It does not depend on the syntax of the
 * file, so that another format only needs another parser.
 */

/** Text, a number, true, false or null. */
export interface IScalarNode {
  kind: 'scalar';
  position: IPosition;
  value: null | boolean | number | string;
  /** The characters as written for numbers, booleans and dates; the text itself for text. */
  text: string;
  /** As the file has it, where `text` is what that means in the words of 0.9. */
  written?: string;
  /** True when it stands in quotes, so that its text begins one column after its place. */
  isQuoted?: boolean;
}

/** A list; its items may be null. */
export interface IListNode {
  kind: 'list';
  position: IPosition;
  items: readonly TreeNode[];
}

/** A key with its value. */
export interface IMappingEntry {
  key: string;
  /** As the file has it, where `key` is what that means in the words of 0.9. */
  written?: string;
  /** Place of the key. */
  position: IPosition;
  value: TreeNode;
}

/** A dictionary; keys are unique, in the order of the file. */
export interface IMappingNode {
  kind: 'mapping';
  position: IPosition;
  /** True for one written in braces. */
  isFlow: boolean;
  entries: readonly IMappingEntry[];
}

/** Anything that a configuration can say. Aliased parts are the same object. */
export type TreeNode = IScalarNode | IListNode | IMappingNode;

/** Null counts as absent, wherever it stands. */
export function isNull(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Name the type of a node for a message. */
export function describeNode(node: TreeNode): string {
  if (node.kind !== 'scalar') {
    return node.kind === 'list' ? 'a list' : 'a dictionary';
  }
  switch (typeof node.value) {
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return node.value === null ? 'empty' : 'text';
  }
}

/** Find the value of a key; null when the key is absent. */
export function findEntry(node: IMappingNode, key: string): IMappingEntry | null {
  return node.entries.find(entry => entry.key === key) ?? null;
}

/**
 * Turn a node into plain JSON: null keys and items are left out, numbers that JSON cannot write are text.
 *
 * A key such as `__proto__` becomes an own property like every other.
 */
export function jsonOf(node: TreeNode): JsonValue {
  if (node.kind === 'scalar') {
    const { value, text } = node;
    return typeof value === 'number' && !Number.isFinite(value) ? text : value;
  }
  if (node.kind === 'list') {
    return node.items.filter(item => !isNull(item)).map(jsonOf);
  }
  return jsonObjectOf(node);
}

/** The same for a dictionary. */
export function jsonObjectOf(node: IMappingNode): JsonObject {
  const given = node.entries.filter(entry => !isNull(entry.value));
  return Object.fromEntries(given.map(entry => [entry.key, jsonOf(entry.value)]));
}
