import type { IPosition } from '../problem';
import { formatPlace } from './problemList';
import type { IReadContext } from './readContext';

/** A value that must not recur, with its place. */
export interface IUniqueValue {
  value: string;
  position: IPosition;
}

/**
 * Report values that are given twice, naming the first place; empty ones were reported before.
 *
 * @param what - how the message calls one, such as `variable`
 */
export function checkUnique(
  given: readonly IUniqueValue[],
  what: string,
  context: Pick<IReadContext, 'problems' | 'folder'>
): void {
  const first = new Map<string, IPosition>();
  for (const { value, position } of given) {
    const earlier = first.get(value);
    if (earlier && value) {
      const hint = `first at ${formatPlace(earlier, context.folder)}`;
      context.problems.add('not-unique', position, `${what} "${value}" is used twice`, hint);
    } else {
      first.set(value, position);
    }
  }
}
