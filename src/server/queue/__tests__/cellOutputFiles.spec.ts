import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { INotebookScript } from '../../../core/automation/automation';
import type { JsonObject } from '../../../core/json';
import type { JournalEntry } from '../../../core/run/journal';
import { Bench, COMMAND, automationIn, idOf, variable } from './bench';

const NOTEBOOK: INotebookScript = {
  kind: 'notebook',
  path: 'run.ipynb',
  folder: '.',
  kernel: null,
  position: COMMAND.position
};

const codeCell = (id: string, tags: string[] = []) => ({
  id,
  cell_type: 'code',
  source: '1',
  metadata: { tags },
  outputs: [],
  execution_count: null
});

/** The code cells have the indices 0, 2 and 3 and the numbers 1, 2 and 3. */
const DOCUMENT = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    codeCell('a'),
    { id: 'b', cell_type: 'markdown', source: '#', metadata: {} },
    codeCell('c', ['output-plot']),
    codeCell('d')
  ]
};

describe('files of what cells show', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.create();
    await fs.writeFile(path.join(bench.folder, 'run.ipynb'), JSON.stringify(DOCUMENT));
    const cell = (id: string, more: JsonObject = {}) =>
      variable('output', id, { view: 'cell', path: `${id}.outputs.json`, configuration: more });
    bench.automation = automationIn(
      bench.folder,
      [cell('plot'), cell('third', { cell: 3 }), cell('gone', { cell: 'no-such-tag' })],
      { scripts: [NOTEBOOK] }
    );
  });

  afterEach(() => bench.dispose());

  const display = (cell: number, text: string, id?: string): JournalEntry => ({
    kind: 'output',
    script: 0,
    cell,
    message: {
      type: 'display_data',
      content: {
        data: { 'text/plain': text },
        metadata: {},
        ...(id && { transient: { display_id: id } })
      }
    }
  });

  async function outputsOf(id: string): Promise<JsonObject[] | null> {
    const text = await bench.read(0, `output/${id}.outputs.json`);
    return text === null ? null : (JSON.parse(text) as JsonObject[]);
  }

  it('are written while the run goes on, by tag and by number', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    execution.context.emit(display(0, 'nobody shows this'));
    execution.context.emit(display(2, 'half', 'x'));
    await untilTrue(async () => (await outputsOf('plot')) !== null);
    expect(await outputsOf('plot')).toMatchObject([{ data: { 'text/plain': 'half' } }]);
    expect(await outputsOf('third')).toBeNull();
    // A later cell may update what an earlier one shows.
    const update = {
      data: { 'text/plain': 'whole' },
      metadata: {},
      transient: { display_id: 'x' }
    };
    execution.context.emit({
      kind: 'output',
      script: 0,
      cell: 3,
      message: { type: 'update_display_data', content: update }
    });
    execution.print('printed\n', 'stdout', 3).succeed();
    const { outputs, problems } = await bench.until(queue, 0);
    expect(await outputsOf('plot')).toMatchObject([{ data: { 'text/plain': 'whole' } }]);
    expect(await outputsOf('third')).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'printed\n' }
    ]);
    expect(Object.keys(outputs)).toEqual(['output/plot.outputs.json', 'output/third.outputs.json']);
    expect(problems.map(one => one.variable)).toEqual(['gone']);
  });

  it('do not show an earlier run, and end with what a failed one showed', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const first = await bench.executor.started(0);
    first.context.emit(display(2, 'earlier'));
    first.succeed();
    await bench.until(queue, 0);
    await queue.ensureRun(bench.request(0, { id: idOf(1) }));
    const second = await bench.executor.started(1);
    expect(await outputsOf('plot')).toBeNull();
    second.context.emit(display(3, 'before it failed'));
    second.fail({ code: 'cell-error', message: 'no' });
    await bench.until(queue, 1);
    expect(await outputsOf('plot')).toEqual([]);
    expect(await outputsOf('third')).toMatchObject([
      { data: { 'text/plain': 'before it failed' } }
    ]);
  });
});

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
