/**
 * One row of the table.
 *
 * @typedef {object} Row
 * @property {string} name - what was measured
 * @property {string} unit - how all its values are shown: `s` and `ms` of seconds, `MB` of bytes, `%` of a share
 * @property {Record<string, Cell>} values - by column: the amount, in seconds, bytes or a share, or why there is none
 * @property {{text: string, isReached: (values: Record<string, number>) => boolean | null} | null} reach -
 *   what we want; it gets the amounts that are known and answers null when it cannot tell
 *
 * @typedef {{amount: number} | {reason: string}} Cell
 */

/** Columns of values, ours first. */
export const COLUMNS = ['ours', 'papermill', 'original', 'nbclient', 'floor'];

const HEADINGS = {
  ours: 'CrossCompute',
  papermill: 'papermill',
  original: '0.9.4.13',
  nbclient: 'nbclient',
  floor: 'floor'
};
const PEERS = ['papermill', 'original'];

/**
 * Lay out the table as text, with the reasons for what is missing below it.
 *
 * @param {readonly Row[]} rows
 * @returns {string} lines of equal width, then notes
 */
export function formatTable(rows) {
  const notes = [];
  const header = [
    '',
    ...COLUMNS.map(column => HEADINGS[column]),
    'to best peer',
    'to floor',
    'reach',
    ''
  ];
  const lines = [
    header,
    ...rows.map(row => {
      const known = getKnownAmounts(row);
      return [
        row.name,
        ...COLUMNS.map(column => formatCell(row, column, notes)),
        formatRatio(known.ours, findBest(known)),
        formatRatio(known.ours, known.floor),
        row.reach?.text ?? '',
        formatReach(row, known)
      ];
    })
  ];
  const widths = header.map((_, index) => Math.max(...lines.map(line => line[index].length)));
  const texts = lines.map(line =>
    line
      .map((text, index) =>
        // Names and reach read from the left, numbers from the right.
        index === 0 || index >= header.length - 2
          ? text.padEnd(widths[index])
          : text.padStart(widths[index])
      )
      .join('  ')
      .trimEnd()
  );
  texts.splice(1, 0, '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)));
  return [...texts, ...(notes.length ? ['', ...notes] : [])].join('\n');
}

/**
 * @param {Row} row
 * @returns {Record<string, number>} amounts by column, only those that were measured
 */
export function getKnownAmounts(row) {
  return Object.fromEntries(
    Object.entries(row.values)
      .filter(([, cell]) => 'amount' in cell)
      .map(([column, cell]) => [column, cell.amount])
  );
}

/**
 * @param {readonly number[]} values - at least one
 * @param {number} share - between 0 and 1
 * @returns {number} the least one that at least this share of all does not exceed
 */
export function getQuantile(values, share) {
  if (!values.length) {
    throw new RangeError('a quantile needs at least one value');
  }
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/**
 * @param {readonly number[]} values - at least one
 * @returns {number} the middle one, or the mean of the middle two
 */
export function getMedian(values) {
  if (!values.length) {
    throw new RangeError('a median needs at least one value');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Tell whether a row reaches what we want.
 *
 * @param {Row} row
 * @returns {boolean | null} null when nothing is wanted or it cannot be told
 */
export function isReached(row) {
  const known = getKnownAmounts(row);
  return row.reach && known.ours !== undefined ? row.reach.isReached(known) : null;
}

function formatCell(row, column, notes) {
  const cell = row.values[column];
  if (!cell) {
    return '–';
  }
  if ('reason' in cell) {
    notes.push(`${notes.length + 1}) ${row.name}, ${HEADINGS[column]}: ${cell.reason}`);
    return `✘ ${notes.length})`;
  }
  return formatAmount(cell.amount, row.unit);
}

const SCALES = { s: 1, ms: 1000, MB: 1e-6, '%': 100 };

function formatAmount(amount, unit) {
  const scaled = amount * SCALES[unit];
  const digits = unit === 's' ? 2 : 1;
  return `${scaled.toFixed(scaled < 10 ? digits : digits - 1)} ${unit}`;
}

function findBest(known) {
  const seconds = PEERS.map(peer => known[peer]).filter(value => value !== undefined);
  return seconds.length ? Math.min(...seconds) : undefined;
}

function formatRatio(seconds, other) {
  return seconds === undefined || !other ? '' : `× ${(seconds / other).toFixed(2)}`;
}

function formatReach(row, known) {
  if (!row.reach) {
    return '';
  }
  const answer = known.ours === undefined ? null : row.reach.isReached(known);
  return answer === null ? '?' : answer ? '✔' : '✘';
}
