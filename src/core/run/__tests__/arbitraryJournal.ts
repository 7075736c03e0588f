import * as fc from 'fast-check';
import type { JsonObject } from '../../json';
import type { JournalEntry, JournalEvent, TimingEntry } from '../journal';
import { RUN_STATES } from '../run';

const cell = fc.option(fc.integer({ min: -1, max: 6 }), { nil: null });
const script = fc.integer({ min: 0, max: 2 });
const text = fc.oneof(
  fc.string(),
  fc.fullUnicodeString(),
  fc.constantFrom('\r', 'a\r\nb', '50%\r')
);

const content: fc.Arbitrary<JsonObject> = fc.oneof(
  fc
    .record({ data: text, display: fc.constantFrom('a', 'b'), wait: fc.boolean() })
    .map(({ data, display, wait }) => ({
      data: { 'text/plain': data },
      metadata: {},
      transient: { display_id: display },
      execution_count: 3,
      wait
    })),
  fc.record({ ename: text, evalue: text, traceback: fc.array(text) }),
  // What a kernel should never send, and yet may.
  fc.dictionary(
    fc.constantFrom('data', 'metadata', 'transient', 'traceback', 'blob', 'wait'),
    fc.jsonValue()
  ) as fc.Arbitrary<JsonObject>
);

const timing: fc.Arbitrary<TimingEntry> = fc.oneof(
  fc.record({
    n: fc.nat(),
    ph: fc.constant('B' as const),
    id: fc.nat(5),
    parent: fc.nat(5),
    lane: fc.string(),
    name: fc.oneof(text, fc.constant('cell 3 “Fit”')),
    t: fc.nat(),
    cpu: fc.constant(null),
    script: fc.option(script, { nil: undefined }),
    cell: fc.option(fc.nat(6), { nil: undefined }),
    cells: fc.option(fc.nat(9), { nil: undefined })
  }),
  fc.record({
    n: fc.nat(),
    ph: fc.constant('E' as const),
    id: fc.nat(5),
    t: fc.nat(),
    cpu: fc.constant(null),
    ok: fc.boolean(),
    script: fc.option(script, { nil: undefined }),
    cell: fc.option(fc.nat(6), { nil: undefined }),
    execution_count: fc.option(fc.nat(), { nil: null })
  })
);

const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('state' as const),
    state: fc.constantFrom(...RUN_STATES),
    asker: fc.option(fc.constantFrom('ana', 'ben'), { nil: undefined }),
    position: fc.option(fc.nat(), { nil: undefined })
  }),
  fc.record({
    kind: fc.constant('progress' as const),
    fraction: fc.option(fc.double({ noNaN: true }), { nil: null }),
    message: fc.option(text, { nil: null }),
    source: fc.constantFrom('explicit' as const, 'estimate' as const, 'cells' as const)
  }),
  fc.record({
    kind: fc.constant('output' as const),
    script,
    cell,
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    text
  }),
  fc.record({
    kind: fc.constant('output' as const),
    script,
    cell,
    message: fc.record({
      type: fc.constantFrom(
        'display_data' as const,
        'update_display_data' as const,
        'execute_result' as const,
        'clear_output' as const,
        'error' as const
      ),
      content
    })
  }),
  fc.record({ kind: fc.constant('timing' as const), entries: fc.array(timing, { maxLength: 3 }) })
);

/** A journal with numbers and times, whose events may come in any order. */
export const arbitraryJournal: fc.Arbitrary<JournalEvent[]> = fc
  .array(entry, { maxLength: 40 })
  .map(numberEvents);

/** Give entries their numbers and times, a second apart. */
export function numberEvents(entries: readonly JournalEntry[]): JournalEvent[] {
  return entries.map((item, index) => ({
    seq: index + 1,
    time: new Date(Date.UTC(2026, 2, 2, 9, 15, index)).toISOString(),
    ...item
  }));
}
