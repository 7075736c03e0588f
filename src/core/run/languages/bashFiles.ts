import { assign, packLines } from './bashText';
import type { IFileCode } from './language';

const KIBIBYTE = 1024;
/** Letters of base64 in one statement, within what a terminal takes as a line. */
const LETTERS_PER_STATEMENT = 3000;

/**
 * Files for bash kernels, by `base64` of coreutils and `find` of findutils. Lines go through a terminal, 50 ms each,
 * so that it is for small files.
 */
export const bashFiles: IFileCode = {
  pieceBytes: 64 * KIBIBYTE,
  // Jupyter drops text of more than 1,000,000 bytes a second.
  limitBytes: 1024 * KIBIBYTE,
  open: mark => answer(mark, `mktemp -d "\${TMPDIR:-/tmp}/crosscompute-XXXXXXXXXX" | tr -d '\\n'`),
  workingFolder: mark => answer(mark, "pwd | tr -d '\\n'"),
  makeFolder: path => withPath(path, 'mkdir -p -- "$__crosscompute_path"'),
  write: (path, content, isFirst) => {
    const file = '"$__crosscompute_path"';
    const statements = [...assign('__crosscompute_path', path)];
    if (isFirst) {
      statements.push(`mkdir -p -- "$(dirname -- ${file})"`, `: > ${file}`);
    }
    for (let at = 0; at < content.length; at += LETTERS_PER_STATEMENT) {
      const letters = content.slice(at, at + LETTERS_PER_STATEMENT);
      statements.push(`printf '%s' '${letters}' | base64 -d >> ${file}`);
    }
    return packLines(statements).join('\n');
  },
  list: (folder, mark) =>
    withPath(folder, answer(mark, `find "$__crosscompute_path" -type f -printf '%s\\t%P\\0'`)),
  read: (path, offset, length, mark) =>
    withPath(
      path,
      answer(
        mark,
        `{ tail -c +${offset + 1} -- "$__crosscompute_path" 2>/dev/null || true; } | head -c ${length}`
      )
    ),
  remove: folder => withPath(folder, 'cd / && rm -rf -- "$__crosscompute_path"')
};

function withPath(path: string, statement: string): string {
  return packLines([...assign('__crosscompute_path', path), statement]).join('\n');
}

/** What a command prints, in base64 between marks; never the whole mark in the code. */
function answer(mark: string, command: string): string {
  const middle = Math.floor(mark.length / 2);
  const print = `printf '%s%s' '${mark.slice(0, middle)}' '${mark.slice(middle)}'`;
  return `${print}; ${command} | base64; ${print}`;
}
