import { readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { isAlive } from '../../../testing/executorContract';
import { until } from '../../../testing/jupyterServer';
import { createFolder, writeBelow } from '../../../testing/serverSetUp';
import { Interrupts } from '../interrupts';
import { describeWithBundle, startCommand } from './builtCommand';

describe('Interrupts', () => {
  it('asks first, then says not to wait, then ends all', async () => {
    const interrupts = new Interrupts();
    expect(interrupts.signal.aborted).toBe(false);
    expect(interrupts.take()).toBe(true);
    expect(interrupts.signal.aborted).toBe(true);
    const waited = interrupts.patiently(
      impatience => new Promise(resolve => impatience.addEventListener('abort', () => resolve()))
    );
    expect(interrupts.take()).toBe(true);
    await waited;
    expect(interrupts.take()).toBe(false);
  });

  it('ends all at once while nobody waits', async () => {
    const interrupts = new Interrupts();
    interrupts.take();
    await interrupts.patiently(async () => undefined);
    expect(interrupts.take()).toBe(false);
  });
});

describeWithBundle('crosscompute serve', () => {
  let folder: string;

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const CONFIGURATION = `crosscompute: 0.9.4
name: tool
input:
  variables:
    - {id: key, view: string, path: variables.dictionary}
batches:
  - folder: standard
scripts:
  - command: sh -c 'echo $$ > pid; while [ ! -e go ]; do sleep 0.05; done'
`;

  it.each(['is waited for', 'is stopped at once'])('ends: what executes %s', async how => {
    const values = '{"key": "a"}';
    const input = 'standard/input/variables.dictionary';
    folder = await createFolder({ 'automate.yaml': CONFIGURATION, [input]: values });
    const child = startCommand(folder, ['serve', '.', '--no-browser', '--port', '0']);
    let said = '';
    child.stderr?.on('data', chunk => (said += chunk));
    try {
      const uri = await child.firstLine;
      const [{ id: automation }] = await (await fetch(`${uri}api/automations`)).json();
      const response = await fetch(`${uri}api/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ automation, batch: 'standard' })
      });
      const { id } = await response.json();
      const pidOf = () => readFile(path.join(folder, 'pid'), 'utf-8').catch(() => '');
      await until('it executes', async () => (await pidOf()).endsWith('\n'));
      child.kill('SIGINT');
      await until('it says so', () => said.includes('Waiting at most 10 seconds for a run to end'));
      const isWaited = how === 'is waited for';
      if (isWaited) {
        // Its page is still there.
        expect((await fetch(`${uri}api/runs/${id}`)).status).toBe(200);
        await writeBelow(folder, 'go', '');
      } else {
        child.kill('SIGINT');
      }
      expect((await child.ended).status).toBe(130);
      expect(isAlive(Number(await pidOf()))).toBe(false);
      const record = path.join(folder, '.crosscompute/history', id, 'run.json');
      expect(JSON.parse(await readFile(record, 'utf-8'))).toMatchObject({
        state: isWaited ? 'done' : 'stopped'
      });
    } finally {
      child.kill('SIGKILL');
    }
  });
});
