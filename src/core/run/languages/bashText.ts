import { encodeHex } from './encoding';

/** Bash kernels talk to bash through a terminal, which cuts lines of more than 4,096 bytes. */
const MAXIMUM_LINE = 3500;
/** Bytes of a value in one statement; each takes four letters. */
const BYTES_PER_STATEMENT = 200;

/** Few lines, as a bash kernel needs 50 ms for each. */
export function packLines(statements: readonly string[]): string[] {
  const lines: string[] = [];
  for (const statement of statements) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + statement.length < MAXIMUM_LINE) {
      lines[lines.length - 1] = `${last}; ${statement}`;
    } else {
      lines.push(statement);
    }
  }
  return lines;
}

/** Statements that give a variable any text, written as escaped bytes only. */
export function assign(variable: string, text: string): string[] {
  const bytes = encodeHex(text);
  const statements = [`${variable}=''`];
  for (let at = 0; at < bytes.length; at += BYTES_PER_STATEMENT) {
    const part = bytes.slice(at, at + BYTES_PER_STATEMENT).map(byte => `\\x${byte}`);
    statements.push(`${variable}+=$'${part.join('')}'`);
  }
  return statements;
}
