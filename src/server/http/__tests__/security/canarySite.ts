import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { GuardedSite, TOKENS, type IGuardedSiteOptions } from '../guardedSite';
import { Listener } from './listener';
import type { IRoute } from './routes';

/** Stands in every file that must not be given away. */
export const CANARY = 'canary-that-sings-to-nobody';

/** Names of files with the canary, relative to the folder of the site. */
export const HIDDEN_FILES: readonly string[] = [
  '../outside/secret.txt',
  'tokens.yaml',
  '.crosscompute/secret.txt',
  '.hidden/secret.txt',
  'automate.yaml',
  'grade.js',
  'batches/north/debug/.secret.txt'
];

/** Secret of Jupyter's proxy, for a site inside of it. */
export const PROXY_SECRET = 'secret-of-the-proxy';

const VARIABLES = `
    - {id: escape, view: text, path: escape.txt}
    - {id: through, view: text, path: link/secret.txt}
    - {id: plot, view: chart, path: plot.json}
    - {id: picture, view: image, path: picture.png}`;

/** A guarded site that listens, with secrets inside and outside of its folder and links that lead to them. */
export class CanarySite {
  private constructor(
    readonly site: GuardedSite,
    readonly listener: Listener,
    /** Values with which each route finds something, by the names of parameters, queries and bodies. */
    readonly values: Readonly<Record<string, string>>,
    private readonly _parent: string,
    private readonly _hasSites: boolean
  ) {}

  static async create(options: IGuardedSiteOptions = {}): Promise<CanarySite> {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'canary-'));
    const { hasSites = false, edit = (text: string) => text } = options;
    const site = await GuardedSite.create({
      ...options,
      parent,
      ...(hasSites ? { proxySecret: PROXY_SECRET, hosts: null } : {}),
      edit: text => edit(text.replace('path: .hidden.txt}', `path: .hidden.txt}${VARIABLES}`))
    });
    const run = await runNorth(site, hasSites);
    await plant(parent, site.folder);
    const listener = await Listener.open(site.app);
    const values = {
      ...{ site: 'automate.yaml', batch: 'north', step: 'o', variable: 'report', '*': 'data.csv' },
      ...{
        run,
        print: 'a'.repeat(32),
        id: 'a'.repeat(32),
        index: '0',
        name: 'logo.svg',
        style: 'x'
      }
    };
    return new CanarySite(site, listener, values, parent, hasSites);
  }

  /** Headers of who may do everything. */
  get headers(): Record<string, string> {
    return this._hasSites
      ? { 'x-crosscompute-secret': PROXY_SECRET, 'x-crosscompute-user': 'ana' }
      : { authorization: `Bearer ${TOKENS.head}` };
  }

  /** The value with which a route finds something. */
  valueOf(route: IRoute, name: string): string {
    const isPage = /\/a\/:automation/.test(route.url);
    return name === 'automation'
      ? isPage
        ? `grades${route.method === 'POST' ? '.json' : ''}`
        : this.site.automation
      : (this.values[name] ?? 'x');
  }

  /** Files outside of the folder of the site, with what is in them. */
  async outside(): Promise<Record<string, string>> {
    const folder = path.basename(this.site.folder);
    const names = await readdir(this._parent, { recursive: true, withFileTypes: true });
    const files = names
      .filter(item => item.isFile())
      .map(item => path.relative(this._parent, path.join(item.parentPath, item.name)))
      .filter(name => !name.startsWith(`${folder}${path.sep}`))
      .sort();
    const texts = await Promise.all(
      files.map(name => readFile(path.join(this._parent, name), 'utf-8'))
    );
    return Object.fromEntries(files.map((name, index) => [name, texts[index]]));
  }

  async dispose(): Promise<void> {
    this.listener.close();
    await this.site.close();
    await rm(this._parent, { recursive: true });
  }
}

/** Run the batch once, so that routes of runs and outputs have something to show. */
async function runNorth(site: GuardedSite, hasSites: boolean): Promise<string> {
  const response = await site.app.inject({
    method: 'POST',
    url: '/api/runs',
    payload: { automation: site.automation, batch: 'north' },
    headers: hasSites
      ? { 'x-crosscompute-secret': PROXY_SECRET, 'x-crosscompute-user': 'ana' }
      : { authorization: `Bearer ${TOKENS.head}` }
  });
  const { id } = response.json() as { id: string };
  await new Promise<void>(ended => site.services.queue.follow(id, 0, () => undefined, ended));
  // What is asked for from now on waits.
  site.services.queue.pause();
  return id;
}

async function plant(parent: string, folder: string): Promise<void> {
  for (const name of HIDDEN_FILES.filter(item => /secret\.txt$/.test(item))) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${CANARY} of ${name}\n`);
  }
  for (const name of ['tokens.yaml', 'automate.yaml', 'grade.js']) {
    const file = path.join(folder, name);
    const comment = name.endsWith('.js') ? '//' : '#';
    await writeFile(file, `${await readFile(file, 'utf-8')}${comment} ${CANARY} of ${name}\n`);
  }
  const output = path.join(folder, 'batches/north/output');
  const outside = path.join(parent, 'outside');
  await symlink(path.join(outside, 'secret.txt'), path.join(output, 'escape.txt'));
  await symlink(outside, path.join(output, 'link'));
  await symlink(path.join(outside, 'secret.txt'), path.join(output, 'picture.png'));
  await symlink(path.join(outside, 'secret.txt'), path.join(output, 'data.json'));
  await writeFile(path.join(output, 'plot.json'), '{"mark": "bar"}');
  await writeFile(path.join(output, 'data.csv'), 'a\n1\n');
  await writeFile(path.join(output, '.hidden.txt'), CANARY);
}
