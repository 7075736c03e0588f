import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../../../testing/jupyterServer';
import { describeWithBundle, startCommand } from './builtCommand';

/** Bytes of the output; most of them are a hole until they are stored. More need no more memory, but a disk that is quick. */
const BYTES = Number(process.env.CROSSCOMPUTE_TEST_OUTPUT_BYTES ?? 256 * 1024 ** 2);
/** What the server may need more at its peak; one that held the output would need all of its bytes. */
const MORE_BYTES = 128 * 1024 ** 2;

const CONFIGURATION = `crosscompute: 0.9.4
name: Large
output: {variables: [{id: large, view: link, path: large.bin}]}
batches: [{folder: batches/standard}]
scripts: [{command: sh write.sh}]
`;

const SCRIPT = `cd "$CROSSCOMPUTE_OUTPUT_FOLDER"
truncate -s ${BYTES - 3} large.bin
printf end >> large.bin
`;

const describeOnLinux = process.platform === 'linux' ? describeWithBundle : describe.skip;

describeOnLinux('a large output', () => {
  it('costs no memory when it is stored, shown and downloaded', async () => {
    const tool = await mkdtemp(path.join(os.tmpdir(), 'large-'));
    await writeFile(path.join(tool, 'automate.yaml'), CONFIGURATION);
    await writeFile(path.join(tool, 'write.sh'), SCRIPT);
    const server = startCommand(os.tmpdir(), ['serve', tool, '--no-browser', '--port', '0']);
    try {
      const uri = await server.firstLine;
      const api = (route: string, init?: RequestInit) => fetch(new URL(route, uri), init);
      const summaries = async (list: string) => (await api(`/api/${list}`)).json();
      const [{ id }] = await summaries('automations');
      const before = await peakOf(server.pid);
      const answer = await api('/api/runs', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ automation: id, batch: 'standard' })
      });
      expect(answer.status).toBe(201);
      await until(
        'the run is over',
        async () => (await summaries('runs'))[0].state === 'done',
        100_000
      );
      const page = await (await api('/a/large/b/standard/o')).text();
      expect(page).toContain('large.bin');
      const file = '/a/large/b/standard/o/large';
      const end = await api(file, { headers: { Range: 'bytes=-3' } });
      expect([end.status, await end.text()]).toEqual([206, 'end']);
      let bytes = 0;
      const reader = (await api(file)).body?.getReader();
      for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
        bytes += part.value.length;
      }
      expect(bytes).toBe(BYTES);
      expect((await peakOf(server.pid)) - before).toBeLessThan(MORE_BYTES);
    } finally {
      server.kill('SIGTERM');
      await server.ended;
      await rm(tool, { recursive: true, force: true });
    }
  }, 120_000);
});

/** The most memory that a process had at once, in bytes. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
