// The published types of vega leave this out.
import 'vega';

declare module 'vega' {
  /** Register a reader for a format of data. */
  export function formats(
    name: string,
    reader: (text: string, format: { delimiter: string; header?: string[] }) => object[]
  ): void;
}
