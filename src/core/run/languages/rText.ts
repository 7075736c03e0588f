import { encodeHex } from './encoding';

/**
 * R that defines `decode`, for what `literal` writes. It marks no text as UTF-8: R would translate marked text, and in the
 * locale `C` make `<U+00FC>` of `ü`.
 */
export const DECODE = `  decode <- function(digits) {
    if (!nchar(digits)) return("")
    starts <- seq(1L, nchar(digits), 2L)
    rawToChar(as.raw(strtoi(substring(digits, starts, starts + 1L), 16L)))
  }`;

/** A text as an R literal for `decode`, of hexadecimal digits only. */
export function literal(text: string): string {
  return `"${encodeHex(text).join('')}"`;
}
