import * as path from 'node:path';
import type { JournalEntry } from '../../../../core/run/journal';
import type { IExecutor, IScriptResult } from '../../../../core/run/execution';
import { ScriptBench } from '../../../../testing/executorContract';
import {
  PROJECT_FOLDER,
  describeWithJupyter,
  startJupyterServer
} from '../../../../testing/jupyterServer';
import type { ITestServer } from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import { createKernelExecutor } from '../../kernelExecutor';
import type { IOwnedExecutor } from '../../kernelExecutor';
import { createForkExecutor } from '../forkExecutor';
import type { IForkExecutor } from '../forkExecutor';
import { writeNotebook } from './notebooks';
import type { TestCell } from './notebooks';

const log = createLog('silent');

/** Notebooks that must do the same in a kernel and in a fork. */
const NOTEBOOKS: Record<string, TestCell[]> = {
  streams: [
    'import sys\nprint("a", 1)\nprint("b", end="")\nsys.stdout.write("c\\n")',
    'print("ü € 😀", file=sys.stderr)',
    'sys.stdout.writelines(["x\\n", "y\\n"])\nprint(sys.stdout.isatty(), sys.stdout.encoding, type(sys.stdout).__name__)',
    'print("\\rone\\rtwo")\nprint("\\x00\\ud800".encode("utf-8", "surrogatepass"))',
    'sys.stdout.write(1)'
  ],
  descriptors: ['import os\nx = os.write(1, b"native\\n")', 'x = os.write(2, b"wrong\\n")'],
  processes: [
    'import subprocess\nx = subprocess.run(["sh", "-c", "echo child"])',
    'x = subprocess.run(["sh", "-c", "echo wrong >&2; exit 3"])\nx.returncode',
    'import os\nx = os.system("echo system")',
    'print(subprocess.run(["cat"], capture_output=True, text=True).stdout == "")',
    'import multiprocessing\ndef work(n):\n    print("in a worker", flush=True)\n    return n * 2\nwith multiprocessing.get_context("fork").Pool(1) as pool:\n    print(pool.map(work, [1, 2]))',
    'subprocess.run(["false"], check=True)'
  ],
  shell: [
    '!echo one; echo two',
    'lines = !printf "a\\nb\\n"\nlines',
    '%%bash\necho "from bash" $((1 + 1))',
    '%%bash\necho wrong >&2',
    '!exit 3\n_exit_code',
    '%%bash\nexit 4'
  ],
  display: [
    'from IPython.display import HTML, JSON, Image, Markdown, clear_output, display, update_display\nprint("before")\nhandle = display(HTML("<b>1</b>"), display_id="mine")\nprint("after")',
    'handle.update(HTML("<b>2</b>"))\nupdate_display(HTML("3"), display_id="mine")',
    'print("gone")\nclear_output(wait=True)\ndisplay(Markdown("*x*"), JSON({"a": [1, None]}), metadata={"k": 1})',
    'class Both:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {"text/plain": "p", "application/json": {"n": 1}, "image/png": b"\\x89PNG"}\nBoth()',
    'class Bad:\n    def _repr_html_(self):\n        raise ValueError("bad")\nBad()'
  ],
  results: ['1', '_ + 1', 'None', '[_, __]\nOut[1], In[1]', '3;', 'a = 5; a', '"""x\ny"""'],
  pandas: [
    'import pandas as pd\nframe = pd.DataFrame({"a": [1, 2.5], "b": ["x", "ü"]})\nframe',
    'frame.describe()',
    'frame["a"]',
    'frame.style.highlight_max(subset="a").set_uuid("u")',
    'frame["c"]'
  ],
  figures: [
    'import matplotlib\nimport matplotlib.pyplot as plt\nprint(matplotlib.get_backend(), matplotlib.is_interactive())',
    'plt.plot([1, 2, 3])\nplt.title("$x^2$")',
    'print(matplotlib.get_backend(), matplotlib.is_interactive(), plt.get_fignums())',
    'figure, axes = plt.subplots(1, 2, figsize=(4, 2))\naxes[0].bar(["a"], [1])\nplt.show()\nprint("shown")',
    'figure',
    '%matplotlib inline\nplt.hist([1, 1, 2]);',
    '%config InlineBackend.figure_formats = ["svg"]\nplt.figure(figsize=(1, 1)).text(0.1, 0.1, "t")\nprint(len(plt.get_fignums()))\nplt.close("all")',
    'sorted((key, str(value)) for key, value in matplotlib.rcParams.items())'
  ],
  'figures without windows': [
    'import matplotlib\nmatplotlib.use("Agg")\nimport matplotlib.pyplot as plt\nplt.plot([1])\nprint(plt.get_backend())'
  ],
  errors: [
    { code: 'def f(x):\n    return 1 / x\nf(0)', tags: ['raises-exception'] },
    { code: 'x = = 1', tags: ['raises-exception'] },
    { code: 'import does_not_exist', tags: ['raises-exception'] },
    { code: 'input("who?")', tags: ['raises-exception'] },
    { code: 'import getpass\ngetpass.getpass()', tags: ['raises-exception'] },
    { code: 'raise KeyboardInterrupt', tags: ['raises-exception'] },
    {
      code: 'try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError("ü") from e',
      tags: ['raises-exception']
    },
    'print("still here")',
    'assert False, "the end"',
    'print("never")'
  ],
  threads: [
    'import threading, time\ndef work():\n    for i in range(3):\n        print("thread", i)\n        time.sleep(0.01)\nthread = threading.Thread(target=work)\nthread.start()\nthread.join()',
    'from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(lambda n: n + 1, range(5))))'
  ],
  'top-level await': [
    'import asyncio\nawait asyncio.sleep(0.01)\nprint("awaited")\n3',
    'async def later():\n    await asyncio.sleep(0.05)\n    print("task")\ntask = asyncio.create_task(later())\nprint(asyncio.get_running_loop().is_running())',
    'await task',
    { code: 'asyncio.run(later())', tags: ['raises-exception'] },
    'async with asyncio.timeout(5):\n    await asyncio.sleep(0)\nawait asyncio.gather(asyncio.sleep(0, "a"), asyncio.sleep(0, "b"))',
    'await asyncio.sleep(0)\nraise ValueError("in await")'
  ],
  magics: [
    '%%time\nx = 1',
    '%timeit -n1 -r1 1',
    '%env HOME',
    '%%capture said\nprint("hidden")',
    'said.stdout',
    '%who',
    '%%writefile made.py\nvalue = 7',
    'import made\nmade.value',
    '%run made.py\nvalue',
    '%store -z\n%pwd'
  ],
  surroundings: [
    'import os, sys\nprint(os.getcwd() == sys.path[0], __name__, sys.modules["__main__"].__dict__ is globals())\nsorted(os.environ)',
    'import pickle\nclass Own:\n    pass\nprint(type(pickle.loads(pickle.dumps(Own()))))',
    'print(type(get_ipython()).__name__, get_ipython().execution_count, "IPKernelApp" in get_ipython().config)',
    'import warnings\nwarnings.warn("careful")\nwarnings.warn("old", DeprecationWarning)',
    'import logging\nlogging.warning("logged")\nlogging.getLogger("x").error("again")',
    'sorted(name for name in globals() if not name.startswith("_"))',
    'import signal\nsignal.getsignal(signal.SIGCHLD), os.getpid() == os.getpgid(0)',
    '%history'
  ]
};

