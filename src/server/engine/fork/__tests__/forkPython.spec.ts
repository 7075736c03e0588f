import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '../../../log';
import { createJupyterPythonFinder, createPrivatePythonFinder } from '../forkPython';

const KERNEL = ['-m', 'ipykernel_launcher', '-f', '{connection_file}'];

/** Kernel specs, and the Python that forks for them, if any. */
const SPECS: Record<
  string,
  { argv: string[]; env?: Record<string, string>; python: string | null }
> = {
  plain: { argv: ['/usr/bin/python3', ...KERNEL], python: '/usr/bin/python3' },
  relative: { argv: ['python', ...KERNEL], python: '/jupyter/python' },
  frozen: {
    argv: ['/usr/bin/python3', '-Xfrozen_modules=off', ...KERNEL],
    python: '/usr/bin/python3'
  },
  options: { argv: ['/usr/bin/python3', '-X', 'dev', ...KERNEL], python: null },
  variables: { argv: ['/usr/bin/python3', ...KERNEL], env: { OMP_NUM_THREADS: '1' }, python: null },
  another: { argv: ['/usr/bin/xpython', '-f', '{connection_file}'], python: null },
  wrapped: { argv: ['/usr/bin/conda', 'run', 'python', ...KERNEL], python: null },
  bash: { argv: ['python', '-m', 'bash_kernel', '-f', '{connection_file}'], python: null }
};

describe('createJupyterPythonFinder()', () => {
  let server: Server;
  let baseUrl: string;

  beforeAll(async () => {
    const kernelspecs = Object.fromEntries(
      Object.entries(SPECS).map(([name, { argv, env = {} }]) => [
        name,
        { name, resources: {}, spec: { argv, env, display_name: name, language: 'python' } }
      ])
    );
    server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ default: 'plain', kernelspecs }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterAll(async () => {
    await new Promise(resolve => server.close(resolve));
  });

  const find = (address: string) =>
    createJupyterPythonFinder(
      async () => ({ id: 'jupyter', baseUrl: address, token: '', rootFolder: '/' }),
      '/jupyter/python',
      createLog('silent')
    );

  it.each(Object.keys(SPECS))('finds the Python of a plain kernel only: %s', async name => {
    expect(await find(baseUrl)(name)).toBe(SPECS[name].python);
  });

  it('finds none for a kernel that is not there, or where Jupyter does not answer', async () => {
    expect(await find(baseUrl)('missing')).toBeNull();
    expect(await find('http://127.0.0.1:9/')('plain')).toBeNull();
  });
});

describe('createPrivatePythonFinder()', () => {
  it('knows python3 alone, and falls back to the Python that we came with', async () => {
    const find = createPrivatePythonFinder({ PATH: '', CROSSCOMPUTE_PYTHON: '/ours/python' });
    expect(await find('python3')).toBe('/ours/python');
    expect(await find('ir')).toBeNull();
  });
});
