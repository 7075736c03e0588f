import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { IRunRecord } from '../../../core/run/run';
import { createLog } from '../../log';
import { NEWEST_BY_BATCH, RunIndex } from '../runIndex';
import { openStateDatabase, type IStateDatabase } from '../stateDatabase';

let database: IStateDatabase;
let index: RunIndex;
beforeEach(() => {
  database = openStateDatabase(null, createLog('silent'));
  index = new RunIndex(database.connection);
});
afterEach(() => database.close());

const CREATED = '2026-03-02T09:15:00.000Z';

function record(id: string, more: Partial<IRunRecord> = {}): IRunRecord {
  return {
    id,
    key: `key of ${id}`,
    automation: { id: 'tips', slug: 'tips', version: '1', configuration: 'tips/automate.yaml' },
    batch: { slug: 'a', name: 'A', folder: 'batches/a', kind: 'folder' },
    state: 'queued',
    created: CREATED,
    started: null,
    ended: null,
    askers: ['ana'],
    priority: 10,
    leader: null,
    retryOf: null,
    inputs: {},
    code: '',
    datasets: {},
    kernel: 'python3',
    engine: { id: 'private', kernel: null },
    return_code: null,
    error: null,
    outputs: {},
    problems: [],
    ...more
  };
}

const insert = (item: IRunRecord, isNew = true) =>
  index.insert(
    { record: item, automationFolder: '/tips', folder: '/tips/a', isSingle: true, secrets: ['t'] },
    isNew
  );

describe('RunIndex', () => {
  it('gives back what it was given', () => {
    const { sequence } = insert(record('x'));
    expect(index.find('x')).toEqual({
      record: record('x'),
      sequence,
      automationFolder: '/tips',
      folder: '/tips/a',
      isSingle: true,
      secrets: ['t']
    });
    expect(index.find('y')).toBeNull();
  });

  it('orders new runs by their coming, also of one moment and with a clock that was set back', () => {
    insert(record('a'));
    insert(record('b'));
    insert(record('c', { created: '2020-01-01T00:00:00.000Z' }));
    expect(index.unfinished().map(run => run.record.id)).toEqual(['a', 'b', 'c']);
  });

  it('puts adopted runs where they belong in time', () => {
    insert(record('new'));
    insert(record('old', { created: '2020-01-01T00:00:00.000Z' }), false);
    insert(record('old too', { created: '2020-01-01T00:00:00.000Z' }), false);
    insert(record('same', { created: CREATED }), false);
    expect(index.list({}).map(({ id }) => id)).toEqual(['same', 'new', 'old too', 'old']);
  });

  it('never changes what is final', () => {
    insert(record('x'));
    expect(index.update(record('x', { state: 'done' }))).toBe(true);
    expect(index.update(record('x', { state: 'running' }))).toBe(false);
    expect(index.find('x')?.record.state).toBe('done');
    expect(index.inFlight('key of x')).toEqual([]);
  });

  it('lists by automation, batch, state and time, newest first', () => {
    const b = { slug: 'b', name: 'B', folder: 'b', kind: 'folder' as const };
    insert(record('1'));
    insert(record('2', { batch: b, created: '2026-03-02T09:16:00.000Z' }));
    insert(record('3', { state: 'done', created: '2026-03-02T09:17:00.000Z' }));
    const ids = (filter: Parameters<RunIndex['list']>[0]) => index.list(filter).map(({ id }) => id);
    expect(ids({})).toEqual(['3', '2', '1']);
    expect(ids({ limit: 2 })).toEqual(['3', '2']);
    expect(ids({ automation: 'tips', batch: 'b' })).toEqual(['2']);
    expect(ids({ automation: `'; DROP TABLE runs; --` })).toEqual([]);
    expect(ids({ states: ['done', 'failed'] })).toEqual(['3']);
    expect(ids({ beforeRun: '3' })).toEqual(['2', '1']);
    expect(ids({ beforeRun: '1' })).toEqual([]);
    expect(ids({ beforeRun: 'unknown' })).toEqual([]);
    expect(ids({ states: [] })).toEqual([]);
    expect(ids({ before: '2026-03-02T09:16:00.000Z' })).toEqual(['1']);
  });

  it('finds the newest run of ten thousand batches without reading the others', () => {
    index.transaction(() => {
      for (let number = 0; number < 10_000; number++) {
        const slug = `batch-${number}`;
        const batch = { slug, name: slug, folder: slug, kind: 'row' as const };
        insert(record(`old ${number}`, { batch, state: 'failed' }));
        insert(record(`new ${number}`, { batch, state: 'done' }));
      }
    });
    const newest = index.newestByBatch('tips');
    expect(newest.size).toBe(10_000);
    expect(newest.get('batch-77')?.id).toBe('new 77');
    const briefs = index.briefsByBatch('tips');
    expect([...briefs.keys()]).toEqual([...newest.keys()]);
    expect(briefs.get('batch-77')).toEqual({
      batch: { slug: 'batch-77', name: 'batch-77', folder: 'batch-77', kind: 'row' },
      state: 'done',
      created: CREATED,
      started: null,
      ended: null
    });
    const plan = database.connection
      .prepare(`EXPLAIN QUERY PLAN ${NEWEST_BY_BATCH}`)
      .all('tips')
      .map(({ detail }) => String(detail));
    expect(plan.join('\n')).toContain('USING COVERING INDEX runs_by_batch');
    expect(plan.join('\n')).not.toContain('SCAN runs');
  });

  it('takes everything back when a part of a transaction fails', () => {
    expect(() =>
      index.transaction(() => {
        insert(record('x'));
        throw new Error('no');
      })
    ).toThrow('no');
    expect(index.list({})).toEqual([]);
  });

  it('remembers settings', () => {
    expect(index.setting('paused')).toBeNull();
    index.setSetting('paused', 'yes');
    index.setSetting('paused', 'yes');
    expect(index.setting('paused')).toBe('yes');
    index.setSetting('paused', null);
    expect(index.setting('paused')).toBeNull();
  });
});

