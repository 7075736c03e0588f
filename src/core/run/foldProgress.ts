import type { JournalEvent, TimingEntry } from './journal';
import { isFinal } from './run';

/** A cell that executes now. */
export interface ICurrentCell {
  /** Index of the script, from 0. */
  script: number;
  /** Index in the notebook, from 0, Markdown cells included. */
  cell: number;
  /** Number as people count code cells, from 1. */
  number: number;
  /** Such as `cell 3 “Fit the model”`. */
  name: string;
}

/** How far a run is. */
export interface IProgress {
  /** 0–1; null when nothing is known. Explicit fractions may fall. */
  fraction: number | null;
  message: string | null;
  /** Where the fraction comes from; null when nothing is known. */
  source: 'explicit' | 'estimate' | 'cells' | null;
  /** Code cells that are to run in the scripts that began. */
  cells: number;
  /** Code cells that ended, well or not. */
  finishedCells: number;
  /** The cell that began last and has not ended; null between cells and outside of notebooks. */
  current: ICurrentCell | null;
  /** What each source said last. */
  readonly told: Readonly<Partial<Record<'explicit' | 'estimate' | 'cells', number>>>;
  /** Cells that began and have not ended, by the id of their span, in the order of their begin. */
  readonly open: readonly (ICurrentCell & { id: number })[];
  /** Code cells that began, per script. */
  readonly begun: Readonly<Record<number, number>>;
}

/** The progress before the first event. */
export const initialProgress: IProgress = {
  fraction: null,
  message: null,
  source: null,
  cells: 0,
  finishedCells: 0,
  current: null,
  told: {},
  open: [],
  begun: {}
};

/**
 * Fold an event into the progress. The fraction is the explicit one where the run gave any, else the
 * estimate, else cells finished of cells to run; 1 when the run is done.
 */
export function foldProgress(progress: IProgress, event: JournalEvent): IProgress {
  switch (event.kind) {
    case 'progress': {
      const told =
        event.fraction === null
          ? progress.told
          : { ...progress.told, [event.source]: clamp(event.fraction) };
      return settle({ ...progress, told, message: event.message ?? progress.message });
    }
    case 'timing':
      return settle(event.entries.reduce(foldTiming, progress));
    case 'state':
      if (event.state === 'done') {
        return { ...progress, fraction: 1, current: null, open: [] };
      }
      return isFinal(event.state) ? { ...progress, current: null, open: [] } : progress;
    default:
      return progress;
  }
}

function foldTiming(progress: IProgress, entry: TimingEntry): IProgress {
  if (entry.ph === 'E') {
    const ended = progress.open.find(({ id }) => id === entry.id);
    if (!ended) {
      return progress;
    }
    return {
      ...progress,
      open: progress.open.filter(open => open !== ended),
      finishedCells: progress.finishedCells + 1
    };
  }
  if (entry.cell === undefined) {
    return entry.cells === undefined
      ? progress
      : { ...progress, cells: progress.cells + entry.cells };
  }
  const script = entry.script ?? 0;
  const count = (progress.begun[script] ?? 0) + 1;
  const cell = {
    id: entry.id,
    script,
    cell: entry.cell,
    number: Number(/^cell (\d+)\b/.exec(entry.name)?.[1] ?? count),
    name: entry.name
  };
  return {
    ...progress,
    begun: { ...progress.begun, [script]: count },
    // Ids may begin anew in another kernel.
    open: [...progress.open.filter(({ id }) => id !== entry.id), cell]
  };
}

/** Choose the best source and the current cell anew. */
function settle(progress: IProgress): IProgress {
  const { told, open, cells, finishedCells } = progress;
  const last = open.length ? open[open.length - 1] : null;
  const current = last && {
    script: last.script,
    cell: last.cell,
    number: last.number,
    name: last.name
  };
  const counted = cells > 0 ? Math.min(1, finishedCells / cells) : undefined;
  const candidates = [
    ['explicit', told.explicit],
    ['estimate', told.estimate],
    ['cells', told.cells ?? counted]
  ] as const;
  for (const [source, fraction] of candidates) {
    if (fraction !== undefined) {
      return { ...progress, current, source, fraction };
    }
  }
  return { ...progress, current };
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
