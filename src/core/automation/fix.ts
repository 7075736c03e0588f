import type { Node, Scalar } from 'yaml';
import { Pair, YAMLMap, YAMLSeq, isMap, isScalar, isSeq, parseDocument as parseYaml } from 'yaml';
import { ConfigError } from '../problem';
import { STEP_NAMES } from './automation';
import { parseDocument } from './document';
import type { Key, KeyTable } from './keys/key';
import { findKey } from './keys/key';
import { KEYS } from './keys/keys';
import { printNames } from './movePrints';

/** What rewriting a configuration made of it. */
export interface IFixed {
  text: string;
  /** How many spellings were rewritten; 0 leaves the text as it is. */
  count: number;
}

/**
 * Rewrite spellings of earlier versions in the text of a YAML configuration: those that `moved-key` reports. Comments
 * and order stay.
 *
 * @throws {ConfigError} when the text cannot be parsed
 */
export function fixMovedKeys(text: string): IFixed {
  const { tree, problems } = parseDocument(text, 'automate.yaml');
  if (!tree) {
    throw new ConfigError(problems);
  }
  const words = fixWords(text);
  const document = parseYaml(words.text, { uniqueKeys: false });
  const { contents } = document;
  const moved = isMap(contents) ? moveLabels(contents) + movePrints(contents) : 0;
  return {
    text: moved ? document.toString({ lineWidth: 0 }) : words.text,
    count: words.count + moved
  };
}

/** Older words for keys and values are replaced in their places, so that nothing else of the text changes. */
function fixWords(text: string): IFixed {
  const words: IWord[] = [];
  collect(parseYaml(text, { uniqueKeys: false }).contents, { keys: KEYS }, words);
  const fixed = words
    .sort((a, b) => b.start - a.start)
    .reduce(
      (before, { start, end, word }) => before.slice(0, start) + word + before.slice(end),
      text
    );
  return { text: fixed, count: words.length };
}

interface IWord {
  start: number;
  end: number;
  word: string;
}

function collect(node: unknown, key: { keys?: KeyTable } | Key | null, words: IWord[]): void {
  if (isSeq(node)) {
    node.items.forEach(item => isMap(item) && collect(item, key, words));
  } else if (isMap(node) && key && 'keys' in key && key.keys) {
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const found = isScalar(pair.key) ? findKey(key.keys, String(pair.key.value)) : null;
      const isAlias = found?.type === 'alias';
      if (isAlias && found.isOlder) {
        addWord(pair.key as Scalar, found.of, words);
      }
      collect(pair.value, isAlias ? findKey(key.keys, found.of) : found, words);
    }
  } else if (isScalar(node) && key && 'synonyms' in key && key.synonyms) {
    const synonym = Object.entries(key.synonyms).find(([name]) => name === node.value);
    if (synonym?.[1].isOlder) {
      addWord(node, synonym[1].of, words);
    }
  }
}

function addWord(scalar: Scalar, word: string, words: IWord[]): void {
  const { type } = scalar;
  const quote = type === 'QUOTE_SINGLE' ? "'" : type === 'QUOTE_DOUBLE' ? '"' : '';
  if (scalar.range) {
    const [start, end] = scalar.range;
    words.push({ start, end, word: quote + word + quote });
  }
}

/** `configuration.label` becomes `label`; one that has both keeps them. */
function moveLabels(contents: YAMLMap): number {
  let count = 0;
  for (const step of STEP_NAMES) {
    const variables = contents.getIn([step, 'variables']);
    for (const variable of isSeq(variables) ? variables.items : []) {
      const configuration = isMap(variable) ? variable.get('configuration') : null;
      if (!isMap(variable) || !isMap(configuration) || !configuration.has('label')) {
        continue;
      }
      const label = configuration.items.find(({ key }) => isScalar(key) && key.value === 'label');
      const at = variable.items.findIndex(
        ({ key }) => isScalar(key) && key.value === 'configuration'
      );
      if (!label || variable.has('label')) {
        continue;
      }
      configuration.delete('label');
      // What is empty now says nothing.
      variable.items.splice(at, configuration.items.length ? 0 : 1, label);
      count += 1;
    }
  }
  return count;
}

/** `prints` becomes variables of the step `print`, unless there are some. */
function movePrints(contents: YAMLMap): number {
  const at = contents.items.findIndex(({ key }) => isScalar(key) && key.value === 'prints');
  const prints = contents.get('prints');
  if (at < 0 || !isSeq(prints) || contents.has('print')) {
    return 0;
  }
  const variables = new YAMLSeq();
  variables.commentBefore = prints.commentBefore;
  for (const [index, item] of prints.items.entries()) {
    if (!isMap(item)) {
      return 0;
    }
    variables.items.push(printVariable(item, index));
  }
  const { key } = contents.items[at];
  const print = new YAMLMap();
  print.set('variables', variables);
  (key as Scalar).value = 'print';
  contents.items[at] = new Pair(key, print);
  return 1;
}

function printVariable(item: YAMLMap, index: number): YAMLMap {
  const format = String(item.get('format') ?? 'pdf');
  const { id, path } = printNames(format, index);
  const variable = new YAMLMap();
  variable.commentBefore = item.commentBefore;
  variable.set('id', id);
  variable.set('view', format);
  variable.set('path', path);
  const given = item.get('configuration');
  const configuration = isMap(given) ? given : new YAMLMap();
  for (const pair of item.items) {
    if (isScalar(pair.key) && (pair.key.value === 'folder' || pair.key.value === 'name')) {
      configuration.items.push(pair);
    }
  }
  if (configuration.items.length) {
    variable.set('configuration', configuration);
  }
  return variable;
}
