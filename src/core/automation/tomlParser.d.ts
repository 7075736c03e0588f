// The published types of toml-eslint-parser bring those of ESLint into core, which must not know them.
declare module 'toml-eslint-parser' {
  /** What all nodes have: offsets of start and end. */
  interface INode {
    range: [number, number];
  }

  /** A part of a dotted key. */
  export type KeyPart = INode &
    ({ type: 'TOMLBare'; name: string } | { type: 'TOMLQuoted'; value: string });

  /** A key, perhaps dotted. */
  export interface IKey extends INode {
    keys: KeyPart[];
  }

  /** A key with its value. */
  export interface IKeyValue extends INode {
    type: 'TOMLKeyValue';
    key: IKey;
    value: Content;
  }

  /** `[a.b]` or `[[a.b]]` with what follows it. */
  export interface ITable extends INode {
    type: 'TOMLTable';
    key: IKey;
    /** The path with the numbers of items, from 0. */
    resolvedKey: (string | number)[];
    body: IKeyValue[];
  }

  /** A value. */
  export type Content = INode &
    (
      | { type: 'TOMLArray'; elements: Content[] }
      | { type: 'TOMLInlineTable'; body: IKeyValue[] }
      | { type: 'TOMLValue'; kind: 'string'; value: string; multiline: boolean }
      | { type: 'TOMLValue'; kind: 'integer' | 'float'; value: number; number: string }
      | { type: 'TOMLValue'; kind: 'boolean'; value: boolean }
      | {
          type: 'TOMLValue';
          kind: 'offset-date-time' | 'local-date-time' | 'local-date' | 'local-time';
          datetime: string;
        }
    );

  /** Thrown for what is no TOML, with the offset of the first fault. */
  export class ParseError extends SyntaxError {
    index: number;
  }

  /** Parse a text. */
  export function parseTOML(text: string): { body: [{ body: (IKeyValue | ITable)[] }] };
}
