/**
 * Read how long the cells of a run took together.
 *
 * @param {string} text - a journal, one JSON event a line
 * @returns {number} seconds from the first cell's begin to the last cell's end
 * @throws {Error} when no cell began and ended
 */
export function readCellSeconds(text) {
  const entries = text
    .split('\n')
    .filter(line => line.trim())
    .map(line => JSON.parse(line))
    .filter(event => event.kind === 'timing')
    .flatMap(event => event.entries)
    .filter(entry => Number.isInteger(entry.cell));
  const begins = entries.filter(entry => entry.ph === 'B').map(entry => entry.t);
  const ends = entries.filter(entry => entry.ph === 'E').map(entry => entry.t);
  if (!begins.length || !ends.length) {
    throw new Error('the journal tells of no cell that began and ended');
  }
  // Times are microseconds.
  return (Math.max(...ends) - Math.min(...begins)) / 1e6;
}
