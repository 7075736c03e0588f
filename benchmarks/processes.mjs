import { readFileSync } from 'node:fs';

/**
 * @param {number} pid
 * @returns {number} bytes that a process has for itself, its share of what it shares included
 */
export function readMemory(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)[1]) * 1024;
}

/**
 * @param {number} pid
 * @returns {number} seconds of a core that a process has used
 */
export function readProcessorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  // utime and stime in clock ticks, of which Linux counts 100 a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
