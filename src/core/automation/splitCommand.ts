/** A command split into words, or the place of what is not closed. */
export type SplitCommand = { words: string[] } | { unclosedAt: number };

/**
 * Split a command into program and arguments as a POSIX shell would, without being a shell: quotes
 * and backslashes count; `$`, `*`, `|`, `;`, `#` and the like are letters like all others.
 *
 * @returns the offset of a quote (or final backslash) that is not closed, when there is one
 */
export function splitCommand(command: string): SplitCommand {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < command.length) {
    const character = command[at];
    if (/\s/.test(character)) {
      if (word !== null) {
        words.push(word);
        word = null;
      }
      at += 1;
    } else if (character === '\\') {
      if (at + 1 === command.length) {
        return { unclosedAt: at };
      }
      // A backslash before a line break continues the line.
      word = command[at + 1] === '\n' ? word : (word ?? '') + command[at + 1];
      at += 2;
    } else if (character === "'" || character === '"') {
      const quoted = readQuoted(command, at);
      if (!quoted) {
        return { unclosedAt: at };
      }
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else {
      word = (word ?? '') + character;
      at += 1;
    }
  }
  return { words: word === null ? words : [...words, word] };
}

/** Read what stands between quotes; null when they are not closed. */
function readQuoted(command: string, start: number): { text: string; end: number } | null {
  const quote = command[start];
  let text = '';
  for (let at = start + 1; at < command.length; at += 1) {
    const character = command[at];
    if (character === quote) {
      return { text, end: at + 1 };
    }
    const next = command[at + 1];
    if (character === '\\' && quote === '"' && next !== undefined && '$`"\\\n'.includes(next)) {
      text += next === '\n' ? '' : next;
      at += 1;
    } else {
      text += character;
    }
  }
  return null;
}

/** Names of the folders that a command may name in braces. */
export const FOLDER_PLACEHOLDERS = [
  'input_folder',
  'output_folder',
  'log_folder',
  'debug_folder',
  'print_folder',
  'datasets_folder'
] as const;

/** Name of a folder that a command may name. */
export type FolderPlaceholder = (typeof FOLDER_PLACEHOLDERS)[number];

/** Absolute folders by placeholder; one that is not given stays as written. */
export type CommandFolders = Readonly<Partial<Record<FolderPlaceholder, string>>>;

/**
 * Put folders in place of `{input_folder}` and the like. Each word stays one argument, whatever the
 * folder is called; other braces stay as written.
 */
export function fillCommand(words: readonly string[], folders: CommandFolders): string[] {
  return words.map(word =>
    word.replace(/\{(\w+)\}/g, (written, name: string) =>
      isFolderPlaceholder(name) ? (folders[name] ?? written) : written
    )
  );
}

/** Tell whether a name in braces is one of the folders. */
export function isFolderPlaceholder(name: string): name is FolderPlaceholder {
  return (FOLDER_PLACEHOLDERS as readonly string[]).includes(name);
}
