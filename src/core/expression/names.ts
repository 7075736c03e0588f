import type { Expression } from './expression';

/** Names that stand for values. */
export const LITERALS: ReadonlyMap<
  string,
  Pick<Extract<Expression, { kind: 'literal' }>, 'value'>
> = new Map([
  ['true', { value: true }],
  ['false', { value: false }],
  ['null', { value: null }],
  ['undefined', { value: undefined }],
  ['NaN', { value: NaN }],
  ['Infinity', { value: Infinity }]
]);

/**
 * Words of JavaScript that begin what expressions do not have, and names by which one gets at what is inside
 * of its values. An input with such an id is `variables['new']`.
 */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval ' +
    'export extends finally for function globalThis if import instanceof let new return static super switch ' +
    'this throw try var void while with yield __proto__ __defineGetter__ __defineSetter__ ' +
    '__lookupGetter__ __lookupSetter__ constructor hasOwnProperty isPrototypeOf propertyIsEnumerable ' +
    'prototype toLocaleString toString valueOf'
  ).split(' ')
);
