import type { IBatchSummary } from '../../../core/api';
import { batch, fakeClient, settle, trans, until } from '../../__tests__/fakes';
import { attach, button, drawn } from '../../__tests__/attach';
import type { IBatchQuery } from '../../tokens';
import { BatchTable } from '../batchTable';
import { BatchesModel, PAGE_SIZE } from '../batchesModel';

const COUNT = 10_000;

function row(index: number): IBatchSummary {
  return batch(`b${index}`, {
    name: `Bätch ${index}`,
    inputs: { amount: String(index) },
    outputs: { total: String(index * 2) },
    state: index % 2 ? 'failed' : 'done',
    error: index % 2 ? 'too many runs are waiting' : null,
    durationSeconds: 1.5,
    thumbnails: index ? [] : ['a/x/b/b0/o/plot']
  });
}

describe('BatchTable', () => {
  let queries: IBatchQuery[];
  let model: BatchesModel;
  let table: BatchTable;
  let calls: unknown[];
  let isPaused: boolean;

  beforeEach(async () => {
    isPaused = false;
    queries = [];
    calls = [];
    const client = fakeClient({
      listBatches: async (_, query) => {
        queries.push(query);
        const { offset = 0, limit = 100 } = query;
        const count = Math.max(0, Math.min(limit, COUNT - offset));
        const batches = Array.from({ length: count }, (_unused, at) => row(offset + at));
        return { total: COUNT, offset, batches };
      }
    });
    model = new BatchesModel(client, 'id', trans);
    const note = (name: string) => (batches: readonly IBatchSummary[]) =>
      void calls.push([name, ...batches.map(({ slug }) => slug)]);
    table = await attach(
      new BatchTable(
        model,
        {
          show: ({ slug }) => void calls.push(['show', slug]),
          run: note('run'),
          stop: note('stop'),
          retry: note('retry'),
          remove: note('remove'),
          edit: () => void calls.push(['edit']),
          isPaused: () => isPaused,
          pause: () => void calls.push(['pause']),
          resume: () => void calls.push(['resume'])
        },
        'http://localhost/crosscompute/',
        trans
      )
    );
    await settle();
    await drawn(table);
  });

  afterEach(() => {
    table.dispose();
    model.dispose();
  });

  const bodyRows = () => [...table.node.querySelectorAll<HTMLElement>('tbody tr[data-index]')];

  it('pauses new runs and resumes them with one button, which keeps the keyboard', async () => {
    const pause = button(table.node, 'Pause');
    pause.focus();
    pause.click();
    isPaused = true;
    model.stateChanged.emit();
    await drawn(table);
    expect(document.activeElement?.textContent).toBe('Resume');
    button(table.node, 'Resume').click();
    expect(calls).toEqual([['pause'], ['resume']]);
  });

  it('has in the document only the rows in sight', () => {
    expect(bodyRows().length).toBeLessThan(50);
    const grid = table.node.querySelector('[role="grid"]');
    expect(grid?.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
    expect(queries).toHaveLength(1);
  });

  it('shows names, states in words, values and images', () => {
    const [first, second] = bodyRows();
    expect(first.textContent).toContain('Bätch 0');
    expect(first.textContent).toContain('done');
    expect(second.textContent).toContain('failed');
    expect([...table.node.querySelectorAll('th')].map(({ textContent }) => textContent)).toEqual([
      'Selection',
      'Name',
      'Status',
      'Duration',
      'amount',
      'total',
      'Images'
    ]);
    expect(first.querySelector('img')?.src).toBe('http://localhost/crosscompute/a/x/b/b0/o/plot');
  });

  it('says at the state of a batch why it failed', () => {
    const states = bodyRows().map(each => each.querySelector('[data-state]'));
    expect(states[1]?.getAttribute('title')).toBe('too many runs are waiting');
    expect(states[0]?.hasAttribute('title')).toBe(false);
  });

  it('reads a page when it comes into sight', async () => {
    model.show(5000, 5020);
    await settle();
    expect(queries[queries.length - 1].offset).toBe(5000 - (5000 % PAGE_SIZE));
    expect(model.row(5010)?.name).toBe('Bätch 5010');
    expect(model.row(2000)).toBeUndefined();
  });

  it('never asks for pages that somebody only scrolls past', async () => {
    const before = queries.length;
    for (let top = 1000; top < 9000; top += 100) {
      model.show(top, top + 20);
    }
    await settle();
    expect(queries.length - before).toBeLessThanOrEqual(4);
    expect(model.row(8910)?.name).toBe('Bätch 8910');
  });

  it('sorts by a column, and the other way around', async () => {
    button(table.node, 'Duration').click();
    await settle();
    expect(queries[queries.length - 1]).toMatchObject({ sort: 'duration', order: 'ascending' });
    await drawn(table);
    table.node.querySelector<HTMLElement>('th[aria-sort="ascending"] button')?.click();
    await settle();
    expect(queries[queries.length - 1]).toMatchObject({ sort: 'duration', order: 'descending' });
  });

  it('filters', async () => {
    model.setFilter('wet');
    await until(() => queries[queries.length - 1].filter === 'wet');
  });

  it('moves, selects and opens by keyboard', async () => {
    const press = async (key: string) => {
      const target = table.node.querySelector(`tr[data-index="${model.focused}"]`);
      target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await drawn(table);
    };
    await press('ArrowDown');
    expect(model.focused).toBe(1);
    await press(' ');
    expect([...model.selected.keys()]).toEqual(['b1']);
    expect(bodyRows()[1].getAttribute('aria-selected')).toBe('true');
    await press('Enter');
    expect(calls).toEqual([['show', 'b1']]);
    await press('Home');
    await press('ArrowUp');
    expect(model.focused).toBe(0);
  });

  it('does things with all that match, also those not in sight', async () => {
    button(table.node, 'Select all').click();
    await until(() => model.selected.size === COUNT);
    await drawn(table);
    button(table.node, 'Run selected').click();
    expect((calls[0] as unknown[]).length).toBe(COUNT + 1);
    expect(button(table.node, 'Delete runs').disabled).toBe(true);
  });

  it('selects what failed, and nothing else, to run it again', async () => {
    button(table.node, 'Select all').click();
    await until(() => model.selected.size === COUNT);
    await drawn(table);
    button(table.node, 'Select failed').click();
    await until(() => model.selected.size === COUNT / 2);
    await drawn(table);
    button(table.node, 'Run selected').click();
    expect((calls[0] as unknown[]).slice(0, 3)).toEqual(['run', 'b1', 'b3']);
  });

  it('reads what is in sight anew once for many changes', async () => {
    const before = queries.length;
    for (let change = 0; change < 20; change++) {
      model.refresh();
    }
    await until(() => queries.length > before);
    expect(queries.length).toBe(before + 1);
  });

  it('keeps what it has when a reading fails, and says so', async () => {
    const listBatches = jest.fn(() => Promise.reject(new Error('disk full')));
    const other = new BatchesModel(fakeClient({ listBatches }), 'id', trans);
    other.show(0, 10);
    await settle();
    expect(other.error).toBe('disk full');
    other.show(0, 10);
    expect(listBatches).toHaveBeenCalledTimes(1);
    other.refresh();
    await until(() => listBatches.mock.calls.length === 2);
    other.dispose();
  });
});
