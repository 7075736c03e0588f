import type { IListKey, ITextKey, Key, KeyTable } from './keys/key';
import { findKey } from './keys/key';
import type { ProblemList } from './problemList';
import { Section } from './section';
import { didYouMean } from './suggest';
import type { IListNode, IMappingNode, TreeNode } from './tree';
import { describeNode, isNull } from './tree';

/** Longest text that a key may have. */
const MAXIMUM_TEXT = 10_000;

type CheckedType = Exclude<Key['type'], 'any' | 'alias'>;

const TYPE_NAMES: Readonly<Record<CheckedType, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  dictionary: 'a dictionary',
  list: 'a list',
  texts: 'a list'
};

/**
 * Check a dictionary against the table of its keys: unknown, missing, empty and unused keys, types,
 * enumerations, and everything below.
 *
 * @param where - how messages call the dictionary, such as `a variable`
 */
export function checkKeys(
  node: IMappingNode,
  keys: KeyTable,
  where: string,
  problems: ProblemList
): void {
  for (const { key: canonical, written, position, value } of node.entries) {
    const name = written ?? canonical;
    const key = findKey(keys, canonical);
    if (key === null) {
      if (!name.startsWith('x-')) {
        const hint = didYouMean(name, Object.keys(keys));
        problems.add('unknown-key', position, `key "${name}" is not known in ${where}`, hint);
      }
    } else if (!isNull(value)) {
      if (key.unused !== undefined) {
        problems.add('unused-key', position, `"${name}" has no effect: ${key.unused}`);
      }
      checkValue(name, key, value, problems);
    }
  }
  checkRequired(node, keys, where, problems);
}

function checkRequired(
  node: IMappingNode,
  keys: KeyTable,
  where: string,
  problems: ProblemList
): void {
  const section = new Section(node);
  for (const [name, key] of Object.entries(keys)) {
    if (!key.isRequired || key.isCheckedApart) {
      continue;
    }
    if (!section.has(name)) {
      const owner = where.replace(/^an? /, 'each ');
      problems.add('required', node.position, `"${name}" is required for ${owner}`);
    } else if (key.type === 'text' && section.text(name) === '') {
      problems.add('empty', section.positionOf(name), `"${name}" must not be empty`);
    }
  }
}

function checkValue(name: string, key: Key, value: TreeNode, problems: ProblemList): void {
  switch (key.type) {
    case 'any':
    case 'alias':
      return;
    case 'text':
      return checkText(name, key, value, problems);
    case 'number':
    case 'boolean':
      if (value.kind !== 'scalar' || typeof value.value !== key.type) {
        addWrongType(name, key.type, value, problems);
      }
      return;
    case 'dictionary':
      if (value.kind !== 'mapping') {
        return addWrongType(name, 'dictionary', value, problems);
      }
      return key.keys && checkKeys(value, key.keys, `"${name}"`, problems);
    case 'texts':
      return value.kind === 'list'
        ? checkTexts(name, value, problems)
        : addWrongType(name, 'list', value, problems);
    case 'list':
      return value.kind === 'list'
        ? checkItems(name, key, value, problems)
        : addWrongType(name, 'list', value, problems);
  }
}

function checkText(name: string, key: ITextKey, value: TreeNode, problems: ProblemList): void {
  if (value.kind === 'mapping' && value.isFlow) {
    const hint = `put it in quotes: '${writeFlow(value)}'`;
    return problems.add('not-quoted', value.position, `"${name}" starts with a brace`, hint);
  }
  if (value.kind !== 'scalar') {
    return addWrongType(name, 'text', value, problems);
  }
  const text = value.text.trim();
  if (text.length > MAXIMUM_TEXT) {
    const message = `"${name}" has ${text.length} characters`;
    return problems.add('too-long', value.position, message, 'at most 10,000');
  }
  if (key.values && text !== '' && !isAmong(text, key)) {
    const noun = key.noun ?? name;
    const hint = `use ${joinChoices(key.values)}`;
    const message = `${noun} "${text}" is not supported`;
    problems.add(key.code ?? 'unknown-value', value.position, message, hint);
  }
}

function checkItems(name: string, key: IListKey, list: IListNode, problems: ProblemList): void {
  const article = /^[aeiou]/.test(key.what) ? 'an' : 'a';
  list.items.forEach((item, index) => {
    if (isNull(item)) {
      return;
    }
    if (item.kind === 'mapping') {
      if (key.keys) {
        checkKeys(item, key.keys, `${article} ${key.what}`, problems);
      }
    } else {
      const message = `each item of "${name}" must be a dictionary`;
      const hint = `item ${index + 1} is ${describeNode(item)}`;
      problems.add('item-type', item.position, message, hint);
    }
  });
}

function checkTexts(name: string, list: IListNode, problems: ProblemList): void {
  list.items.forEach((item, index) => {
    if (item.kind !== 'scalar') {
      const message = `each item of "${name}" must be text`;
      problems.add(
        'item-type',
        item.position,
        message,
        `item ${index + 1} is ${describeNode(item)}`
      );
    }
  });
}

function isAmong(text: string, key: ITextKey): boolean {
  return (key.values ?? []).some(value =>
    key.isCaseIgnored ? value.toLowerCase() === text.toLowerCase() : value === text
  );
}

function addWrongType(
  name: string,
  type: CheckedType,
  value: TreeNode,
  problems: ProblemList
): void {
  const message = `"${name}" must be ${TYPE_NAMES[type]}`;
  problems.add('wrong-type', value.position, message, `it is ${describeNode(value)}`);
}

/** Write `a, b or c`. */
export function joinChoices(choices: readonly string[]): string {
  const last = choices[choices.length - 1];
  return choices.length < 2 ? (last ?? '') : `${choices.slice(0, -1).join(', ')} or ${last}`;
}

function writeFlow(node: IMappingNode): string {
  return `{${node.entries.map(entry => entry.key).join(', ')}}`;
}
