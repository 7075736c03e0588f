import { readFile, readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { describeWithPodman } from '../../../../testing/podmanBase';
import { createFolder, startServer } from '../../../../testing/serverSetUp';
import { parseArguments } from '../../../cli/arguments';
import { test } from '../../../cli/test';
import { Podman } from '../podman';

const SECRET = 'sesame-open-123';

const CHECK = `import json, os, pathlib, sys
source, target, debug = map(pathlib.Path, sys.argv[1:])
number = json.loads((source / "variables.dictionary").read_text())["number"]
(target / "variables.dictionary").write_text(json.dumps({"double": number * 2}))
token = debug / "TOKEN"
print("mode", oct(token.stat().st_mode & 0o777), len(token.read_text()), os.environ.get("TOKEN"), os.environ["PLAIN"])
print(token.read_text())
`;

const automation = (image: string) => `crosscompute: 1.0.0
name: Boxed
input: { variables: [{ id: number, view: number, path: variables.dictionary }] }
output: { variables: [{ id: double, view: number, path: variables.dictionary }] }
presets: [{ folder: one }]
tests: [{ folder: tests/good }, { folder: tests/bad }]
scripts:
  - command: python3 check.py {input_folder} {output_folder} {debug_folder}
execution:
  engine: podman
  image: ${image}
  variables: [{ id: TOKEN, target: file }, { id: PLAIN }]
`;

// The first container from an image takes seconds on a slow disk.
jest.setTimeout(120_000);

describeWithPodman('runs and tests of a whole automation in real containers', base => {
  it('has variables with target: file as files that go with the run, and passes or fails tests', async () => {
    const input = '{"number": 4}';
    const folder = await createFolder({
      ...{ 'automate.yaml': automation(base.image), 'check.py': CHECK },
      ...{ 'one/input/variables.dictionary': input },
      ...{ 'tests/good/input/variables.dictionary': input },
      'tests/good/output/variables.dictionary': '{"double": 8}',
      'tests/bad/input/variables.dictionary': input,
      'tests/bad/output/variables.dictionary': '{"double": 9}'
    });
    const environment = { ...base.environment, TOKEN: SECRET, PLAIN: 'p1' };
    const { services, close } = await startServer(folder, { services: { environment } });
    try {
      const loaded = await services.automations.open(folder);
      await services.queue.start();
      const lines: string[] = [];
      const output = { result: (line: string) => void lines.push(line), say: () => undefined };
      const { signal } = new AbortController();
      const status = await test(
        services,
        [loaded],
        parseArguments(['test', folder]),
        output,
        signal
      );
      const said = lines.join('\n');
      expect([status, said]).toEqual([1, expect.stringContaining('1 passed, 1 failed')]);
      expect(said).toMatch(/double[^]*expected: 9[^]*actual: +8/);

      const { id } = await services.runService.request(
        { automation: loaded.id, batch: 'one' },
        'ann'
      );
      await new Promise<void>(resolve => services.queue.follow(id, 0, () => undefined, resolve));
      expect(services.queue.get(id)?.state).toBe('done');
      const debug = path.join(folder, 'one', 'debug');
      expect(await readdir(debug)).not.toContain('TOKEN');
      const text = await readFile(path.join(debug, 'stdout.txt'), 'utf8');
      expect(text).toContain(`mode 0o600 ${SECRET.length} None p1\n`);
      expect(text).not.toContain(SECRET);
    } finally {
      await close();
      const podman = new Podman({ environment: base.environment, log: services.log });
      await podman.call(['rmi', '--force', 'localhost/boxed:0.0.0']);
      await rm(folder, { recursive: true });
    }
  });
});
