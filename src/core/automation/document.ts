import type { YAMLError } from 'yaml';
import { Composer, CST, Parser } from 'yaml';
import type { IPosition, IProblem } from '../problem';
import { createPositionAt, type PositionAt } from './positions';
import { ProblemList, addTooLarge } from './problemList';
import { explainSyntax, findConflict } from './syntaxWords';
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
    addSyntaxProblems({ text, tokens, errors: document.errors }, positionAt, problems);
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

interface IBrokenText {
  text: string;
  tokens: readonly CST.Token[];
  errors: readonly YAMLError[];
}

function addSyntaxProblems(
  { text, tokens, errors }: IBrokenText,
  positionAt: PositionAt,
  problems: ProblemList
): void {
  const conflict = findConflict(text);
  if (conflict !== null) {
    const hint = 'keep one of them, and remove the lines with <<<<<<<, ======= and >>>>>>>';
    problems.add('syntax', positionAt(conflict), 'two versions of this part are in the file', hint);
    return;
  }
  const lines = new Set<number>();
  for (const error of errors.slice(0, MAXIMUM_SYNTAX_PROBLEMS)) {
    const isQuote = /^missing closing .*quote/i.test(error.message);
    const position = positionAt((isQuote && lastQuote(tokens)) || error.pos[0]);
    // What else is wrong with a line follows from the first.
    if (!lines.has(position.line)) {
      lines.add(position.line);
      addSyntaxProblem(text, error, position, problems);
    }
  }
}

function addSyntaxProblem(
  text: string,
  { code, message }: YAMLError,
  position: IPosition,
  problems: ProblemList
): void {
  const line = text.split('\n', position.line)[position.line - 1];
  // `name: {id}-x` is what people write who think of a template; YAML sees a dictionary and then rubbish.
  const unquoted = /^([\s-]*)([\w-]+)(:\s+)(\{[^{}"':,]*\}.*?)\s*$/.exec(line);
  if (unquoted) {
    const [, indent, key, colon, value] = unquoted;
    const column = 1 + indent.length + key.length + colon.length;
    const at = { ...position, column };
    problems.add('not-quoted', at, `"${key}" starts with a brace`, `put it in quotes: '${value}'`);
  } else {
    const words = explainSyntax({ code, message, line });
    problems.add('syntax', position, words.message, words.hint);
  }
}

/** The offset of the last text in quotes: one that is not closed takes all that follows. */
function lastQuote(tokens: readonly CST.Token[]): number {
  let last = 0;
  for (const token of tokens) {
    if (token.type === 'document') {
      CST.visit(token, ({ key, value }) => {
        for (const child of [key, value]) {
          last = child && /-quoted-scalar$/.test(child.type) ? child.offset : last;
        }
      });
    }
  }
  return last;
}
