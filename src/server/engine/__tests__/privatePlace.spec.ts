import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { PROJECT_FOLDER, describeWithJupyter, until } from '../../../testing/jupyterServer';
import { markedProcesses } from '../../../testing/markedProcesses';
import { createLog } from '../../log';
import { createPrivatePlace } from '../privatePlace';

describeWithJupyter('createPrivatePlace()', python => {
  const known = { ...process.env };

  afterEach(() => {
    process.env = known;
    jest.restoreAllMocks();
  });

  it('starts another server when the first was killed, and leaves no folder of either', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'place-'));
    process.env = { ...known, PYTHONPATH: PROJECT_FOLDER, TMPDIR: folder };
    jest.spyOn(jest.requireActual<typeof os>('node:os'), 'tmpdir').mockReturnValue(folder);
    const place = createPrivatePlace({ python, rootFolder: '/', log: createLog('silent') });
    const first = await place.get();
    const [own] = (await markedProcesses(`TMPDIR=${folder}`)).filter(({ command }) =>
      command.includes('private_server')
    );
    process.kill(own.pid, 'SIGKILL');
    await until('it is forgotten', async () => (await place.get()) !== first);
    const second = await place.get();
    expect(await readdir(folder)).toHaveLength(1);
    const headers = { Authorization: `token ${second.token}` };
    expect((await fetch(`${second.baseUrl}api/status`, { headers })).status).toBe(200);
    await place.close();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    expect(existsSync(folder)).toBe(false);
  });
});
