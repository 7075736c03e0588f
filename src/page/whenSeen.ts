/**
 * Wait until an element is about to be seen, so that what is far down on a page costs nothing before.
 *
 * @returns resolves at once where nobody can tell; never, once the signal was aborted
 */
export function whenSeen(element: Element, signal: AbortSignal): Promise<void> {
  if (typeof IntersectionObserver === 'undefined') {
    return Promise.resolve();
  }
  return new Promise(resolve => {
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) {
          observer.disconnect();
          resolve();
        }
      },
      { rootMargin: '200px' }
    );
    observer.observe(element);
    signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  });
}
