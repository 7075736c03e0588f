import { raising, stream, withCell } from './corpusNotebook';
import type { Corpus, ICorpusNotebook } from './corpusNotebook';

const WITHOUT_HINT: ICorpusNotebook['differs'] = {
  reason: 'the hint how to leave IPython means a person at a prompt',
  ours: theirs =>
    withCell(theirs, 0, ({ outputs }) => ({
      outputs: outputs.filter(({ text }) => !String(text).includes('To exit: use'))
    }))
};

/** Errors of every kind, at every place, and ends that are none. */
export const FAILURE_NOTEBOOKS: Corpus = {
  errors: {
    cells: [
      raising('def f(x):\n    return 1 / x\nf(0)'),
      raising('x = = 1'),
      raising('import does_not_exist'),
      raising('input("who?")'),
      raising('import getpass\ngetpass.getpass()'),
      raising('raise KeyboardInterrupt'),
      raising('try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError("ü") from e'),
      'print("still here")',
      'assert False, "the end"',
      'print("never")'
    ]
  },
  'error in the first cell': { cells: ['1 / 0', 'print("never")', '2'] },
  'error in the middle': { cells: ['print("before")', '[][1]', 'print("never")', '3'] },
  'error in the last cell': { cells: ['print("before")\n1', '2', 'print("x")\n{}["key"]'] },
  'syntax error': { cells: ['print("before")', 'def broken(:\n    pass', 'print("never")'] },
  'indentation error': { cells: ['if True:\nprint(1)', 'print("never")'] },
  'deep errors': {
    cells: [
      'def a(n):\n    return b(n)\ndef b(n):\n    return c(n)\ndef c(n):\n    raise LookupError(f"deep {n}")',
      raising('a(1)'),
      raising('list(map(a, [2]))'),
      raising('(lambda: a(3))()'),
      raising('def endless(n):\n    return endless(n + 1)\nendless(0)'),
      raising('exec("1 / 0")'),
      raising('class C:\n    @property\n    def p(self):\n        return self.q\nC().p')
    ]
  },
  'chained errors': {
    cells: [
      raising('try:\n    {}["a"]\nexcept KeyError:\n    raise ValueError("while handling")'),
      raising('try:\n    int("x")\nexcept ValueError as e:\n    raise RuntimeError("from") from e'),
      raising('try:\n    int("x")\nexcept ValueError:\n    raise RuntimeError("alone") from None'),
      raising('e = ValueError("noted")\ne.add_note("first note")\ne.add_note("second")\nraise e'),
      raising('raise ExceptionGroup("many", [ValueError(1), TypeError("two")])')
    ]
  },
  'own exceptions': {
    cells: [
      'class Own(Exception):\n    """Mine."""\n    def __str__(self):\n        return "own\\nin two lines"',
      raising('raise Own()'),
      raising('class Silent(Exception):\n    pass\nraise Silent'),
      raising('class Base(BaseException):\n    pass\nraise Base("not an Exception")'),
      raising(
        'class Shows(Exception):\n    def _render_traceback_(self):\n        return ["short", "and own"]\nraise Shows()'
      ),
      raising('raise Own from Own()'),
      'raise Own("at last")'
    ]
  },
  'keyboard interrupt': { cells: ['print("before")', 'raise KeyboardInterrupt', 'print("never")'] },
  'keyboard interrupt by a signal': {
    cells: [
      'import os, signal, time\nprint("before", flush=True)\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(30)',
      'print("never")'
    ]
  },
  'a good end': {
    cells: ['import sys\nprint("before")\nsys.exit()', 'print("never")'],
    differs: {
      reason:
        'a program that exits without a reason ends well: no error, and nothing after it runs',
      ours: theirs => ({
        ...withCell(theirs, 0, () => ({ outputs: [stream('stdout', 'before\n')] })),
        error: null
      })
    }
  },
  'an end with a code': {
    cells: ['import sys\nsys.exit(3)', 'print("never")'],
    differs: WITHOUT_HINT
  },
  'a welcome end': {
    cells: [raising('raise SystemExit("no data")'), 'print("goes on")'],
    differs: WITHOUT_HINT
  },
  'input refused': { cells: ['name = input("who? ")', 'print("never")'] },
  'input handled': {
    cells: [
      'try:\n    input("who? ")\nexcept Exception as e:\n    print(type(e).__name__, e)',
      'import sys\nsys.stdin.readline() if sys.stdin else ""'
    ]
  },
  'handled errors': {
    cells: [
      'import traceback, sys\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()',
      'get_ipython().showtraceback()',
      'try:\n    1 / 0\nexcept ZeroDivisionError:\n    get_ipython().showtraceback()',
      'print("still well")'
    ]
  }
};
