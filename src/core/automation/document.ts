import type { CST, ErrorCode } from 'yaml';
import { Composer, Parser } from 'yaml';
import type { IPosition, IProblem } from '../problem';
import { createPositionAt } from './positions';
import { ProblemList, addTooLarge } from './problemList';
import type { IMappingNode } from './tree';
import { TreeBuilder } from './treeBuilder';

/** A configuration may have this many bytes. */
export const MAXIMUM_BYTES = 1024 * 1024;

/** Nesting beyond this is refused before it can exhaust the stack of the parser. */
export const MAXIMUM_DEPTH = 100;

/** Further syntax errors of one file mostly follow from the first. */
const MAXIMUM_SYNTAX_PROBLEMS = 20;

/** The tree of a configuration, or why there is none. */
export interface IParsedDocument {
  /** Null when the text cannot be used at all. An empty text is an empty mapping. */
  tree: IMappingNode | null;
  /** Sorted by position. */
  problems: IProblem[];
}

/**
 * Parse the YAML 1.2 text of a configuration, keeping the place of every key and value.
 *
 * Never throws, whatever the text: all that is wrong comes back as problems.
 *
 * @param text - a byte order mark at its start is skipped
 * @param file - absolute path, for positions
 */
export function parseDocument(text: string, file: string): IParsedDocument {
  const problems = new ProblemList();
  const tree = parseTree(text.replace(/^\uFEFF/, ''), file, problems);
  return { tree, problems: problems.sorted() };
}

function parseTree(text: string, file: string, problems: ProblemList): IMappingNode | null {
  if (text.length > MAXIMUM_BYTES) {
    addTooLarge(problems, file);
    return null;
  }
  const positionAt = createPositionAt(text, file);
  const tokens: CST.Token[] = [];
  for (const token of new Parser().parse(text)) {
    const tooDeep = findTooDeep(token);
    if (tooDeep !== null) {
      problems.add('syntax', positionAt(tooDeep), 'the file is nested too deeply');
      return null;
    }
    tokens.push(token);
  }
  // Duplicate keys are looked for by ourselves, so that the first one can be named.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [document, second] = takeTwo(composer.compose(tokens, true, text.length));
  if (document.errors.length) {
    for (const { pos, code, message } of document.errors.slice(0, MAXIMUM_SYNTAX_PROBLEMS)) {
      addSyntaxProblem({ text, offset: pos[0], code, message }, positionAt(pos[0]), problems);
    }
    return null;
  }
  if (second) {
    const position = positionAt(findSecondStart(tokens, second.range[0]));
    problems.add('multiple-documents', position, 'only one document is allowed');
    return null;
  }
  return new TreeBuilder({ positionAt, problems }).build(document.contents);
}

function takeTwo<T>(all: Iterable<T>): [T, T | undefined] {
  const taken: T[] = [];
  for (const one of all) {
    taken.push(one);
    if (taken.length === 2) {
      break;
    }
  }
  return [taken[0], taken[1]];
}

/** The offset of the marker that starts the second document; `after` when there is none. */
function findSecondStart(tokens: readonly CST.Token[], after: number): number {
  const documents = tokens.filter(token => token.type === 'document');
  return documents.length > 1 ? documents[1].offset : after;
}

/** Look for nesting beyond the limit without recursion; the offset of the token that is too deep, or null. */
function findTooDeep(token: CST.Token): number | null {
  const waiting: { token: CST.Token; depth: number }[] = [{ token, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > MAXIMUM_DEPTH) {
      return token.offset;
    }
    if (token.type === 'document' && token.value) {
      waiting.push({ token: token.value, depth });
    }
    if ('items' in token) {
      for (const { key, value } of token.items) {
        for (const child of [key, value]) {
          if (child) {
            waiting.push({ token: child, depth: depth + 1 });
          }
        }
      }
    }
  }
  return null;
}

interface ISyntaxError {
  text: string;
  offset: number;
  code: ErrorCode;
  message: string;
}

function addSyntaxProblem(error: ISyntaxError, position: IPosition, problems: ProblemList): void {
  const { text, offset, message } = error;
  const lineStart = offset - (position.column - 1);
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  // `name: {id}-x` is what people write who think of a template; YAML sees a dictionary and then rubbish.
  const unquoted = /^([\s-]*)([\w-]+)(:\s+)(\{[^{}"':,]*\}.*?)\s*$/.exec(line);
  if (unquoted) {
    const [, indent, key, colon, value] = unquoted;
    const column = 1 + indent.length + key.length + colon.length;
    const at = { ...position, column };
    problems.add('not-quoted', at, `"${key}" starts with a brace`, `put it in quotes: '${value}'`);
  } else {
    problems.add('syntax', position, lowerFirst(message), syntaxHint(error));
  }
}

function syntaxHint({ code }: ISyntaxError): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'BAD_SCALAR_START':
      return 'put the value in quotes';
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'check the indentation; a value that contains ": " needs quotes';
    default:
      return '';
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
