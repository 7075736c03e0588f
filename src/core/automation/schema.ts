import type { JsonObject, JsonValue } from '../json';
import type { ITextKey, Key, KeyTable } from './keys/key';
import { KEYS } from './keys/keys';
import { COMMON_VIEW_KEYS, VIEW_KEYS } from './keys/viewKeys';
import type { IViewSource } from './readContext';

/**
 * Make the JSON Schema (draft 2020-12) of configurations, in both vocabularies, from the table of keys: for editors that
 * complete and mark while one writes. It is stricter about unknown keys than the reader, which only warns of them, and
 * knows nothing of files and of what depends on several keys.
 */
export function createSchema(views: IViewSource): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'CrossCompute automation',
    ...dictionarySchema(KEYS, views),
    $defs: { variable: { allOf: viewConditions(views) } }
  };
}

function dictionarySchema(keys: KeyTable, views: IViewSource): JsonObject {
  const isVariable = 'view' in keys && 'mode' in keys;
  const properties = Object.entries(keys).map(([name, key]): [string, JsonValue] => [
    name,
    keySchema(key, keys, views)
  ]);
  const required = Object.entries(keys).filter(([, key]) => key.isRequired);
  const conditions = [
    ...required.map(([name]) => ({ anyOf: spellingsOf(name, keys) })),
    ...(isVariable ? [{ $ref: '#/$defs/variable' }] : [])
  ];
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    patternProperties: { '^x-': true },
    additionalProperties: false,
    ...(conditions.length && { allOf: conditions })
  };
}

/** A required key may be given in any of its spellings. */
function spellingsOf(name: string, keys: KeyTable): JsonValue[] {
  const aliases = Object.entries(keys).filter(([, key]) => key.type === 'alias' && key.of === name);
  return [name, ...aliases.map(([alias]) => alias)].map(spelling => ({ required: [spelling] }));
}

function keySchema(key: Key, keys: KeyTable, views: IViewSource): JsonObject {
  const target = key.type === 'alias' ? keys[key.of] : key;
  return { description: describe(key), ...typeSchema(target, views) };
}

/** Null counts as absent everywhere. */
function typeSchema(key: Key, views: IViewSource): JsonObject {
  switch (key.type) {
    case 'text':
      return key.values ? choiceSchema(key) : { type: ['string', 'number', 'boolean', 'null'] };
    case 'number':
    case 'boolean':
      return { type: [key.type, 'null'] };
    case 'dictionary':
      return key.keys
        ? { anyOf: [{ type: 'null' }, dictionarySchema(key.keys, views)] }
        : { type: ['object', 'null'] };
    case 'list': {
      const item = key.keys ? dictionarySchema(key.keys, views) : { type: 'object' };
      return { type: ['array', 'null'], items: { anyOf: [{ type: 'null' }, item] } };
    }
    case 'texts':
      return {
        type: ['array', 'null'],
        items: { type: ['string', 'number', 'boolean', 'null'] }
      };
    case 'alias':
    case 'any':
      return {};
  }
}

function choiceSchema({ values = [], synonyms = {}, isCaseIgnored }: ITextKey): JsonObject {
  const choices = [...values, ...Object.keys(synonyms)];
  const choice = { enum: [...choices, null] };
  return isCaseIgnored
    ? { anyOf: [choice, { type: 'string', pattern: caseless(choices) }] }
    : choice;
}

function caseless(words: readonly string[]): string {
  const patterns = words.map(word =>
    word.replace(/[a-z]/gi, letter => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
  );
  return `^(${patterns.join('|')})$`;
}

function describe({ meaning, default: byDefault, since, unused }: Key): string {
  const facts = [
    meaning,
    ...(byDefault === undefined ? [] : [`default: ${byDefault}`]),
    ...(since === '1.0' ? ['1.0'] : []),
    ...(unused === undefined ? [] : ['no effect here'])
  ];
  return facts.join('; ');
}

/** What the configuration of a variable may hold follows from its view. */
function viewConditions(views: IViewSource): JsonValue[] {
  return views.names().map(name => {
    const keys = views.get(name)?.configurationKeys ?? [];
    const meanings = { ...COMMON_VIEW_KEYS };
    keys.forEach(key => (meanings[key] = VIEW_KEYS[key] ?? ''));
    const properties = Object.entries(meanings).map(([key, description]): [string, JsonValue] => [
      key,
      description ? { description } : {}
    ]);
    return {
      if: { properties: { view: { const: name } }, required: ['view'] },
      then: { properties: { configuration: { properties: Object.fromEntries(properties) } } }
    };
  });
}
