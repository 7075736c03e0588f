import { readFile, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { createLog } from '../../../log';
import { GuardedSite, TOKENS } from '../guardedSite';

const PASSWORD = 'swordfish-of-the-form';
const ENVIRONMENT = 'value-that-is-never-on-disk';

/** Prints what it was given, as careless scripts do. */
const ECHO = `
if (process.env.api_key) { console.log('key ' + process.env.api_key); console.error(process.env.api_key); }
console.log('pass ' + inputs.pass);
fs.writeFileSync(debug + '/argv.txt', process.argv.join('\\n'));
if (inputs.grade === 13) { throw new Error(process.env.api_key); }
`;

const itOnLinux = process.platform === 'linux' ? it : it.skip;

/** What each process of this machine was started with, as everybody here can read it. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  return Promise.all(ids.map(id => readFile(`/proc/${id}/cmdline`, 'utf-8').catch(() => '')));
}

describe('secrets', () => {
  let site: GuardedSite;
  const lines: string[] = [];
  const runs: string[] = [];

  beforeAll(async () => {
    site = await GuardedSite.create({
      log: createLog('debug', line => lines.push(line)),
      edit: text =>
        text.replace(
          '    - {id: letter',
          '    - {id: pass, view: password, path: variables.dictionary, required: false}\n    - {id: api_key, view: password, path: ENVIRONMENT}\n    - {id: letter'
        )
    });
    const { writeFile } = await import('node:fs/promises');
    const script = path.join(site.folder, 'grade.js');
    const text = await readFile(script, 'utf-8');
    await writeFile(script, text.replace("console.log('grading", `${ECHO}console.log('grading`));
    for (const grade of [1, 13]) {
      runs.push(await site.run({ school: 'north', grade, pass: PASSWORD, api_key: ENVIRONMENT }));
    }
    await site.get(`/a/grades/b/north/i?_token=${TOKENS.head}`);
    await site.get(`/nothing?_token=${TOKENS.head}&pass=${PASSWORD}`);
    await site.post(`/a/grades.json?_token=${TOKENS.head}`, { pass: PASSWORD });
  });

  afterAll(() => site.dispose());

  const SECRETS = [PASSWORD, ENVIRONMENT, TOKENS.head, TOKENS.secret];

  const found = (text: string, secrets: readonly string[] = SECRETS) =>
    secrets.filter(secret => text.includes(secret));

  it('stand in no line of the log, down to debugging', () => {
    expect(found(lines.join(''))).toEqual([]);
  });

  it('stand on no page, in no event, in no record, in no list', async () => {
    for (const id of runs) {
      const urls = [
        ...['i', 'o', 'l', 'd', 'p'].map(step => `/a/grades/b/${id}/${step}`),
        `/a/grades/b/${id}/i/api_key`,
        `/a/grades/b/${id}/i/api_key.json`,
        `/api/runs/${id}`,
        `/api/runs/${id}/journal`,
        `/api/runs/${id}/log`,
        `/api/runs/${id}/log?stream=stderr`,
        '/api/runs',
        '/api/queue',
        `/api/automations/${site.automation}`,
        `/api/automations/${site.automation}/batches?runs=true`
      ];
      for (const url of urls) {
        const { body } = await site.get(url, TOKENS.head);
        expect([url, found(body)]).toEqual([url, []]);
      }
    }
  });

  it('are in no name of a file, and in no file but that of the inputs and that of the tokens', async () => {
    const items = await readdir(site.folder, { recursive: true, withFileTypes: true });
    const places: Record<string, string[]> = {};
    for (const item of items.filter(entry => entry.isFile())) {
      const file = path.join(item.parentPath, item.name);
      // A lease that is renewed or given back meanwhile may be gone by now.
      const secrets = found(await readFile(file, 'latin1').catch(() => ''));
      expect(found(file)).toEqual([]);
      if (secrets.length) {
        places[path.relative(site.folder, file).replace(/[a-z0-9]{32}/g, 'ID')] = secrets;
      }
    }
    expect(places).toEqual({
      'tokens.yaml': [TOKENS.head],
      'runs/ID/input/variables.dictionary': [PASSWORD]
    });
  });

  it('stand in no argument of a script', async () => {
    const file = path.join(site.folder, 'runs', runs[0], 'debug/argv.txt');
    const given = await readFile(file, 'utf-8');
    expect(given).toContain('grade.js');
    expect(found(given)).toEqual([]);
  });

  itOnLinux('stand in no argument of any process while they are used', async () => {
    const items = { school: 'north', grade: 2000, pass: PASSWORD, api_key: ENVIRONMENT };
    const posted = Object.entries(items).map(([id, value]) => [id, { value }]);
    const answer = await site.post('/a/grades.json', Object.fromEntries(posted), TOKENS.head);
    const { queue } = site.services;
    const { run } = answer.json() as { run: string };
    await new Promise<void>(resolve => {
      const said = queue.follow(
        run,
        0,
        event => {
          if (event.kind === 'output') {
            said.dispose();
            resolve();
          }
        },
        resolve
      );
    });
    const commands = await commandLines();
    expect(commands.filter(command => command.includes('grade.js'))).not.toEqual([]);
    expect(commands.filter(command => found(command).length)).toEqual([]);
    await queue.stop(run);
  });

  it('make work of its own, and equal ones the same work', async () => {
    const { queue } = site.services;
    const keyOf = async (api_key: string) => {
      const run = await site.run({ school: 'north', grade: 3, pass: PASSWORD, api_key });
      return [run, queue.get(run)?.key] as const;
    };
    const [one, key] = await keyOf(ENVIRONMENT);
    const [again, same] = await keyOf(ENVIRONMENT);
    const [, other] = await keyOf('another value');
    expect(again).not.toBe(one);
    expect(same).toBe(key);
    expect(other).not.toBe(key);
  });

  it('that nobody declared are not in the environment of scripts', async () => {
    const { scriptEnvironment } = await import('../../../site/environment');
    const given = scriptEnvironment(
      { environment: { variables: [] } },
      {
        ...process.env,
        GRADES_TOKEN: TOKENS.secret,
        JUPYTER_TOKEN: 'x-secret',
        CROSSCOMPUTE_TOKEN: 'y'
      }
    );
    expect(Object.keys(given).filter(name => /TOKEN|SECRET|PASSWORD/i.test(name))).toEqual([]);
    expect(found(JSON.stringify(given))).toEqual([]);
  });
});