describe('openStateDatabase()', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'state-'));
  });
  afterEach(() => fs.rm(folder, { recursive: true }));

  it('says whether there was one', () => {
    const file = path.join(folder, 'state/state.sqlite');
    const first = openStateDatabase(file, createLog('silent'));
    expect(first.isNew).toBe(true);
    first.close();
    const second = openStateDatabase(file, createLog('silent'));
    expect(second.isNew).toBe(false);
    second.close();
  });

  it('lets two processes wait for each other', () => {
    const file = path.join(folder, 'state.sqlite');
    const [a, b] = [1, 2].map(() => openStateDatabase(file, createLog('silent')));
    new RunIndex(a.connection).setSetting('x', '1');
    new RunIndex(b.connection).setSetting('x', '2');
    expect(new RunIndex(a.connection).setting('x')).toBe('2');
    a.close();
    b.close();
  });

  it('moves a file of another version aside', async () => {
    const file = path.join(folder, 'state.sqlite');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE t (x); PRAGMA user_version = 99');
    other.close();
    const lines: string[] = [];
    const opened = openStateDatabase(
      file,
      createLog('warn', line => lines.push(line))
    );
    expect(opened.isNew).toBe(true);
    opened.close();
    expect(lines.join('')).toContain('version 99');
    expect(await fs.readdir(folder)).toContainEqual(expect.stringMatching(/broken/));
  });

  it('does not move a file aside that it may not read', async () => {
    const file = path.join(folder, 'state.sqlite');
    await fs.mkdir(file);
    expect(() => openStateDatabase(file, createLog('silent'))).toThrow();
    expect(await fs.readdir(folder)).toEqual(['state.sqlite']);
  });
});
