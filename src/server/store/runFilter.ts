import type { SQLInputValue } from 'node:sqlite';
import type { IRunFilter } from '../queue/queue';

const DEFAULT_LIMIT = 100;

/** The query for the records of some runs, newest first, and the values of its parameters. */
export function listQuery(filter: IRunFilter): { sql: string; values: SQLInputValue[] } {
  const { automation, batch, lane, states, before, beforeRun, limit = DEFAULT_LIMIT } = filter;
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const where = (condition: string, ...given: SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (automation !== undefined) {
    where('automation = ?', automation);
  }
  if (batch !== undefined) {
    where('batch = ?', batch);
  }
  if (lane !== undefined) {
    where(`ifnull(record ->> '$.lane', 'run') = ?`, lane);
  }
  if (states !== undefined) {
    where(`state IN (${states.map(() => '?').join(', ')})`, ...states);
  }
  if (before !== undefined) {
    where('created < ?', before);
  }
  if (beforeRun !== undefined) {
    where('sequence < (SELECT sequence FROM runs WHERE id = ?)', beforeRun);
  }
  const condition = conditions.length ? `WHERE ${conditions.join(' AND ')}` : '';
  return {
    sql: `SELECT record FROM runs ${condition} ORDER BY sequence DESC LIMIT ?`,
    values: [...values, Math.max(0, Math.floor(limit))]
  };
}
