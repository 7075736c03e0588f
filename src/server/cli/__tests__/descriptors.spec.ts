import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import type { IRunRecord } from '../../../core/run/run';
import { until } from '../../../testing/jupyterServer';
import { describeWithBundle, startCommand } from './builtCommand';

const CONFIGURATION = `crosscompute: 0.9.4
name: Copy
input: {variables: [{id: name, view: string, path: variables.dictionary}]}
output: {variables: [{id: copy, view: text, path: copy.txt}]}
batches: [{folder: batches/standard}]
scripts: [{command: 'cp {input_folder}/variables.dictionary {output_folder}/copy.txt'}]
`;

/** Descriptors that the server may have open. */
const LIMIT = 128;
/** Left for its run: enough to begin it, too few for the pipes of a program. */
const FREE = 3;

const describeOnLinux = process.platform === 'linux' ? describeWithBundle : describe.skip;

describeOnLinux('crosscompute serve without free descriptors', () => {
  it('says why a run fails, and runs the next when some are free', async () => {
    const tool = await mkdtemp(path.join(os.tmpdir(), 'descriptors-'));
    await writeFile(path.join(tool, 'automate.yaml'), CONFIGURATION);
    const input = path.join(tool, 'batches/standard/input');
    await mkdir(input, { recursive: true });
    await writeFile(path.join(input, 'variables.dictionary'), '{"name": "standard"}');
    const words = ['serve', tool, '--no-browser', '--port', '0'];
    const server = startCommand(os.tmpdir(), words, {}, LIMIT);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const sockets: net.Socket[] = [];
    try {
      const uri = await server.firstLine;
      const countOpen = async () => (await readdir(`/proc/${server.pid}/fd`)).length;
      // Later requests come through this connection.
      expect((await ask(agent, uri)).status).toBe(200);
      const missing = LIMIT - FREE - (await countOpen());
      for (let count = 0; count < missing; count += 1) {
        sockets.push(net.connect(Number(new URL(uri).port), '127.0.0.1'));
      }
      await until('few are free', async () => (await countOpen()) >= LIMIT - FREE);
      expect(await outcomeOf(tool, await post(agent, uri, 'first'))).toContain(
        'too many files are open'
      );
      sockets.forEach(socket => socket.destroy());
      await until('many are free', async () => (await countOpen()) < LIMIT / 2);
      expect(await outcomeOf(tool, await post(agent, uri, 'second'))).toBe('done');
    } finally {
      sockets.forEach(socket => socket.destroy());
      agent.destroy();
      server.kill('SIGTERM');
      await server.ended;
      await rm(tool, { recursive: true, force: true });
    }
  });
});

/** Ask for a page, or for a run by its inputs. */
function ask(
  agent: http.Agent,
  uri: string,
  inputs?: object
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    const options = inputs ? { agent, method: 'POST', headers } : { agent };
    const request = http.request(inputs ? `${uri}a/copy.json` : uri, options, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject).end(inputs && JSON.stringify(inputs));
  });
}

/** Post the form; gives the slug of its batch, or what was answered instead. */
async function post(agent: http.Agent, uri: string, name: string) {
  const { text } = await ask(agent, uri, { name: { value: name } });
  return JSON.parse(text) as { batch_slug: string } | { detail: string };
}

/** How the run of an answer ended, or why there is none. */
async function outcomeOf(tool: string, answer: Awaited<ReturnType<typeof post>>): Promise<string> {
  if ('detail' in answer) {
    return answer.detail;
  }
  const history = path.join(tool, '.crosscompute/history');
  let outcome = '';
  await until(`the run of ${answer.batch_slug} is over`, async () => {
    const ids = await readdir(history);
    const texts = await Promise.all(
      ids.map(id => readFile(path.join(history, id, 'run.json'), 'utf-8').catch(() => 'null'))
    );
    const records = texts.map(text => JSON.parse(text) as IRunRecord | null);
    const record = records.find(each => each?.batch.slug === answer.batch_slug);
    outcome = record?.ended ? (record.error?.message ?? record.state) : '';
    return outcome !== '';
  });
  return outcome;
}
