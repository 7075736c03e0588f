import type { JournalEntry, JournalEvent, TimingEntry } from '../../../core/run/journal';
import { createRandom } from '../../../testing/faultSweep';
import { SaidBefore } from '../saidBefore';

const text = (stream: 'stdout' | 'stderr', said: string, script = 0): JournalEntry => ({
  kind: 'output',
  script,
  cell: 0,
  stream,
  text: said
});
const shown = (value: string): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell: 0,
  message: { type: 'display_data', content: { data: { 'text/plain': value } } }
});
const begin = (n: number, id: number, cell?: number): TimingEntry => ({
  ...{ n, ph: 'B', id, parent: cell === undefined ? 0 : 1, lane: 'server', name: 'a', t: 1 },
  ...{ cpu: null, script: 0, ...(cell === undefined ? {} : { cell }) }
});
const end = (n: number, id: number, cell: number): TimingEntry => ({
  ...{ n, ph: 'E', id, t: 2, cpu: null, ok: true, script: 0, cell }
});
const timing = (entry: TimingEntry): JournalEntry => ({ kind: 'timing', entries: [entry] });

/** What a journal holds → what is admitted of what is said again. */
function admitted(journal: readonly JournalEntry[], again: readonly JournalEntry[]) {
  const said = new SaidBefore(0);
  journal.forEach((entry, index) =>
    said.take({ seq: index + 1, time: '', ...entry } as JournalEvent)
  );
  const fresh = again.flatMap(entry => said.admit(entry) ?? []);
  return { fresh, isDoubtful: said.isDoubtfulAfter(0) };
}

const all = (entries: readonly JournalEntry[], stream: string) =>
  entries
    .flatMap(entry =>
      entry.kind === 'output' && 'stream' in entry && entry.stream === stream ? entry.text : []
    )
    .join('');
const messages = (entries: readonly JournalEntry[]) =>
  entries.filter(entry => entry.kind === 'output' && 'message' in entry);

describe('SaidBefore', () => {
  it('admits each thing once, wherever the journal ends and however text is cut', () => {
    const random = createRandom(7);
    for (let trial = 0; trial < 200; trial += 1) {
      /** The same in pieces of other lengths. */
      const cut = (stdout: string, stderr: string): JournalEntry[] => {
        const entries: JournalEntry[] = [];
        for (const [stream, said] of [
          ['stdout', stdout],
          ['stderr', stderr]
        ] as const) {
          for (let from = 0; from < said.length;) {
            const to = from + 1 + Math.floor(random() * 5);
            entries.push(text(stream, said.slice(from, to)));
            from = to;
          }
        }
        return entries;
      };
      const whole = cut('one two three four', 'alpha beta').concat(
        ['a', 'b', 'c'].map(value => shown(value))
      );
      const again = cut('one two three four', 'alpha beta').concat(
        ['a', 'b', 'c'].map(value => shown(value))
      );
      const journal = whole.slice(0, Math.floor(random() * (whole.length + 1)));
      const { fresh, isDoubtful } = admitted(journal, again);
      expect(isDoubtful).toBe(false);
      for (const stream of ['stdout', 'stderr']) {
        expect(all([...journal, ...fresh], stream)).toBe(all(whole, stream));
      }
      expect(messages([...journal, ...fresh])).toEqual(messages(whole));
    }
  });

  it('gives spans the numbers that they have in the journal, and new ones the next', () => {
    const journal = [begin(1, 1), begin(4, 4, 0), end(5, 4, 0), begin(6, 6, 1)].map(timing);
    // Replies and outputs may come in another order.
    const again = [begin(1, 1), begin(2, 2, 0), begin(3, 3, 1), end(4, 2, 0)].map(timing);
    const more = [end(5, 3, 1), begin(6, 6, 2), end(7, 6, 2)].map(timing);
    expect(admitted(journal, [...again, ...more])).toEqual({
      fresh: [end(7, 6, 1), begin(8, 8, 2), end(9, 8, 2)].map(timing),
      isDoubtful: false
    });
  });

  it.each<[string, JournalEntry[], JournalEntry[]]>([
    ['other text', [text('stdout', 'one')], [text('stdout', 'onx')]],
    ['less text', [text('stdout', 'one')], [text('stdout', 'on')]],
    ['another output', [shown('a')], [shown('b')]],
    ['fewer outputs', [shown('a'), shown('b')], [shown('a')]]
  ])('knows nothing after %s', (_, journal, again) => {
    expect(admitted(journal, again)).toEqual({ fresh: [], isDoubtful: true });
  });

  it('takes an output whose content is elsewhere for the same, and leaves other scripts alone', () => {
    const large: JournalEntry = {
      kind: 'output',
      script: 0,
      cell: 0,
      message: { type: 'display_data', content: { blob: 'sha256:1', bytes: 9_000_000 } }
    };
    const other = text('stdout', 'one', 1);
    expect(
      admitted([large, text('stdout', 'one')], [shown('a'), other, text('stdout', 'one')])
    ).toEqual({ fresh: [other], isDoubtful: false });
  });

  it('moves no bar back on the way to where the journal ends', () => {
    const progress = (fraction: number): JournalEntry => ({
      ...{ kind: 'progress', fraction, message: null, source: 'explicit' }
    });
    const journal = [progress(0.5), text('stdout', 'one')];
    const again = [progress(0.5), text('stdout', 'one'), progress(0.7)];
    expect(admitted(journal, again).fresh).toEqual([progress(0.7)]);
  });
});