describeWithJupyter('A notebook in a fork', python => {
  let server: ITestServer;
  let kernels: IOwnedExecutor;
  let forks: IForkExecutor;

  beforeAll(async () => {
    server = await startJupyterServer(python, '/');
    kernels = createKernelExecutor({ places: async () => server, log });
    forks = createForkExecutor({
      script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
      findPython: async () => python,
      environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' },
      log
    });
  });

  afterAll(async () => {
    await kernels.close();
    await forks.close();
    await server.close();
  });

  it.each(Object.keys(NOTEBOOKS))('says what it says in a kernel: %s', async name => {
    const inKernel = await record(kernels, NOTEBOOKS[name]);
    const inFork = await record(forks, NOTEBOOKS[name]);
    expect(inFork).toEqual(inKernel);
    expect(inKernel.said.length).toBeGreaterThan(0);
  });
});

async function record(
  executor: IExecutor,
  cells: readonly TestCell[]
): Promise<{ said: unknown[]; result: unknown }> {
  const bench = await ScriptBench.create();
  const result: IScriptResult = await bench.execute(executor, await writeNotebook(bench, cells));
  await bench.remove();
  return { said: merge(bench.entries, bench.folder), result: normalize(result, bench.folder) };
}

/** What was said, with text that follows text of the same stream put together. */
function merge(entries: readonly JournalEntry[], folder: string): unknown[] {
  const merged: (Record<string, unknown> & { text?: string })[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'output') {
      continue;
    }
    const last = merged[merged.length - 1];
    if ('stream' in entry && last?.stream === entry.stream && last.cell === entry.cell) {
      last.text += entry.text;
    } else {
      merged.push({ ...entry });
    }
  }
  return merged.map(entry => normalize(entry, folder));
}

/** Replace what differs between two runs of the same code. */
function normalize(value: unknown, folder: string): unknown {
  const text = JSON.stringify(value)
    .split(folder)
    .join('FOLDER')
    .replace(/ipykernel_\d+/g, 'ipykernel_N')
    .replace(/0x[0-9a-f]{6,}/g, '0xN')
    .replace(/CPU times: .*?total: [^"]*/g, 'CPU TIMES')
    .replace(/\d+(\.\d+)? ?([nµu]s|ms|s)\b( ± [^"]*?per loop[^"]*?\))?/g, 'TIME')
    .replace(/task name='[^']*'|name='Task-\d+'/gi, 'TASK')
    .replace(/"display_id":"[0-9a-f]{32}"/g, '"display_id":"ID"');
  return JSON.parse(text, (key, member: unknown) =>
    // Who refuses is another file in a fork; that it is refused, and what is said, is the same.
    key === 'traceback' && Array.isArray(member)
      ? member.filter(line => !/ipykernel\/\w+\.py|fork_server\.py/.test(String(line)))
      : member
  ) as unknown;
}
