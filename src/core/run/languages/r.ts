import { encodeHex } from './encoding';
import type { IKernelSetting, ILanguage } from './language';

/** Set by R's own start script, needed to find its libraries. */
const OWN_NAMES = ['LD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH', 'PAGER', 'EDITOR'];

/** R, as IRkernel and xeus-r run it. */
export const r: ILanguage = {
  names: ['r'],
  isPipelined: false,
  epilogue: null,
  prelude(setting: IKernelSetting): string {
    const names = Object.keys(setting.environment);
    const kept = [...OWN_NAMES, ...setting.keep, ...names];
    const lines = [
      'local({',
      '  decode <- function(digits) {',
      '    if (!nchar(digits)) return("")',
      '    starts <- seq(1L, nchar(digits), 2L)',
      '    bytes <- as.raw(strtoi(substring(digits, starts, starts + 1L), 16L))',
      '    text <- rawToChar(bytes)',
      '    Encoding(text) <- "UTF-8"',
      '    text',
      '  }',
      `  kept <- vapply(${vector(kept)}, decode, "", USE.NAMES = FALSE)`,
      '  present <- names(Sys.getenv())',
      ...(setting.isElsewhere
        ? []
        : ['  Sys.unsetenv(present[!(present %in% kept) & !startsWith(present, "R_")])']),
      `  values <- lapply(${vector(names.map(name => setting.environment[name]))}, decode)`,
      `  names(values) <- vapply(${vector(names)}, decode, "", USE.NAMES = FALSE)`,
      '  if (length(values)) do.call(Sys.setenv, values)',
      `  setwd(decode("${encodeHex(setting.folder).join('')}"))`,
      '})'
    ];
    return lines.join('\n');
  }
};

function vector(texts: readonly string[]): string {
  return texts.length
    ? `c(${texts.map(text => `"${encodeHex(text).join('')}"`).join(', ')})`
    : 'character(0)';
}
