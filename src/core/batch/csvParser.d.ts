// The published types of papaparse bring those of Node into core, which must not know them.
declare module 'papaparse/papaparse' {
  /** What a step of the parser gives: one row. */
  export interface IStepResult {
    data: string[];
    errors: { type: string; code: string; index?: number }[];
    /** `cursor` is the offset after the row and its line break. */
    meta: { cursor: number };
  }

  /** Parse text, calling `step` synchronously for each row. */
  export function parse(
    text: string,
    options: {
      delimiter: string;
      newline: string;
      quoteChar: string;
      step(result: IStepResult): void;
    }
  ): void;
}
