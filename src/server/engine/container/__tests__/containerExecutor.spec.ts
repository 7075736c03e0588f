import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import * as path from 'node:path';
import { ScriptBench, executorContract } from '../../../../testing/executorContract';
import type { TestScript } from '../../../../testing/executorContract';
import { until } from '../../../../testing/jupyterServer';
import { describeWithPodman } from '../../../../testing/podmanBase';
import { createLog } from '../../../log';
import type { IOwnedExecutor } from '../../kernelExecutor';
import { createContainerExecutor } from '../containerExecutor';
import { ContainerPorts } from '../containerPorts';
import { OWNER_LABEL, ownerName, removeLeftOvers } from '../containerOwner';
import { Podman } from '../podman';

const log = createLog('silent');
const FORK_SCRIPT = path.resolve('jupyterlab_crosscompute/fork_server.py');
const command = (text: string): TestScript => ({ kind: 'command', command: text });
const sh = (code: string) => command(`sh -c '${code}'`);
const position = { file: '', line: 1, column: 1 };

// The first container from an image takes seconds on a slow disk.
jest.setTimeout(120_000);

describeWithPodman('createContainerExecutor() with real containers', base => {
  const podman = new Podman({ environment: base.environment, log });
  const ports = new ContainerPorts();
  const executor: IOwnedExecutor = createContainerExecutor({
    podman,
    environment: { ...base.environment, SETUP_WORD: 'a secret word' },
    script: FORK_SCRIPT,
    ports,
    log,
    patienceMs: 500
  });
  let bench: ScriptBench;

  const ours = async () => {
    const label = `label=${OWNER_LABEL}=${ownerName()}`;
    return (await podman.call(['ps', '--all', '--quiet', '--filter', label])).output.trim();
  };
  const removeImages = async () => {
    const words = ['images', '--quiet', '--no-trunc', '--filter', 'label=crosscompute.content'];
    const { output } = await podman.call(words);
    await podman.call(['rmi', '--force', ...new Set(output.trim().split('\n'))]);
  };
  const write = (name: string, text: string) => writeFile(path.join(bench.folder, name), text);
  const contained = (made: ScriptBench) => {
    made.environment = { engine: 'podman', image: base.image };
    return made;
  };

  beforeEach(async () => {
    bench = contained(await ScriptBench.create("a ü 'b $HOME"));
    bench.automation = {
      batches: [
        {
          folder: 'batch',
          name: null,
          slug: null,
          isSlugKept: false,
          configurationPath: null,
          referenceFolder: null,
          position
        }
      ]
    };
  });

  afterEach(async () => {
    expect(await ours()).toBe('');
    await bench.remove();
  });

  afterAll(async () => {
    await executor.close();
    await removeImages();
  });

  executorContract('the container executor, with commands', () => executor, {
    counts: async (made, n) => (contained(made), command(`seq 1 ${n}`)),
    fails: async made => (contained(made), sh('echo before; exit 3')),
    hangs: async made => (contained(made), sh('echo started $$; sleep 1000')),
    isGone: async () => (await ours()) === ''
  });

  const python = async (made: ScriptBench, code: string): Promise<TestScript> => {
    await writeFile(path.join(contained(made).folder, 'run.py'), code);
    return { kind: 'python', path: 'run.py', kernel: null };
  };

  executorContract('the container executor, with Python', () => executor, {
    counts: (made, n) => python(made, `for i in range(${n}): print(i + 1, flush=True)`),
    fails: made => python(made, 'print("before")\n1 / 0'),
    hangs: made =>
      python(made, 'import os, time\nprint("started", os.getpid(), flush=True)\ntime.sleep(1000)'),
    isGone: async () => (await ours()) === ''
  });

  it('gives a command its files and the folders of the batch at their own paths', async () => {
    await write('data.txt', 'from the automation');
    await write('batch/input/x.txt', 'from the batch');
    const script = sh('cat data.txt "$1/x.txt"; echo done > "$2/y.txt"; id -u; echo $HOME; pwd');
    const text = `${script.kind === 'command' ? script.command : ''} sh {input_folder} {output_folder}`;
    const result = await bench.execute(executor, command(text));
    expect([result, bench.text('stderr')]).toEqual([{ returnCode: 0, error: null }, '']);
    expect(bench.text()).toBe(
      `from the automationfrom the batch${process.getuid?.() || 1000}\n/home/user\n${bench.folder}\n`
    );
    const written = path.join(bench.folder, 'batch', 'output', 'y.txt');
    expect(await readFile(written, 'utf8')).toBe('done\n');
    expect((await stat(written)).uid).toBe(process.getuid?.());
  });

  it('keeps what scripts write elsewhere in the container, and from the next one', async () => {
    await write('data.txt', 'before');
    await bench.execute(executor, sh('echo after > data.txt; echo x > new.txt; cat data.txt'));
    expect(bench.text()).toBe('after\n');
    expect(await readFile(path.join(bench.folder, 'data.txt'), 'utf8')).toBe('before');
    await bench.execute(executor, sh('cat data.txt; ls'));
    expect(bench.text()).toBe('after\nbeforebatch\ndata.txt\n');
  });

  it('shows datasets read-only, also those behind links, and nothing else of the host', async () => {
    const elsewhere = path.join(path.dirname(bench.folder), 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(path.join(elsewhere, 'rows.csv'), 'rows');
    await mkdir(path.join(bench.folder, 'datasets'));
    await symlink('../../elsewhere', path.join(bench.folder, 'datasets', 'rows'));
    await write('datasets/other.txt', 'no dataset');
    const dataset = {
      path: 'datasets/rows',
      reference: null,
      input: 'none',
      output: 'none'
    } as const;
    bench.automation.datasets = [{ ...dataset, position }];
    const result = await bench.execute(
      executor,
      sh(`cat datasets/rows/rows.csv; ls datasets; ls ${elsewhere}; echo x > datasets/rows/new`)
    );
    expect(bench.text()).toBe('rowsrows\n');
    expect(bench.text('stderr')).toMatch(/cannot access.*elsewhere[^]*(Read-only|Permission)/);
    expect(result.returnCode).toBeGreaterThan(0);
  });

  it('gives declared variables, in no argument, and the rest of the environment is its own', async () => {
    const environment = { PATH: '/nowhere', HOME: '/root', TOKEN: 'two\nlines', 'TOKE*': 'x' };
    await bench.execute(executor, command('env'), { environment });
    const lines = bench.text().split('\n');
    expect(lines).toEqual(expect.arrayContaining(['TOKEN=two', 'lines', 'HOME=/home/user']));
    expect(bench.text()).toMatch(/^PATH=.*\/usr\/bin/m);
    expect(bench.text()).not.toMatch(/CONTAINERS_CONF|nowhere|CROSSCOMPUTE_/);
  });

  it.each([
    ['nosuch', 'was not found in the image'],
    ['/tmp', 'may not be executed']
  ])('says that a program is missing: %s', async (program, message) => {
    const result = await bench.execute(executor, command(program));
    expect(result).toMatchObject({ returnCode: -10, error: { code: 'command-not-found' } });
    expect(result.error?.message).toContain(message);
  });

  it('executes notebooks with rich outputs and the error of a cell', async () => {
    const cell = (source: string) => ({ cell_type: 'code', source, metadata: {}, outputs: [] });
    const cells = [cell('import os\nos.environ["WORD"]'), cell('!echo $HOME'), cell('1 / 0')];
    await write(
      'run.ipynb',
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells })
    );
    const result = await bench.execute(
      executor,
      { kind: 'notebook', path: 'run.ipynb', kernel: null },
      { environment: { WORD: 'ü', HOME: '/root' } }
    );
    expect(result.error).toMatchObject({ code: 'cell-error', cell: 3, name: 'ZeroDivisionError' });
    expect(bench.messages()).toEqual(['execute_result', 'error']);
    expect(bench.text().trim()).toBe('/home/user');
  });

  it('runs no cell after one that exits', async () => {
    const cell = (source: string) => ({ cell_type: 'code', source, metadata: {}, outputs: [] });
    const cells = [cell('print("a")'), cell('exit()'), cell('print("b")')];
    await write(
      'run.ipynb',
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells })
    );
    const script = { kind: 'notebook', path: 'run.ipynb', kernel: null } as const;
    expect(await bench.execute(executor, script)).toEqual({ returnCode: 0, error: null });
    expect(bench.text()).toBe('a\n');
  });

  it('calls functions with the folders of the batch', async () => {
    await write('tool.py', 'def run(output_folder):\n (output_folder / "a.txt").write_text("x")');
    const script = { kind: 'function', module: 'tool', name: 'run', kernel: null } as const;
    expect(await bench.execute(executor, script)).toEqual({ returnCode: 0, error: null });
    expect(await readFile(path.join(bench.folder, 'batch/output/a.txt'), 'utf8')).toBe('x');
  });

  it('refuses notebooks in other languages', async () => {
    const metadata = { kernelspec: { name: 'ir', language: 'R' } };
    await write(
      'run.ipynb',
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [] })
    );
    const script = { kind: 'notebook', path: 'run.ipynb', kernel: null } as const;
    const result = await bench.execute(executor, script);
    expect(result.error).toMatchObject({ code: 'kernel-unknown' });
    expect(result.error?.message).toContain('written in R');
  });

  it('holds scripts to their memory', async () => {
    bench.environment = { ...bench.environment, memory: '100m', processor: '0.5' };
    const script = await python(bench, 'x = bytearray(300_000_000)\nprint(len(x))');
    bench.environment = { ...bench.environment, memory: '100m', processor: '0.5' };
    const result = await bench.execute(executor, script);
    expect(result).toMatchObject({ returnCode: -30, error: { code: 'kernel-died' } });
    expect(result.error?.message).toContain('environment.memory');
  });

  const REACH = [
    'import os, socket, urllib.request',
    'os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""',
    'print(sorted(name for _, name in socket.if_nameindex()))',
    'def try_to(what, *words):',
    '    try: print(what(*words))',
    '    except OSError as error: print(type(error).__name__, getattr(error, "code", ""))'
  ].join('\n');

  it('has no network where 1.0 allows none', async () => {
    const script = await python(bench, `${REACH}\ntry_to(socket.gethostbyname, "other.example")`);
    bench.automation.vocabulary = '1.0';
    await bench.execute(executor, script);
    expect(bench.text()).toBe("['lo']\ngaierror \n");
  });

  it('reaches the hosts that are allowed and no address besides, from Python and from commands', async () => {
    const origin = createServer((_, response) => response.end('hello')).listen(0, '0.0.0.0');
    await once(origin, 'listening');
    const { port } = origin.address() as AddressInfo;
    const gateway = Object.values(networkInterfaces())
      .flat()
      .find(each => each?.family === 'IPv4' && !each.internal)?.address;
    const code = [
      REACH,
      'ask = lambda url: urllib.request.urlopen(url).read().decode()',
      `try_to(ask, "http://localhost:${port}/")`,
      `try_to(ask, "http://127.0.0.1:${port}/")`,
      'try_to(ask, "http://other.example/")',
      `try_to(socket.create_connection, ("${gateway ?? '192.0.2.1'}", ${port}), 5)`
    ].join('\n');
    const expected = "['lo']\nhello\nHTTPError 403\nHTTPError 403\nOSError \n";
    const script = await python(bench, code);
    bench.environment = { ...bench.environment, apis: [`localhost:${port}`] };
    expect(await bench.execute(executor, script)).toEqual({ returnCode: 0, error: null });
    expect(bench.text()).toBe(expected);
    await bench.execute(executor, command('python3 run.py'));
    expect(bench.text()).toBe(`${expected}${expected}`);
    expect(bench.text('stderr').split('\n').slice(0, 2)).toEqual([
      expect.stringContaining(`127.0.0.1:${port} is not among the apis`),
      expect.stringContaining('other.example is not among the apis')
    ]);
    expect(await bench.execute(executor, command('nosuch'))).toMatchObject({
      error: { code: 'command-not-found' }
    });
    await new Promise(resolve => origin.close(resolve));
  });

  it('makes the image with the scripts of setup, whose secrets stay out of it', async () => {
    await write('root.sh', 'mkdir /made && echo "$(id -u) ${#SETUP_WORD}" > /made/root');
    await write('user.sh', 'echo "$(id -u) ${#SETUP_WORD}" > $HOME/user');
    bench.environment = {
      ...bench.environment,
      setup: { root: 'root.sh', user: 'user.sh' },
      setupVariables: ['SETUP_WORD']
    };
    await bench.execute(executor, sh('cat /made/root $HOME/user; ls -A /run/secrets; env'));
    expect(bench.text()).toMatch(/^0 13\n\d{4,} 13\n/);
    expect(bench.text()).not.toContain('secret word');
  });

  it('says why an image cannot be made', async () => {
    await write('root.sh', 'echo the reason >&2; exit 7');
    bench.environment = { ...bench.environment, setup: { root: 'root.sh', user: null } };
    const result = await bench.execute(executor, command('ls'));
    expect(result).toMatchObject({ returnCode: -20, error: { code: 'image-failed' } });
    expect(result.error?.message).toContain('the image localhost/sample:0.0.0 could not be built');
    expect(result.error?.tail?.join('\n')).toContain('the reason');
  });

  it('builds once for the same content, and replaces the image when it changed', async () => {
    const images = async () => {
      const { output } = await podman.call(['images', '--quiet', 'localhost/sample:0.0.0']);
      return output.trim();
    };
    const count = async () =>
      (await podman.call(['images', '--quiet', '--filter', 'label=crosscompute.content'])).output
        .trim()
        .split('\n').length;
    await write('a.txt', '1');
    await bench.execute(executor, command('cat a.txt'));
    const [first, before] = [await images(), await count()];
    await write('batch/output/y.txt', 'an output is no part of it');
    await bench.execute(executor, command('cat a.txt'));
    expect(await images()).toBe(first);
    await write('a.txt', '2');
    await bench.execute(executor, command('cat a.txt'));
    expect(await images()).not.toBe(first);
    expect(await count()).toBe(before);
    expect(bench.text()).toBe('112');
  });

  it.each(['0.9', '1.0'] as const)(
    'opens ports, and tells their addresses, in %s',
    async vocabulary => {
      const code = [
        'import http.server',
        'server = http.server.HTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler)',
        'print("started", flush=True)',
        'server.handle_request()'
      ].join('\n');
      await write('hello.txt', 'hello');
      const script = await python(bench, code);
      bench.automation.vocabulary = vocabulary;
      bench.environment = { ...bench.environment, ports: [{ id: 'site', number: 8000 }] };
      const running = bench.execute(executor, script);
      await until('it listens', () => bench.text().includes('started'));
      const file = path.join(bench.folder, 'batch', 'debug', 'ports.dictionary');
      const { site } = JSON.parse(await readFile(file, 'utf8')) as { site: string };
      expect(site).toMatch(/^\/ports\/[\w-]{22}\/site\/$/);
      const found = ports.find(site.split('/')[2], 'site');
      expect(found?.number).toBe(8000);
      const address = `http://127.0.0.1:${found?.hostPort}/hello.txt`;
      expect(await (await fetch(address)).text()).toBe('hello');
      expect(await running).toEqual({ returnCode: 0, error: null });
      expect(ports.find(site.split('/')[2], 'site')).toBeNull();
    }
  );

  it('removes what a dead server left, and nothing of a living one', async () => {
    const start = (name: string, owner: string) =>
      podman.call([
        ...['run', '--detach', '--name', name, '--label', `${OWNER_LABEL}=${owner}`],
        ...[base.image, 'sleep', '1000']
      ]);
    const { pid } = spawnSync('true');
    await start('crosscompute-dead', `${pid}-1`);
    await start('crosscompute-again', `${process.pid}-1`);
    await start('crosscompute-alive', ownerName());
    await removeLeftOvers(podman, log);
    const { output } = await podman.call(['ps', '--all', '--format', '{{.Names}}']);
    const names = output.split('\n');
    await podman.remove(['crosscompute-alive', 'crosscompute-dead', 'crosscompute-again']);
    expect(names.filter(name => name.startsWith('crosscompute-'))).toEqual(['crosscompute-alive']);
  });
});
