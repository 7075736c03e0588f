/** The error of work that nobody wants any more. */
export function abortError(): DOMException {
  return new DOMException('nobody waits for this any more', 'AbortError');
}

/** Stop work that nobody wants any more. @throws {DOMException} `AbortError` once the signal was aborted */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw abortError();
  }
}
