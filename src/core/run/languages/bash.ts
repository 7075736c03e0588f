import { encodeHex } from './encoding';
import type { IKernelSetting, ILanguage } from './language';

/** What bash itself and its kernels set and need. */
const OWN_NAMES = ['PWD', 'OLDPWD', 'SHLVL', '_', 'TERM', 'PAGER', 'PS1', 'PS2', 'PROMPT_COMMAND'];

/** Bash kernels talk to bash through a terminal, which cuts lines of more than 4,096 bytes. */
const MAXIMUM_LINE = 3500;
/** Bytes of a value in one statement; each takes four letters. */
const BYTES_PER_STATEMENT = 200;

/** Bash, and kernels of a POSIX shell that is bash. */
export const bash: ILanguage = {
  names: ['bash', 'shell', 'sh'],
  isPipelined: false,
  epilogue: null,
  prelude(setting: IKernelSetting): string {
    // Bash can export only what it can name.
    const names = Object.keys(setting.environment).filter(isShellName);
    const kept = [...OWN_NAMES, ...setting.keep.filter(isShellName), ...names].join(' ');
    const statements = [
      'set +o history',
      `__crosscompute_kept=' ${kept} '`,
      'for __crosscompute_name in $(compgen -e); do' +
        ' case "$__crosscompute_kept" in *" $__crosscompute_name "*) ;;' +
        ' *) unset -v "$__crosscompute_name" 2>/dev/null ;; esac; done',
      ...names.flatMap(name => [
        ...assign('__crosscompute_value', setting.environment[name]),
        `export ${name}="$__crosscompute_value"`
      ]),
      ...assign('__crosscompute_value', setting.folder),
      'hash -r',
      'set -o history',
      // Last, as the status of the last command is the status of the whole.
      'cd -- "$__crosscompute_value" &&' +
        ' unset -v __crosscompute_value __crosscompute_name __crosscompute_kept'
    ];
    return packLines(statements).join('\n');
  }
};

/** Few lines, as a bash kernel needs 50 ms for each. */
function packLines(statements: readonly string[]): string[] {
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
function assign(variable: string, text: string): string[] {
  const bytes = encodeHex(text);
  const statements = [`${variable}=''`];
  for (let at = 0; at < bytes.length; at += BYTES_PER_STATEMENT) {
    const part = bytes.slice(at, at + BYTES_PER_STATEMENT).map(byte => `\\x${byte}`);
    statements.push(`${variable}+=$'${part.join('')}'`);
  }
  return statements;
}

function isShellName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
