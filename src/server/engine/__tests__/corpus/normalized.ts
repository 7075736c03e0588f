import { initialNotebook, executedNotebook, foldNotebook } from '../../../../core/run/foldNotebook';
import type { JournalEntry, JournalEvent } from '../../../../core/run/journal';
import type { JsonObject } from '../../../../core/json';
import type { IScriptResult } from '../../../../core/run/execution';
import type { IExecutedCell, IExecution } from './corpusNotebook';

type Output = Record<string, unknown> & { text?: unknown };

/** What a journal makes of a notebook, ready to be compared. */
export function foldedExecution(
  document: JsonObject,
  entries: readonly JournalEntry[],
  result: IScriptResult,
  folder: string,
  hasLooseStreams: boolean
): IExecution {
  const folded = entries.reduce(
    (notebook, entry, index) =>
      foldNotebook(notebook, { ...entry, seq: index + 1, time: '' } as JournalEvent),
    initialNotebook(document, 0)
  );
  const error = result.error ? (result.error.name ?? result.error.code) : null;
  return documentExecution(executedNotebook(folded), error, folder, hasLooseStreams);
}

/** What is left in a notebook document, ready to be compared. */
export function documentExecution(
  document: JsonObject,
  error: string | null,
  folder: string,
  hasLooseStreams: boolean
): IExecution {
  const cells = document.cells as {
    cell_type: string;
    outputs?: Output[];
    execution_count: number | null;
  }[];
  const executed = cells.map((cell): IExecutedCell => ({
    count: cell.execution_count ?? null,
    outputs: mergeStreams((cell.outputs ?? []).map(joinLines), hasLooseStreams, each => each.name)
  }));
  return normalize({ error, cells: executed }, folder) as IExecution;
}

/** What was said, in its order, ready to be compared. */
export function saidEntries(
  entries: readonly JournalEntry[],
  folder: string,
  hasLooseStreams: boolean
): unknown {
  const outputs = entries.filter(entry => entry.kind === 'output') as unknown as Output[];
  const merged = mergeStreams(
    outputs,
    hasLooseStreams,
    each => each.stream && `${String(each.stream)} ${String(each.cell)}`
  );
  return normalize(merged, folder);
}

/** Replace what differs between two executions of the same code. */
export function normalize(value: unknown, folder: string): unknown {
  const text = JSON.stringify(value)
    .split(folder)
    .join('FOLDER')
    .replace(/ipykernel_\d+/g, 'ipykernel_N')
    .replace(/0x[0-9a-f]{6,}/g, '0xN')
    .replace(/CPU times: .*?total: [^"]*/g, 'CPU TIMES')
    .replace(/\d+(\.\d+)? ?([nµμu]s|ms|s)\b( ± [^"]*?per loop[^"]*?\))?/g, 'TIME')
    .replace(/task name='[^']*'|name='Task-\d+'/gi, 'TASK')
    .replace(/(?<!\w)[0-9a-f]{32}(?!\w)/g, 'ID');
  return JSON.parse(text, (key, member: unknown) =>
    // Who refuses is another file in a fork; that it is refused, and what is said, is the same.
    key === 'traceback' && Array.isArray(member)
      ? member.filter(line => !/ipykernel\/\w+\.py|fork_server\.py/.test(String(line)))
      : member
  ) as unknown;
}

/** Put text that follows text of the same stream together; all text of a stream, where only that has an order. */
function mergeStreams(
  outputs: readonly Output[],
  hasLooseStreams: boolean,
  streamOf: (output: Output) => unknown
): Output[] {
  const merged: Output[] = [];
  for (const output of outputs) {
    const stream = streamOf(output);
    const before = hasLooseStreams ? merged : merged.slice(-1);
    const same = stream ? before.find(each => streamOf(each) === stream) : undefined;
    if (same) {
      same.text = String(same.text) + String(output.text);
    } else {
      merged.push({ ...output });
    }
  }
  return hasLooseStreams
    ? merged.sort((a, b) => String(streamOf(a)).localeCompare(String(streamOf(b))))
    : merged;
}

/** Documents keep text of several lines as a list of them. */
function joinLines(output: Output): Output {
  const join = (value: unknown) => (Array.isArray(value) ? value.join('') : value);
  const data = output.data as Record<string, unknown> | undefined;
  return {
    ...output,
    ...('text' in output ? { text: join(output.text) } : {}),
    ...(data
      ? {
          data: Object.fromEntries(
            Object.entries(data).map(([type, value]) => [
              type,
              /[/+]json$/.test(type) ? value : join(value)
            ])
          )
        }
      : {})
  };
}
