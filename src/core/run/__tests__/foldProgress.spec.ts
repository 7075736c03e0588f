import { foldProgress, initialProgress } from '../foldProgress';
import type { JournalEntry, TimingEntry } from '../journal';
import { numberEvents } from './arbitraryJournal';

const begin = (id: number, more: Partial<TimingEntry & { ph: 'B' }>): TimingEntry => ({
  n: id,
  ph: 'B',
  id,
  parent: 0,
  lane: 'server',
  name: 'script',
  t: 0,
  cpu: null,
  script: 0,
  ...more
});
const end = (id: number): TimingEntry => ({ n: id, ph: 'E', id, t: 1, cpu: null, ok: true });
const timing = (...entries: TimingEntry[]): JournalEntry => ({ kind: 'timing', entries });
const fold = (...entries: JournalEntry[]) =>
  numberEvents(entries).reduce(foldProgress, initialProgress);

describe('foldProgress()', () => {
  it('counts cells, and names the one that executes with its number for people', () => {
    const progress = fold(
      timing(begin(1, { cells: 4 })),
      timing(begin(2, { cell: 1, name: 'cell 1 “Load”' }), end(2)),
      timing(begin(3, { cell: 4, name: 'cell 2 “Fit the model”' }))
    );
    expect(progress).toMatchObject({
      fraction: 0.25,
      source: 'cells',
      cells: 4,
      finishedCells: 1,
      current: { script: 0, cell: 4, number: 2, name: 'cell 2 “Fit the model”' }
    });
  });

  it('prefers what the run says itself to the estimate, and that to the cells', () => {
    const cells = timing(begin(1, { cells: 2 }), begin(2, { cell: 0 }), end(2));
    const estimate: JournalEntry = {
      kind: 'progress',
      fraction: 0.4,
      message: null,
      source: 'estimate'
    };
    const explicit: JournalEntry = {
      kind: 'progress',
      fraction: 0.1,
      message: 'epoch 1',
      source: 'explicit'
    };
    expect(fold(cells)).toMatchObject({ fraction: 0.5, source: 'cells' });
    expect(fold(cells, estimate)).toMatchObject({ fraction: 0.4, source: 'estimate' });
    expect(fold(explicit, cells, estimate)).toMatchObject({
      fraction: 0.1,
      source: 'explicit',
      message: 'epoch 1'
    });
  });

  it('lets an explicit fraction fall, and keeps it within 0 and 1', () => {
    const say = (fraction: number | null): JournalEntry => ({
      kind: 'progress',
      fraction,
      message: null,
      source: 'explicit'
    });
    expect(fold(say(0.9), say(0.2)).fraction).toBe(0.2);
    expect(fold(say(7)).fraction).toBe(1);
    expect(fold(say(0.3), say(null)).fraction).toBe(0.3);
  });

  it('is 1 when done, stays where it was when failed, and has no current cell then', () => {
    const half = timing(
      begin(1, { cells: 2 }),
      begin(2, { cell: 0 }),
      end(2),
      begin(3, { cell: 1 })
    );
    expect(fold(half, { kind: 'state', state: 'done' })).toMatchObject({
      fraction: 1,
      current: null
    });
    expect(fold(half, { kind: 'state', state: 'failed' })).toMatchObject({
      fraction: 0.5,
      current: null
    });
  });

  it('knows nothing of a run that says nothing', () => {
    expect(fold({ kind: 'state', state: 'running' })).toEqual(initialProgress);
  });
});
