import type { Node, Pair, YAMLSeq } from 'yaml';
import { isMap, isScalar, isSeq, parseDocument as parseYaml } from 'yaml';
import type { JsonValue } from '../json';
import { isJsonObject } from '../json';
import { nameOf } from '../path';
import { ConfigError } from '../problem';
import { parseDocument } from './document';
import { ProblemList } from './problemList';
import type { IMappingNode } from './tree';
import { describeNode, findEntry, isNull, jsonObjectOf } from './tree';
import { slug as slugOf } from './words';

/** A plain folder batch to be written into a configuration. */
export interface INewBatch {
  /** Relative to the automation's folder. */
  folder: string;
  name: string;
  slug: string;
}

/**
 * Add a batch at the end of `batches`, or of `presets` where the file has that word of 1.0, in the text of a YAML configuration. Everything else, comments
 * and order included, stays as it is.
 *
 * @throws {ConfigError} when the text cannot be parsed, or `batches` is no list
 */
export function addBatch(configurationText: string, batch: INewBatch): string {
  const before = parseTree(configurationText);
  const name = nameOfList(before);
  requireList(before, name);
  const item = batchItem(batch);
  const edited = insertText(configurationText, name, item);
  if (edited !== null && isAdded(before, edited, name, item)) {
    return edited;
  }
  // An unusual layout: the library writes the document anew, which keeps comments but not spaces.
  const document = parseYaml(configurationText);
  if (!isSeq(document.get(name, true))) {
    // Absent, or an alias, which would add the batch to something else as well.
    document.set(name, document.createNode(jsonObjectOf(before)[name] ?? []));
  }
  document.addIn([name], document.createNode(item));
  return document.toString({ lineWidth: 0 });
}

/** What the defaults say is not written. */
function batchItem({ folder, name, slug }: INewBatch): Record<string, string> {
  return {
    folder,
    ...(name === nameOf(folder) ? {} : { name }),
    ...(slug === slugOf(name) ? {} : { slug })
  };
}

function parseTree(text: string): IMappingNode {
  const { tree, problems } = parseDocument(text, 'automate.yaml');
  if (!tree) {
    throw new ConfigError(problems);
  }
  return tree;
}

/** The word that the file has for its batches. */
function nameOfList(tree: IMappingNode): 'batches' | 'presets' {
  const presets = findEntry(tree, 'presets')?.value;
  return presets && !isNull(presets) ? 'presets' : 'batches';
}

function requireList(tree: IMappingNode, name: string): void {
  const batches = findEntry(tree, name)?.value;
  if (batches && !isNull(batches) && batches.kind !== 'list') {
    const problems = new ProblemList();
    const hint = `it is ${describeNode(batches)}`;
    problems.add('wrong-type', batches.position, `"${name}" must be a list`, hint);
    throw new ConfigError(problems.sorted());
  }
}

/** @returns null where the text is not laid out in one of the usual ways */
function insertText(text: string, name: string, item: Record<string, string>): string | null {
  const { contents } = parseYaml(text, { uniqueKeys: false });
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  if (isNullNode(contents)) {
    return appendLines(text, text.length, [`${name}:`, ...itemLines(item, '  ')], lineBreak);
  }
  if (!isMap(contents) || contents.flow || !contents.range) {
    return null;
  }
  const indent = indentAt(text, contents.range[0]);
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === name) as
    Pair<Node, Node | null> | undefined;
  if (!pair) {
    const lines = [`${indent}${name}:`, ...itemLines(item, `${indent}  `)];
    return appendLines(text, text.length, lines, lineBreak);
  }
  if (isNullNode(pair.value)) {
    const lines = itemLines(item, `${indent}  `);
    return appendLines(text, pair.key.range?.[1] ?? text.length, lines, lineBreak);
  }
  return isSeq(pair.value) ? insertIntoList(text, pair.value, item, lineBreak) : null;
}

function insertIntoList(
  text: string,
  list: YAMLSeq,
  item: Record<string, string>,
  lineBreak: string
): string | null {
  if (!list.range) {
    return null;
  }
  const [start, end] = list.range;
  if (!list.flow) {
    const last = list.items[list.items.length - 1] as Node;
    return appendLines(
      text,
      last.range?.[1] ?? end,
      itemLines(item, indentAt(text, start)),
      lineBreak
    );
  }
  const inside = text.slice(start + 1, end - 1).trimEnd();
  const separator = inside === '' ? '' : inside.endsWith(',') ? ' ' : ', ';
  const fields = Object.entries(item).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `${text.slice(0, start + 1)}${inside}${separator}{${fields.join(', ')}}${text.slice(end - 1)}`;
}

/** Add lines after the line that an offset lies in, or that has just ended there. */
function appendLines(text: string, offset: number, lines: string[], lineBreak: string): string {
  const from = offset > 0 && text[offset - 1] === '\n' ? offset - 1 : offset;
  const lineEnd = text.indexOf('\n', from);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  const head = text.slice(0, at);
  const gap = head === '' || head.endsWith('\n') ? '' : lineBreak;
  return head + gap + lines.map(line => line + lineBreak).join('') + text.slice(at);
}

function itemLines(item: Record<string, string>, indent: string): string[] {
  return Object.entries(item).map(
    ([key, value], index) => `${indent}${index ? '  ' : '- '}${key}: ${writeText(value)}`
  );
}

function indentAt(text: string, offset: number): string {
  return ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));
}

/** Text that reads as text without quotes stays bare; all other is quoted as JSON, which YAML reads. */
function writeText(text: string): string {
  const isBare = /^[\p{L}_][\p{L}\p{N} _./-]*$/u.test(text) && text === text.trim();
  const isWord = /^(null|true|false|yes|no|on|off|y|n)$/i.test(text);
  return isBare && !isWord ? text : JSON.stringify(text);
}

function isNullNode(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** Tell whether an edit added the item as the last and changed nothing else. */
function isAdded(
  before: IMappingNode,
  edited: string,
  name: string,
  item: Record<string, string>
): boolean {
  const { tree } = parseDocument(edited, 'automate.yaml');
  if (!tree) {
    return false;
  }
  const expected = jsonObjectOf(before);
  const batches = expected[name];
  expected[name] = [...(Array.isArray(batches) ? batches : []), item];
  return isEqual(expected, jsonObjectOf(tree));
}

function isEqual(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => isEqual(value, b[index]));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => key in b && isEqual(a[key], b[key]))
    );
  }
  return a === b;
}
