import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { ITableSource } from '../tableFiles';
import { Tables } from '../tables';

describe('Tables', () => {
  let folder: string;
  let script: string;
  let tables: Tables;
  const query = { offset: 0, limit: 2, sorting: null, filter: '' };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tables-'));
    script = path.join(folder, 'tableWorker.cjs');
    await build({
      entryPoints: [path.join(__dirname, '..', 'tableWorker.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22'
    });
  });

  afterAll(() => rm(folder, { recursive: true }));

  beforeEach(() => {
    tables = new Tables(script);
  });

  afterEach(() => tables.close());

  async function write(name: string, content: string): Promise<ITableSource> {
    const file = path.join(folder, name);
    await writeFile(file, content);
    const format = name.endsWith('.csv') ? 'csv' : 'json';
    return { file, format, member: null, stamp: String((await stat(file)).mtimeMs) };
  }

  it('answers from a thread, also many questions at once, and after it was closed', async () => {
    const source = await write('a.csv', 'n\n3\n1\n2\n');
    const sorting = { column: 0, direction: 'ascending' as const };
    const pages = await Promise.all([
      tables.page(source, query),
      tables.page(source, { ...query, sorting }),
      tables.page(source, { ...query, filter: '2' })
    ]);
    expect(pages.map(({ rows }) => rows.map(({ cells }) => cells[0].text))).toEqual([
      ['3', '1'],
      ['1', '2'],
      ['2']
    ]);
    expect(pages.map(({ matched }) => matched)).toEqual([3, 3, 1]);
    await tables.close();
    expect((await tables.csv(source, { ...query, sorting })).toString()).toBe(
      '\uFEFFn\r\n1\r\n2\r\n3\r\n'
    );
  });

  it('reads a file again when its stamp is another', async () => {
    const source = await write('b.json', '[{"n": 1}]');
    await tables.page(source, query);
    await writeFile(source.file, '[{"n": 2}]');
    const newer = await tables.page({ ...source, stamp: 'newer' }, query);
    expect(newer.rows[0].cells[0].text).toBe('2');
  });

  it('says what is no table, and what cannot be read', async () => {
    const source = await write('c.json', '{"n": 1}');
    await expect(tables.page(source, query)).rejects.toMatchObject({
      status: 422,
      code: 'no-table'
    });
    const gone = { ...source, file: path.join(folder, 'gone'), stamp: 'x' };
    await expect(tables.page(gone, query)).rejects.toMatchObject({ code: 'table-unavailable' });
  });

  it('leaves nobody waiting when its thread dies', async () => {
    const broken = new Tables(path.join(folder, 'missing.cjs'));
    const source = await write('d.json', '[]');
    await expect(broken.page(source, query)).rejects.toMatchObject({ code: 'table-unavailable' });
  });
});
