/**
 * Make the part of an address from a text: `Ice Cream, 2 scoops` → `ice-cream-2-scoops`.
 *
 * Letters and digits of all scripts stay; what is between them becomes one `-`.
 *
 * @returns '' for a text without letters and digits
 */
export function slug(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}

/**
 * Make a label from an id: `rowXColumn12b` → `Row X Column 12 B`.
 *
 * Words inside of a run of letters are told apart by their case and by digits, for ASCII only.
 */
export function formatName(text: string): string {
  return text
    .replace(/([A-Z])(?=[a-z])/g, ' $1')
    .replace(/([a-z0-9])(?=[A-Z])/g, '$1 ')
    .replace(/([A-Za-z])(?=[0-9])/g, '$1 ')
    .replace(/([0-9])(?=[A-Za-z])/g, '$1 ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
    .map(raiseFirst)
    .join(' ');
}

/**
 * The filter `title`: every letter after a non-letter upper case, all others lower.
 *
 * As in the original framework `they're` becomes `They'Re`.
 */
export function titleFilter(text: string): string {
  return text.replace(/\p{L}+/gu, raiseOnlyFirst);
}

function raiseFirst(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}

function raiseOnlyFirst(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length).toLowerCase();
}
