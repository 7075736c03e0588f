import type { TestCell } from '../../fork/__tests__/notebooks';

/** A code cell after execution: its outputs in nbformat 4, text of one stream put together. */
export interface IExecutedCell {
  count: number | null;
  outputs: readonly Readonly<Record<string, unknown>>[];
}

/** What is left of the execution of a notebook. */
export interface IExecution {
  /** Name of the error that ended it; null when it ended well. */
  error: string | null;
  cells: readonly IExecutedCell[];
}

/** A notebook that every way to execute it must agree on. */
export interface ICorpusNotebook {
  cells: readonly TestCell[];
  /** Python modules without which it is skipped. */
  needs?: readonly string[];
  /** A kernel writes its two streams by a timer: within a cell, only each stream has an order. */
  hasLooseStreams?: boolean;
  /** Where we mean to differ from nbclient. */
  differs?: {
    reason: string;
    /** What we make of it, given what nbclient makes of it. */
    ours(theirs: IExecution): IExecution;
  };
}

/** Notebooks by their names. */
export type Corpus = Readonly<Record<string, ICorpusNotebook>>;

/** Replace a cell of an execution. */
export function withCell(
  execution: IExecution,
  index: number,
  change: (cell: IExecutedCell) => Partial<IExecutedCell>
): IExecution {
  const cells = execution.cells.map((cell, each) =>
    each === index ? { ...cell, ...change(cell) } : cell
  );
  return { ...execution, cells };
}

/** A stream as an output. */
export function stream(name: 'stdout' | 'stderr', text: string): Record<string, unknown> {
  return { output_type: 'stream', name, text };
}

/** The code of a cell whose error is welcome. */
export function raising(code: string): TestCell {
  return { code, tags: ['raises-exception'] };
}

/**
 * What a kernel reads from descriptors may come with the cell after. A cell that calls `settle()`, which this first
 * cell defines, waits for it.
 */
export const SETTLE = `def settle():
    import select, sys, time
    for stream in (sys.stdout, sys.stderr):
        pipe = getattr(stream, "_fid", None)
        if isinstance(pipe, int):
            while select.select([pipe], [], [], 0)[0]:
                time.sleep(0.001)
            time.sleep(0.1)
        stream.flush()`;
