import type { IPosition } from '../problem';

/** Gives the place of an offset in UTF-16 units. */
export type PositionAt = (offset: number) => IPosition;

/**
 * Make what tells line and column of offsets in a text; offsets beyond it count as its end.
 *
 * @param file - absolute path
 */
export function createPositionAt(text: string, file: string): PositionAt {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return offset => {
    const at = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle] <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { file, line: low + 1, column: at - starts[low] + 1 };
  };
}
