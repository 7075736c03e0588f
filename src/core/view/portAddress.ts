/**
 * Where a port of a container is, below the root of our addresses: the variables that ports are named after hold it from
 * `/ports/` on, and pages with their root before it.
 */
const PORT_ADDRESS = /^((?:\/[\w.~%@!$&'()*+,;=:-]+)*)(\/ports\/[\w-]{22}\/[^\s/?#\\]+\/)$/;

/** Tell whether a value is the address of a port, with a root before it or without. */
export function isPortAddress(text: string): boolean {
  return PORT_ADDRESS.test(text.trim());
}

/** Put the root of a page's addresses before the address of a port; every other value stays as it is. */
export function placePortAddress(text: string, rootUri: string): string {
  const [, before, address] = PORT_ADDRESS.exec(text.trim()) ?? [];
  return before === '' ? `${rootUri}${address}` : text;
}
