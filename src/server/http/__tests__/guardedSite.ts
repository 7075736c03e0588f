import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServices } from '../../createServices';
import { createLog, type ILog } from '../../log';
import type { Services } from '../../services';
import type { IUploadLimits } from '../../site/uploads';
import { createServer, type IServerOptions } from '../server';

/** Tokens of the people of the site below. */
export const TOKENS = {
  head: 'head-of-the-school-0001',
  north: 'teacher-in-the-north-01',
  both: 'teacher-everywhere-0001',
  guest: 'guest-who-only-looks-01',
  secret: 'from-the-environment-01'
} as const;

const TOKEN_FILE = `${TOKENS.head}: {role: head, name: Ada}
${TOKENS.north}: {role: teacher, school: north, name: Noor}
${TOKENS.both}: {role: teacher, school: [north, south]}
${TOKENS.guest}: {role: guest}
'{GRADES_TOKEN}': {role: head}
`;

/** Rules under which heads do everything, teachers see and run their schools, and guests look. */
export const RULES = `authorization:
  tokens:
    - path: tokens.yaml
  groups:
    - configuration: {role: head}
      permissions: [{id: add_token}, {id: see_root}, {id: see_automation}, {id: see_batch}, {id: run_automation}]
    - configuration: {role: [teacher]}
      permissions:
        - {id: see_root}
        - {id: see_automation}
        - {id: see_batch, action: match}
        - {id: run_automation, action: match}
    - configuration: {role: guest}
      permissions: [{id: see_root}, {id: see_automation}, {id: see_batch}]
`;

const CONFIGURATION = `crosscompute: 0.9.4
name: Grades
input:
  variables:
    - {id: school, view: string, path: variables.dictionary}
    - {id: grade, view: number, path: variables.dictionary}
    - {id: letter, view: file, path: 'letter{suffix}', required: false, configuration: {mime-types: [text/plain]}}
output:
  variables:
    - {id: report, view: string, path: variables.dictionary}
    - {id: page, view: link, path: page.html}
    - {id: hidden, view: text, path: .hidden.txt}
debug:
  variables:
    - {id: trace, view: text, path: trace.txt, level: DEBUG}
    - {id: note, view: text, path: note.txt}
batches:
  - folder: batches/{school | slug}
    configuration: {path: batches.csv}
scripts:
  - command: node grade.js {input_folder} {output_folder} {debug_folder}
`;

const SCRIPT = `const fs = require('fs'), [input, output, debug] = process.argv.slice(2);
const inputs = JSON.parse(fs.readFileSync(input + '/variables.dictionary', 'utf-8'));
console.log('grading ' + inputs.school);
fs.writeFileSync(debug + '/trace.txt', 'trace of ' + __filename);
fs.writeFileSync(debug + '/note.txt', 'note');
if (inputs.grade < 0) { console.error('at ' + __filename); process.exit(3); }
if (inputs.grade > 1000) { setTimeout(() => {}, 1e6); }
else {
  fs.writeFileSync(output + '/variables.dictionary', JSON.stringify({ report: inputs.school + ' ' + inputs.grade }));
  fs.writeFileSync(output + '/page.html', '<script>alert(1)</script>');
  fs.writeFileSync(output + '/.hidden.txt', 'hidden');
}
`;

/** How the site is served. */
export interface IGuardedSiteOptions extends Partial<IServerOptions> {
  /** YAML of the section `authorization`; '' for none. */
  rules?: string;
  /** Replaces texts of the configuration. */
  edit?: (configuration: string) => string;
  /** Folder in which that of the site is made; default that of the system. */
  parent?: string;
  /** Limits of uploads; default the usual ones. */
  uploadLimits?: Partial<IUploadLimits>;
  log?: ILog;
}

/** A site with groups and tokens in a temporary folder, served as `crosscompute serve` does. */
export class GuardedSite {
  private constructor(
    readonly folder: string,
    readonly services: Services,
    readonly app: FastifyInstance
  ) {}

  static async create(options: IGuardedSiteOptions = {}): Promise<GuardedSite> {
    const folder = await mkdtemp(path.join(options.parent ?? os.tmpdir(), 'guarded-'));
    const { rules = RULES, edit = text => text } = options;
    await writeFile(path.join(folder, 'automate.yaml'), edit(CONFIGURATION) + rules);
    await writeFile(path.join(folder, 'tokens.yaml'), TOKEN_FILE);
    await writeFile(path.join(folder, 'grade.js'), SCRIPT);
    await writeFile(path.join(folder, 'batches.csv'), 'school,grade\nnorth,1\nsouth,2\n');
    const assets = path.join(folder, 'assets');
    await mkdir(assets);
    for (const name of ['page.js', 'page.css', 'logo.svg']) {
      await writeFile(path.join(assets, name), `/* ${name} */`);
    }
    const site = await GuardedSite.open(folder, options);
    return site;
  }

  /** Serve a folder that is there. */
  static async open(folder: string, options: IGuardedSiteOptions = {}): Promise<GuardedSite> {
    const {
      rules: _rules,
      edit: _edit,
      parent: _parent,
      uploadLimits,
      log = createLog('silent'),
      ...server
    } = options;
    const { hasSites = false } = server;
    const services = await createServices({
      rootFolder: folder,
      stateFolder: path.join(folder, '.crosscompute'),
      place: () => Promise.reject(new Error('no kernels here')),
      engineId: 'private',
      siteUri: configuration => (hasSites ? `at/${configuration}/` : ''),
      hasSites,
      isWatching: false,
      maximumConcurrentRuns: 2,
      assetsFolder: path.join(folder, 'assets'),
      environment: { ...process.env, GRADES_TOKEN: TOKENS.secret },
      uploadLimits,
      log
    });
    const app = await createServer(services, {
      proxySecret: null,
      rootUri: '',
      hosts: ['localhost', '127.0.0.1'],
      origins: [],
      hasSites,
      version: '0',
      ...server
    });
    await services.automations.open(folder);
    await services.queue.start();
    return new GuardedSite(folder, services, app);
  }

  /** Id of the automation. */
  get automation(): string {
    return this.services.automations.list()[0].id;
  }

  /** Ask as somebody; null without a token. */
  get(url: string, token: string | null = null, headers: Record<string, string> = {}) {
    return this.app.inject({ url, headers: { ...bearer(token), ...headers } });
  }

  post(url: string, payload: object, token: string | null = null) {
    return this.app.inject({ method: 'POST', url, payload, headers: bearer(token) });
  }

  /** Run values and wait for the end. */
  async run(inputs: Record<string, unknown>, token: string | null = TOKENS.head): Promise<string> {
    const items = Object.entries(inputs).map(([id, value]) => [id, { value }]);
    const response = await this.post('/a/grades.json', Object.fromEntries(items), token);
    if (response.statusCode !== 200) {
      throw new Error(`the run was refused: ${response.body}`);
    }
    const id: string = response.json().run;
    await new Promise<void>(ended => this.services.queue.follow(id, 0, () => undefined, ended));
    return id;
  }

  /** Stop serving; the folder stays. */
  async close(): Promise<void> {
    await this.app.close();
    await this.services.close();
  }

  /** Stop serving and remove the folder. */
  async dispose(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true });
  }
}

/** The header of a token. */
export function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
