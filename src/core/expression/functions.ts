import type { ExpressionValue } from './expression';

type Operands = readonly ExpressionValue[];

// Operands are converted as JavaScript itself does it; the types say what a call without mistakes gives.
const numbers = (operands: Operands) => operands as readonly number[];

/** Functions that an expression may call, by name. */
export const FUNCTIONS: ReadonlyMap<string, (operands: Operands) => ExpressionValue> = new Map<
  string,
  (operands: Operands) => ExpressionValue
>([
  ['Number', operands => Number(...operands)],
  ['String', operands => String(...operands)],
  ['Boolean', operands => Boolean(...operands)],
  ['parseInt', operands => parseInt(String(operands[0]), numbers(operands)[1])],
  ['parseFloat', operands => parseFloat(String(operands[0]))],
  ['isNaN', operands => Number.isNaN(Number(operands[0]))],
  ['Math.abs', operands => Math.abs(numbers(operands)[0])],
  ['Math.ceil', operands => Math.ceil(numbers(operands)[0])],
  ['Math.floor', operands => Math.floor(numbers(operands)[0])],
  ['Math.max', operands => Math.max(...numbers(operands))],
  ['Math.min', operands => Math.min(...numbers(operands))],
  ['Math.round', operands => Math.round(numbers(operands)[0])]
]);

/** Methods of texts, by name. */
export const TEXT_METHODS: ReadonlyMap<
  string,
  (text: string, operands: Operands) => ExpressionValue
> = new Map<string, (text: string, operands: Operands) => ExpressionValue>([
  ['includes', (text, operands) => text.includes(String(operands[0]), numbers(operands)[1])],
  ['startsWith', (text, operands) => text.startsWith(String(operands[0]), numbers(operands)[1])],
  ['endsWith', (text, operands) => text.endsWith(String(operands[0]), numbers(operands)[1])],
  ['indexOf', (text, operands) => text.indexOf(String(operands[0]), numbers(operands)[1])],
  ['trim', text => text.trim()],
  ['toLowerCase', text => text.toLowerCase()],
  ['toUpperCase', text => text.toUpperCase()],
  ['split', (text, operands) => split(text, operands[0], numbers(operands)[1])]
]);

/** Without a separator a text stays whole. */
function split(text: string, separator: ExpressionValue, limit?: number): string[] {
  return separator === undefined
    ? text.split(undefined as unknown as string, limit)
    : text.split(String(separator), limit);
}

/** Methods of lists, by name. */
export const LIST_METHODS: ReadonlyMap<
  string,
  (list: Operands, operands: Operands) => ExpressionValue
> = new Map<string, (list: Operands, operands: Operands) => ExpressionValue>([
  ['includes', (list, operands) => list.includes(operands[0], numbers(operands)[1])],
  ['indexOf', (list, operands) => list.indexOf(operands[0], numbers(operands)[1])]
]);
