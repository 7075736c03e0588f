import { parentPort } from 'node:worker_threads';
import { TableError } from './rowTable';
import { TableFiles } from './tableFiles';
import type { ITableAnswer, ITableRequest } from './tables';

/*
 * A thread of its own, so that reading, sorting and filtering a large table holds up nobody else.
 */
const files = new TableFiles();

parentPort?.on('message', ({ id, source, query, asCsv }: ITableRequest) => {
  const answer = (content: Omit<ITableAnswer, 'id'>) => parentPort?.postMessage({ id, ...content });
  try {
    answer(asCsv ? { csv: files.csv(source, query) } : { page: files.page(source, query) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const isTableError = error instanceof TableError || name === 'JsonTextError';
    answer({ failure: message, isTableError });
  }
});
