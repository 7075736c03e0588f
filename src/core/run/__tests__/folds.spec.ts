import * as fc from 'fast-check';
import type { JsonObject } from '../../json';
import { executedNotebook, foldNotebook, initialNotebook } from '../foldNotebook';
import { foldProgress, initialProgress } from '../foldProgress';
import { foldStatus, initialStatus } from '../foldStatus';
import type { JournalEvent } from '../journal';
import { arbitraryJournal } from './arbitraryJournal';

const NOTEBOOK: JsonObject = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { cell_type: 'markdown', source: '# A', metadata: {} },
    { cell_type: 'code', source: '1', metadata: {}, outputs: [], execution_count: null },
    { cell_type: 'code', source: '2', metadata: {}, outputs: [], execution_count: null }
  ]
};

/** Every fold as one, over a state that nobody may change behind our back. */
const FOLDS: [string, unknown, (state: never, event: JournalEvent) => unknown][] = [
  ['foldStatus()', initialStatus, foldStatus as never],
  ['foldProgress()', initialProgress, foldProgress as never],
  ['foldNotebook()', initialNotebook(NOTEBOOK, 0), foldNotebook as never]
];

describe.each(FOLDS)('%s over any journal', (_name, initial, fold) => {
  it('never throws, and each prefix gives what folding event by event gave', () => {
    fc.assert(
      fc.property(arbitraryJournal, journal => {
        const copies: string[] = [];
        const states: unknown[] = [initial];
        for (const event of journal) {
          states.push(fold(states[states.length - 1] as never, event));
          copies.push(JSON.stringify(states[states.length - 1]));
        }
        journal.forEach((_, index) => {
          const again = journal
            .slice(0, index + 1)
            .reduce((state, event) => fold(state as never, event), initial);
          expect(again).toEqual(states[index + 1]);
          // Later events leave earlier states alone.
          expect(JSON.stringify(states[index + 1])).toBe(copies[index]);
        });
      }),
      { numRuns: 60 }
    );
  });
});

describe('executedNotebook() of any journal', () => {
  it('has an output type in every output', () => {
    fc.assert(
      fc.property(arbitraryJournal, journal => {
        const folded = journal.reduce(foldNotebook, initialNotebook(NOTEBOOK, 0));
        const { cells } = executedNotebook(folded) as unknown as { cells: JsonObject[] };
        expect(cells).toHaveLength(3);
        for (const cell of cells.slice(1)) {
          for (const output of cell.outputs as JsonObject[]) {
            expect(['stream', 'display_data', 'execute_result', 'error']).toContain(
              output.output_type
            );
          }
        }
      })
    );
  });
});
