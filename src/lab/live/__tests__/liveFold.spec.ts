import type { JournalEntry, JournalEvent } from '../../../core/run/journal';
import { LiveFold } from '../liveFold';

function fold(...entries: JournalEntry[]): LiveFold {
  const live = new LiveFold();
  entries.forEach((entry, index) => live.apply(event(entry, index + 1)));
  return live;
}

function event(entry: JournalEntry, seq: number): JournalEvent {
  return { seq, time: '2026-03-02T09:15:40.000Z', ...entry };
}

function begin(cell: number, name: string): JournalEntry {
  return {
    kind: 'timing',
    entries: [
      {
        n: 1,
        ph: 'B',
        id: cell + 10,
        parent: 1,
        lane: '',
        name,
        t: 5_000_000,
        cpu: null,
        script: 0,
        cell
      }
    ]
  };
}

function end(cell: number, ok: boolean): JournalEntry {
  return {
    kind: 'timing',
    entries: [
      {
        n: 2,
        ph: 'E',
        id: cell + 10,
        t: 7_500_000,
        cpu: null,
        ok,
        script: 0,
        cell,
        execution_count: 4
      }
    ]
  };
}

const text = (cell: number | null, words: string): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell,
  stream: 'stdout',
  text: words
});

const display = (cell: number, words: string, displayId?: string): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell,
  message: {
    type: 'display_data',
    content: {
      data: { 'text/plain': words },
      metadata: {},
      ...(displayId ? { transient: { display_id: displayId } } : {})
    }
  }
});

const update = (words: string, displayId: string): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell: 9,
  message: {
    type: 'update_display_data',
    content: {
      data: { 'text/plain': words },
      metadata: {},
      transient: { display_id: displayId }
    }
  }
});

const clear = (cell: number, wait: boolean): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell,
  message: { type: 'clear_output', content: { wait } }
});

describe('LiveFold', () => {
  it('has no cells before the first event', () => {
    expect(fold().cells).toEqual([]);
  });

  it('shows a cell with number, name, state and times', () => {
    const [cell] = fold(begin(4, 'cell 3 “Fit “the” model”'), end(4, true)).cells;
    expect(cell).toMatchObject({
      cell: 4,
      number: 3,
      name: 'Fit “the” model',
      state: 'done',
      startedMs: 5000,
      endedMs: 7500,
      executionCount: 4
    });
  });

  it('joins text of a stream and keeps rich outputs in order', () => {
    const [cell] = fold(
      begin(0, 'cell 1'),
      text(0, 'a'),
      text(0, 'b\n'),
      display(0, 'x'),
      text(0, 'c')
    ).cells;
    expect(cell.outputs.map(output => output.text ?? output.data)).toEqual([
      'ab\n',
      { 'text/plain': 'x' },
      'c'
    ]);
  });

  it('updates a display wherever it stands, also from another cell', () => {
    const live = fold(
      display(0, 'old', 'd1'),
      display(1, 'old too', 'd1'),
      display(1, 'other', 'd2')
    );
    live.apply(event(update('new', 'd1'), 10));
    const shown = live.cells.flatMap(({ outputs }) => outputs.map(({ data }) => data));
    expect(shown).toEqual([
      { 'text/plain': 'new' },
      { 'text/plain': 'new' },
      { 'text/plain': 'other' }
    ]);
  });

  it('clears at once, or with the next output', () => {
    const live = fold(text(0, 'a'), clear(0, false));
    expect(live.cells[0].outputs).toEqual([]);
    const waiting = fold(text(0, 'a'), clear(0, true));
    expect(waiting.cells[0].outputs).toHaveLength(1);
    waiting.apply(event(text(0, 'b'), 10));
    expect(waiting.cells[0].outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'b' }
    ]);
  });

  it('shows an error with its traceback', () => {
    const [cell] = fold(
      begin(0, 'cell 1'),
      {
        kind: 'output',
        script: 0,
        cell: 0,
        message: {
          type: 'error',
          content: {
            ename: 'ValueError',
            evalue: 'no',
            traceback: ['\u001b[31mValueError\u001b[0m: no']
          }
        }
      },
      end(0, false)
    ).cells;
    expect(cell.state).toBe('failed');
    expect(cell.outputs[0]).toMatchObject({ output_type: 'error', ename: 'ValueError' });
  });

  it('gives a script without cells a block of its own', () => {
    const [block] = fold(text(null, 'hello\n')).cells;
    expect(block).toMatchObject({ cell: null, number: null, state: 'running' });
  });

  it.each([
    ['done', 'done'],
    ['failed', 'failed'],
    ['stopped', 'stopped'],
    ['lost', 'stopped']
  ] as const)('ends what was cut off when the run is %s', (state, expected) => {
    const live = fold(begin(0, 'cell 1'), { kind: 'state', state });
    expect(live.cells[0].state).toBe(expected);
    expect(live.cells[0].endedMs).not.toBeNull();
  });

  it('gives the same object for a cell that did not change', () => {
    const live = fold(begin(0, 'cell 1'), text(0, 'a'), end(0, true), begin(1, 'cell 2'));
    const [before] = live.cells;
    live.apply(event(text(1, 'b'), 10));
    expect(live.cells[0]).toBe(before);
    expect(live.cells[1].outputs).toHaveLength(1);
  });

  it('keeps the last thousand lines of a flood', () => {
    const live = new LiveFold();
    for (let seq = 1; seq <= 5000; seq++) {
      live.apply(event(text(0, `line ${seq}\n`), seq));
    }
    const [cell] = live.cells;
    expect(String(cell.outputs[0].text).split('\n').length).toBeLessThanOrEqual(1251);
    expect(cell.omittedLines).toBeGreaterThan(3700);
  });

  it('says where an output is that was too large for the journal', () => {
    const [cell] = fold({
      kind: 'output',
      script: 0,
      cell: 0,
      message: { type: 'display_data', content: { blob: 'sha256:ab', bytes: 300000 } }
    }).cells;
    expect(JSON.stringify(cell.outputs[0].data)).toContain('300000 bytes');
  });
});
