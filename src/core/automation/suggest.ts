/**
 * Find what was probably meant: the candidate that is nearest to a word, if it is near.
 *
 * Case, and `_` or blanks for `-`, do not count as differences.
 *
 * @returns null when nothing is near; the first of equals
 */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  const wanted = fold(word);
  const limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  let nearest: string | null = null;
  let nearestDistance = limit + 1;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    if (candidate === word || Math.abs(folded.length - wanted.length) >= nearestDistance) {
      continue;
    }
    const distance = editDistance(wanted, folded);
    // With a word of one or two letters everything is near.
    if (distance < nearestDistance && distance < Math.max(wanted.length, folded.length)) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/**
 * Write the hint `did you mean "x"?`, or another text when nothing is near.
 */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise = ''): string {
  const nearest = suggest(word, candidates);
  return nearest === null ? otherwise : `did you mean "${nearest}"?`;
}

function fold(text: string): string {
  // A very long word is near to nothing; comparing it would only take time.
  return text.slice(0, 100).toLowerCase().replace(/[_\s]/g, '-');
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one text to another. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
