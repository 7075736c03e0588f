import { bashFiles } from './bashFiles';
import { assign, packLines } from './bashText';
import type { IKernelSetting, ILanguage } from './language';

/** What bash itself and its kernels set and need. */
const OWN_NAMES = ['PWD', 'OLDPWD', 'SHLVL', '_', 'TERM', 'PAGER', 'PS1', 'PS2', 'PROMPT_COMMAND'];

/** Bash, and kernels of a POSIX shell that is bash. */
export const bash: ILanguage = {
  names: ['bash', 'shell', 'sh'],
  isPipelined: false,
  files: bashFiles,
  epilogue: null,
  prelude(setting: IKernelSetting): string {
    // Bash can export only what it can name.
    const names = Object.keys(setting.environment).filter(isShellName);
    const kept = [...OWN_NAMES, ...setting.keep.filter(isShellName), ...names].join(' ');
    const statements = [
      'set +o history',
      `__crosscompute_kept=' ${kept} '`,
      ...(setting.isElsewhere
        ? []
        : [
            'for __crosscompute_name in $(compgen -e); do' +
              ' case "$__crosscompute_kept" in *" $__crosscompute_name "*) ;;' +
              ' *) unset -v "$__crosscompute_name" 2>/dev/null ;; esac; done'
          ]),
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

function isShellName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
