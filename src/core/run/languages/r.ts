import type { IKernelSetting, ILanguage } from './language';
import { rFiles } from './rFiles';
import { DECODE, literal } from './rText';

/** Set by R's own start script, needed to find its libraries. */
const OWN_NAMES = ['LD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH', 'PAGER', 'EDITOR'];

/** R, as IRkernel and xeus-r run it. */
export const r: ILanguage = {
  names: ['r'],
  isPipelined: false,
  files: rFiles,
  epilogue: null,
  prelude(setting: IKernelSetting): string {
    const names = Object.keys(setting.environment);
    const kept = [...OWN_NAMES, ...setting.keep, ...names];
    const lines = [
      'local({',
      DECODE,
      `  kept <- vapply(${vector(kept)}, decode, "", USE.NAMES = FALSE)`,
      '  present <- names(Sys.getenv())',
      ...(setting.isElsewhere
        ? []
        : ['  Sys.unsetenv(present[!(present %in% kept) & !startsWith(present, "R_")])']),
      `  values <- lapply(${vector(names.map(name => setting.environment[name]))}, decode)`,
      `  names(values) <- vapply(${vector(names)}, decode, "", USE.NAMES = FALSE)`,
      '  if (length(values)) do.call(Sys.setenv, values)',
      `  setwd(decode(${literal(setting.folder)}))`,
      '})'
    ];
    return lines.join('\n');
  }
};

function vector(texts: readonly string[]): string {
  return texts.length ? `c(${texts.map(literal).join(', ')})` : 'character(0)';
}
