import { SETTLE, raising } from './corpusNotebook';
import type { Corpus } from './corpusNotebook';

/** Text: from Python, from descriptors, from native code, from processes; little and much. */
export const STREAM_NOTEBOOKS: Corpus = {
  streams: {
    cells: [
      'import sys\nprint("a", 1)\nprint("b", end="")\nsys.stdout.write("c\\n")',
      'print("ü € 😀", file=sys.stderr)',
      'sys.stdout.writelines(["x\\n", "y\\n"])\nprint(sys.stdout.isatty(), sys.stdout.encoding, type(sys.stdout).__name__)',
      'print("\\rone\\rtwo")\nprint("\\x00\\ud800".encode("utf-8", "surrogatepass"))',
      raising('sys.stdout.write(1)'),
      'print(*range(5), sep="\\n")\nprint(sys.stdout.writable(), sys.stdout.readable(), sys.stdout.closed)'
    ]
  },
  'interleaved streams': {
    cells: [
      'import sys\nfor i in range(5):\n    print("out", i, flush=True)\n    print("err", i, file=sys.stderr, flush=True)',
      '1\nprint("between")\n2'
    ]
  },
  'streams without flush': {
    hasLooseStreams: true,
    cells: [
      'import sys\nfor i in range(5):\n    print("out", i)\n    print("err", i, file=sys.stderr)'
    ]
  },
  unicode: {
    cells: [
      'print("Ελλάδα 日本 עברית 👩‍👩‍👧‍👦 e\\u0301 \\u202e \\ufeff \\u2028|")',
      '"\\u0000\\u0007\\x1b[31mred\\x1b[0m"',
      'größe = "ñ"; größe',
      '{"ключ": "значение", 1: b"\\xff\\x00"}',
      'print("tab\\tvertical\\x0bform\\x0cback\\bspace")',
      'import sys\nfor i in range(0, 101, 10):\n    print(f"\\r{i:3d} %", end="", file=sys.stderr, flush=True)\nprint(file=sys.stderr)'
    ]
  },
  descriptors: {
    cells: [
      SETTLE,
      'import os\nx = os.write(1, b"native\\n")\nsettle()',
      'x = os.write(2, b"wrong\\n")\nsettle()'
    ]
  },
  'native code': {
    cells: [
      SETTLE,
      'import ctypes\nlibc = ctypes.CDLL(None)\nlibc.puts(b"from C") and libc.fflush(None)\nsettle()',
      'libc.printf(b"%d and %s\\n", 7, b"seven") and libc.fflush(None)\nsettle()',
      'x = libc.write(2, b"to stderr\\n", 10)\nsettle()'
    ]
  },
  'much text': {
    cells: [
      'for i in range(40000):\n    print(f"line {i} " + "x" * 60)',
      'print("y" * 3_000_000)',
      '"z" * 1_000_000',
      'print("end")'
    ]
  },
  processes: {
    cells: [
      SETTLE,
      'import subprocess\nx = subprocess.run(["sh", "-c", "echo child"])\nsettle()',
      'x = subprocess.run(["sh", "-c", "echo wrong >&2; exit 3"])\nsettle()\nx.returncode',
      'import os\nx = os.system("echo system")\nsettle()',
      'print(subprocess.run(["cat"], capture_output=True, text=True).stdout == "")',
      'print(subprocess.check_output(["sh", "-c", "printf piped"], text=True))',
      'child = subprocess.Popen(["sh", "-c", "echo late"])\nchild.wait()\nsettle()',
      'subprocess.run(["false"], check=True)'
    ]
  },
  logging: {
    cells: [
      'import logging\nlogging.warning("logged")\nlogging.getLogger("x").error("again")\nlogging.info("unseen")',
      'import sys\nlogging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s", force=True)\nlogging.getLogger("app").debug("seen")',
      'try:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception("with traceback")'
    ]
  },
  warnings: {
    cells: [
      'import warnings\nwarnings.warn("careful")\nwarnings.warn("old", DeprecationWarning)',
      'warnings.warn("careful")',
      'import re\nre.compile("(?i)x")\nx = 1\nx is 1 if False else None',
      'with warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter("always")\n    warnings.warn("kept", UserWarning)\n[str(each.message) for each in caught]'
    ]
  },
  'replaced streams': {
    cells: [
      'import contextlib, io, sys\nwith contextlib.redirect_stdout(io.StringIO()) as said:\n    print("caught")\nsaid.getvalue()',
      'print(sys.stdin is None or sys.stdin.read() == "")'
    ]
  }
};
