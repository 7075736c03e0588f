import type { IPosition } from '../problem';
import type { Key, KeyTable, Synonyms } from './keys/key';
import { findKey } from './keys/key';
import type { ProblemList } from './problemList';
import type { IMappingEntry, IMappingNode, IScalarNode, TreeNode } from './tree';
import { isNull } from './tree';
import type { Vocabulary } from './version';

/**
 * Put a configuration into the words of 0.9, so that everything behind this knows one vocabulary: keys and values of 1.0
 * and of earlier versions become what they mean. What the file has is kept for messages.
 *
 * Older spellings are reported, and sections that are given in two spellings.
 *
 * @param vocabulary - what the version of the file says
 */
export function translate(
  tree: IMappingNode,
  keys: KeyTable,
  vocabulary: Vocabulary,
  problems: ProblemList
): IMappingNode {
  const translator = new Translator(problems);
  const translated = translator.mapping(tree, keys);
  translator.reportMixture(vocabulary);
  return translated;
}

class Translator {
  constructor(private readonly _problems: ProblemList) {}

  mapping(node: IMappingNode, keys: KeyTable): IMappingNode {
    const entries = new Map<string, IMappingEntry>();
    for (const entry of node.entries) {
      this._noteWord(entry, keys);
      const translated = this._entry(entry, keys);
      const earlier = entries.get(translated.key);
      // Null counts as absent, in either spelling.
      if (!earlier || isNull(earlier.value)) {
        entries.set(translated.key, translated);
      } else if (!isNull(translated.value)) {
        this._addConflict(earlier, translated);
      }
    }
    for (const [name, key] of Object.entries(keys)) {
      const given = entries.get(name);
      const other = key.sameAs === undefined ? undefined : entries.get(key.sameAs);
      if (given && other && !isNull(given.value) && !isNull(other.value)) {
        const [first, second] = isBefore(given.position, other.position)
          ? [given, other]
          : [other, given];
        this._addConflict(first, second);
      }
    }
    return { ...node, entries: [...entries.values()] };
  }

  /** Tell once that keys of both vocabularies are used, at the first of those that the version does not have. */
  reportMixture(vocabulary: Vocabulary): void {
    const [other, own] =
      vocabulary === '1.0' ? [this._oldWord, this._newWord] : [this._newWord, this._oldWord];
    if (other && own) {
      const message = 'keys of 0.9 and 1.0 are mixed';
      this._problems.add('vocabulary-mixed', other, message, 'both work');
    }
  }

  private _entry(entry: IMappingEntry, keys: KeyTable): IMappingEntry {
    const key = findKey(keys, entry.key);
    if (key?.type !== 'alias') {
      return { ...entry, value: this._value(entry.value, key) };
    }
    if (key.isOlder && !isNull(entry.value)) {
      this._addMoved(entry.key, key.of, entry.position);
    }
    const value = this._value(entry.value, findKey(keys, key.of));
    return { ...entry, key: key.of, written: entry.key, value };
  }

  private _value(node: TreeNode, key: Key | null): TreeNode {
    if (node.kind === 'mapping' && key?.type === 'dictionary' && key.keys) {
      return this.mapping(node, key.keys);
    }
    if (node.kind === 'list' && key?.type === 'list' && key.keys) {
      const { keys } = key;
      const items = node.items.map(item =>
        item.kind === 'mapping' ? this.mapping(item, keys) : item
      );
      return { ...node, items };
    }
    return node.kind === 'scalar' && key?.type === 'text' && key.synonyms
      ? this._scalar(node, key.synonyms, key.isCaseIgnored === true)
      : node;
  }

  private _scalar(node: IScalarNode, synonyms: Synonyms, isCaseIgnored: boolean): IScalarNode {
    const written = node.text.trim();
    const name = isCaseIgnored ? written.toLowerCase() : written;
    const synonym = Object.prototype.hasOwnProperty.call(synonyms, name) ? synonyms[name] : null;
    if (!synonym) {
      return node;
    }
    if (synonym.isOlder) {
      this._addMoved(written, synonym.of, node.position);
    }
    return { ...node, value: synonym.of, text: synonym.of, written };
  }

  private _noteWord({ key: name, position, value }: IMappingEntry, keys: KeyTable): void {
    if (isNull(value)) {
      return;
    }
    const key = findKey(keys, name);
    // What only 1.0 has, such as `level`, stands in either; a mixture are two words for the same things.
    if (key?.since === '1.0' && (key.type === 'alias' || key.sameAs !== undefined)) {
      this._newWord ??= position;
    } else if (hasNewWord(keys, name)) {
      this._oldWord ??= position;
    }
  }

  private _addMoved(written: string, now: string, position: IPosition): void {
    this._problems.add('moved-key', position, `"${written}" is now "${now}"`, 'it still works');
  }

  private _addConflict(first: IMappingEntry, second: IMappingEntry): void {
    const [a, b] = [first, second].map(({ key, written }) => written ?? key);
    const message = `"${a}" and "${b}" are the same`;
    this._problems.add('section-conflict', second.position, message, 'keep one');
  }

  private _oldWord: IPosition | null = null;
  private _newWord: IPosition | null = null;
}

/** Tell whether 1.0 has another word for a key. */
function hasNewWord(keys: KeyTable, name: string): boolean {
  return Object.values(keys).some(
    key => key.since === '1.0' && (key.type === 'alias' ? key.of === name : key.sameAs === name)
  );
}

function isBefore(a: IPosition, b: IPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
