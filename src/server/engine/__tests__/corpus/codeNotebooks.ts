import { SETTLE, raising, stream, withCell } from './corpusNotebook';
import type { Corpus } from './corpusNotebook';

/** What the language, its shell and its concurrency do. */
export const CODE_NOTEBOOKS: Corpus = {
  threads: {
    cells: [
      'import threading, time\ndef work():\n    for i in range(3):\n        print("thread", i)\n        time.sleep(0.01)\nthread = threading.Thread(target=work)\nthread.start()\nthread.join()',
      'from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(lambda n: n + 1, range(5))))',
      'from IPython.display import display\nthread = threading.Thread(target=lambda: display("from a thread"))\nthread.start()\nthread.join()',
      'import threading\ndef later():\n    gate.wait()\n    print("late")\ngate = threading.Event()\nthread = threading.Thread(target=later)\nthread.start()',
      'gate.set()\nthread.join()\nprint("joined")',
      'thread = threading.Thread(target=lambda: 1 / 0, name="bad")\nthread.start()\nthread.join()\nprint("unharmed")'
    ]
  },
  'top-level await': {
    cells: [
      'import asyncio\nawait asyncio.sleep(0.01)\nprint("awaited")\n3',
      'async def later():\n    await asyncio.sleep(0.05)\n    print("task")\ntask = asyncio.create_task(later())\nprint(asyncio.get_running_loop().is_running())',
      'print("waits")\nawait task',
      raising('asyncio.run(later())'),
      'async with asyncio.timeout(5):\n    await asyncio.sleep(0)\nawait asyncio.gather(asyncio.sleep(0, "a"), asyncio.sleep(0, "b"))',
      'async def numbers():\n    for i in range(3):\n        yield i\n[n async for n in numbers()]',
      raising('await asyncio.wait_for(asyncio.sleep(5), 0.01)'),
      'await asyncio.sleep(0)\nraise ValueError("in await")'
    ],
    differs: {
      reason:
        'text of a task stays with the cell that started it; nbclient drops what comes after its cell',
      ours: theirs =>
        withCell(theirs, 1, ({ outputs: [first] }) => ({
          outputs: [stream('stdout', `${String(first.text)}task\n`)]
        }))
    }
  },
  multiprocessing: {
    cells: [
      SETTLE,
      // In one piece: a copy of a kernel sends each piece over a connection of its own, and the line end may come first.
      'import multiprocessing\ndef work(n):\n    print("in a worker\\n", end="", flush=True)\n    return n * 2\nwith multiprocessing.get_context("fork").Pool(1) as pool:\n    done = pool.map(work, [1, 2])\nsettle()\ndone',
      'context = multiprocessing.get_context("fork")\nqueue = context.Queue()\nprocess = context.Process(target=queue.put, args=({"a": 1},))\nprocess.start()\nprint(queue.get())\nprocess.join()\nprocess.exitcode',
      'import os\npid = os.fork()\nif pid == 0:\n    os.write(1, b"in a copy\\n")\n    os._exit(7)\nstatus = os.waitpid(pid, 0)[1]\nsettle()\nos.waitstatus_to_exitcode(status)',
      'from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(1, mp_context=context) as pool:\n    print(list(pool.map(abs, [-1, -2])))',
      'with multiprocessing.get_context("spawn").Pool(1) as pool:\n    print(pool.map(abs, [-3]))'
    ]
  },
  pickling: {
    cells: [
      'import pickle, copy, inspect\nfrom dataclasses import dataclass\nclass Own:\n    pass\nprint(type(pickle.loads(pickle.dumps(Own()))))',
      '@dataclass\nclass Point:\n    x: int\n    y: int = 2\npickle.loads(pickle.dumps(Point(1))) == copy.deepcopy(Point(1)), Point(1)',
      'def double(n):\n    return 2 * n\nprint(inspect.getsource(double), double.__module__, double.__code__.co_firstlineno)',
      'import sys\nsys.modules["__main__"].double is double'
    ]
  },
  shell: {
    cells: [
      '!echo one; echo two',
      'lines = !printf "a\\nb\\n"\nlines',
      '%%bash\necho "from bash" $((1 + 1))',
      '%%bash\necho wrong >&2',
      '!exit 3\n_exit_code',
      'name = "value"\n!echo $name {name.upper()}',
      '%sx echo captured',
      '%%bash\nexit 4'
    ]
  },
  magics: {
    cells: [
      '%%time\nx = 1',
      '%env NAME=value',
      '!echo $NAME',
      '%%capture said\nprint("hidden")',
      'said.stdout',
      '%who',
      '%%writefile made.py\nvalue = 7',
      'import made\nmade.value',
      '%run made.py\nvalue',
      '%%python\nprint("another Python")',
      '%%html\n<b>html</b>',
      '%%latex\n$x$',
      '%precision 2\n3.14159',
      '%lsmagic\nNone',
      '%store -z\n%pwd',
      '%alias_magic t time',
      raising('%no_such_magic'),
      raising('%%no_such_cell_magic\nx'),
      'print?',
      'raise ValueError("after magics")'
    ]
  },
  surroundings: {
    cells: [
      'import os, sys\nprint(os.getcwd() == sys.path[0], __name__, sys.modules["__main__"].__dict__ is globals())\nsorted(os.environ)',
      'print(type(get_ipython()).__name__, get_ipython().execution_count, "IPKernelApp" in get_ipython().config)',
      'sorted(name for name in globals() if not name.startswith("_"))',
      'import signal\nsignal.getsignal(signal.SIGCHLD), os.getpid() == os.getpgid(0)',
      'kernel = get_ipython().kernel\nkernel.get_parent()["header"]["msg_type"], kernel.shell is get_ipython()',
      '%history'
    ],
    differs: {
      reason:
        'a run sees the environment that is declared, and its folder first on the path of imports, by its name',
      ours: theirs =>
        withCell(theirs, 0, ({ outputs: [text, result] }) => ({
          outputs: [
            stream('stdout', 'True __main__ True\n'),
            {
              ...result,
              data: {
                'text/plain': String((result.data as Record<string, unknown>)['text/plain'])
                  .replace(
                    / '(JPY_PARENT_PID|JPY_SESSION_NAME|PYDEVD_USE_FRAME_EVAL|LC_CTYPE)',\n/g,
                    ''
                  )
                  .concat(text ? '' : '?')
              }
            }
          ]
        }))
    }
  },
  language: {
    cells: [
      'from __future__ import annotations\ndef f(x: Missing) -> int:\n    return x\nf(1)',
      'match {"a": [1, 2]}:\n    case {"a": [first, *rest]}:\n        print(first, rest)',
      'if (n := 10) > 5:\n    print(f"{n=} {n!r:>5}")',
      'import random\nrandom.seed(1)\nround(random.random(), 6)',
      'import builtins\nbuiltins.display is display, hasattr(builtins, "get_ipython")',
      'import atexit\nx = atexit.register(lambda: None)\ndel x',
      'open("made.txt", "w").write("text")\nopen("made.txt").read()',
      'with open("made.bin", "wb") as file:\n    file.write(bytes(range(256)))\nimport pathlib\nsorted(path.name for path in pathlib.Path(".").glob("made.*"))',
      '__file__ if "__file__" in globals() else "no file"'
    ]
  },
  'hooks of the shell': {
    cells: [
      'shell = get_ipython()\nshell.events.register("post_run_cell", lambda result: print("after", result.execution_count))',
      'print("cell")',
      'from IPython.core.magic import register_cell_magic, register_line_magic\n@register_line_magic\ndef twice(line):\n    return line * 2\n@register_cell_magic\ndef upper(line, cell):\n    print(cell.upper())',
      '%twice ab',
      '%%upper\ntext',
      'shell.set_next_input("1 + 1")\nshell.user_ns["x"] = 5',
      'x',
      '%reset -f',
      '"x" in globals()'
    ]
  }
};
