import type { JsonObject } from '../../json';
import { MAX_CELL_TEXT, executedNotebook, foldNotebook, initialNotebook } from '../foldNotebook';
import type { JournalEntry, OutputMessageType } from '../journal';
import { numberEvents } from './arbitraryJournal';

const code = (source: string) => ({
  id: source,
  cell_type: 'code',
  source,
  metadata: { tags: ['x'] },
  outputs: [{ output_type: 'stream', name: 'stdout', text: 'old' }],
  execution_count: 9
});
const NOTEBOOK: JsonObject = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3' } },
  cells: [{ id: 'm', cell_type: 'markdown', source: '# Größe', metadata: {} }, code('a'), code('b')]
};

const stream = (cell: number | null, text: string, name: 'stdout' | 'stderr' = 'stdout') =>
  ({ kind: 'output', script: 0, cell, stream: name, text }) as JournalEntry;
const message = (cell: number | null, type: OutputMessageType, content: JsonObject, script = 0) =>
  ({ kind: 'output', script, cell, message: { type, content } }) as JournalEntry;
const display = (text: string, id?: string): JsonObject => ({
  data: { 'text/plain': text },
  metadata: {},
  ...(id ? { transient: { display_id: id } } : {})
});
const ended = (cell: number, count: number | null): JournalEntry => ({
  kind: 'timing',
  entries: [
    { n: 1, ph: 'E', id: 1, t: 0, cpu: null, ok: true, script: 0, cell, execution_count: count }
  ]
});

function outputs(...entries: JournalEntry[]): JsonObject[][] {
  const folded = numberEvents(entries).reduce(foldNotebook, initialNotebook(NOTEBOOK, 0));
  const { cells } = executedNotebook(folded) as { cells: { outputs: JsonObject[] }[] };
  return cells.slice(1).map(cell => cell.outputs);
}

describe('foldNotebook()', () => {
  it('leaves old outputs out and everything else in', () => {
    const { cells, ...rest } = executedNotebook(initialNotebook(NOTEBOOK, 0));
    expect(rest).toEqual({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: 'python3' } }
    });
    expect(cells).toEqual([
      (NOTEBOOK.cells as JsonObject[])[0],
      { ...code('a'), outputs: [], execution_count: null },
      { ...code('b'), outputs: [], execution_count: null }
    ]);
  });

  it('leaves out more text than anybody could read, until the cell is cleared', () => {
    const much = 'x'.repeat(MAX_CELL_TEXT - 1);
    const [a] = outputs(stream(1, much), stream(1, 'yz'), stream(1, 'yz'), stream(1, 'y'));
    expect(a.map(({ name, text }) => [name, String(text).length])).toEqual([
      ['stdout', MAX_CELL_TEXT - 1],
      ['stderr', expect.any(Number)]
    ]);
    expect(a[1].text).toContain('debug/stdout.txt');
    const clear = message(1, 'clear_output', { wait: true });
    const [b] = outputs(stream(1, much), stream(1, 'yz'), clear, stream(1, 'new'));
    expect(b).toEqual([{ output_type: 'stream', name: 'stdout', text: 'new' }]);
  });

  it('joins a stream until something else comes', () => {
    const [a] = outputs(
      stream(1, 'x'),
      stream(1, 'y'),
      stream(1, 'e', 'stderr'),
      stream(1, 'z'),
      message(1, 'display_data', display('d')),
      stream(1, '!')
    );
    expect(a).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'xy' },
      { output_type: 'stream', name: 'stderr', text: 'e' },
      { output_type: 'stream', name: 'stdout', text: 'z' },
      { output_type: 'display_data', data: { 'text/plain': 'd' }, metadata: {} },
      { output_type: 'stream', name: 'stdout', text: '!' }
    ]);
  });

  it('updates a display in every cell where it stands, and adds none', () => {
    const [a, b] = outputs(
      message(1, 'display_data', display('0 %', 'bar')),
      message(1, 'display_data', display('other', 'else')),
      message(2, 'display_data', display('0 %', 'bar')),
      message(2, 'update_display_data', display('100 %', 'bar')),
      message(2, 'update_display_data', display('nowhere', 'unknown'))
    );
    expect(a.map(({ data }) => data)).toEqual([
      { 'text/plain': '100 %' },
      { 'text/plain': 'other' }
    ]);
    expect(b.map(({ data }) => data)).toEqual([{ 'text/plain': '100 %' }]);
    expect(a[0]).not.toHaveProperty('transient');
  });

  it('clears at once, or with the next output', () => {
    const clear = (wait: boolean) => message(1, 'clear_output', { wait });
    expect(outputs(stream(1, 'x'), clear(false))[0]).toEqual([]);
    expect(outputs(stream(1, 'x'), clear(true))[0]).toHaveLength(1);
    expect(outputs(stream(1, 'x'), clear(true), stream(1, 'y'))[0]).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'y' }
    ]);
    expect(
      outputs(stream(1, 'x'), clear(true), message(1, 'display_data', display('d')))[0]
    ).toHaveLength(1);
  });

  it('keeps results with their count, and errors', () => {
    const folded = numberEvents([
      message(1, 'execute_result', { ...display('42'), execution_count: 4 }),
      message(2, 'error', { ename: 'ValueError', evalue: 'Größe', traceback: ['a', 'b'] }),
      ended(2, 5)
    ]).reduce(foldNotebook, initialNotebook(NOTEBOOK, 0));
    const { cells } = executedNotebook(folded) as { cells: JsonObject[] };
    expect(cells[1]).toMatchObject({
      execution_count: 4,
      outputs: [{ output_type: 'execute_result', execution_count: 4 }]
    });
    expect(cells[2]).toMatchObject({
      execution_count: 5,
      outputs: [
        { output_type: 'error', ename: 'ValueError', evalue: 'Größe', traceback: ['a', 'b'] }
      ]
    });
  });

  it('ignores other scripts, Markdown cells, and text outside of cells', () => {
    expect(
      outputs(
        message(1, 'display_data', display('other script'), 1),
        stream(0, 'in Markdown'),
        stream(null, 'outside'),
        stream(99, 'beyond')
      )
    ).toEqual([[], []]);
  });

  it('says where an output is that was too large for the journal', () => {
    const [a] = outputs(message(1, 'display_data', { blob: 'sha256:00', bytes: 300000 }));
    expect(a).toEqual([
      {
        output_type: 'display_data',
        data: { 'text/plain': '[output of 300000 bytes, stored as sha256:00]' },
        metadata: {}
      }
    ]);
  });

  it('folds a document that has no cells', () => {
    const [event] = numberEvents([stream(0, 'x')]);
    expect(executedNotebook(foldNotebook(initialNotebook({ nbformat: 4 }, 0), event))).toEqual({
      nbformat: 4,
      cells: []
    });
  });
});
