import * as fc from 'fast-check';
import { importedModules } from '../importedModules';

describe('importedModules()', () => {
  it.each([
    ['', []],
    ['import numpy', ['numpy']],
    ['import numpy as np, pandas  # and more', ['numpy', 'pandas']],
    ['import matplotlib.pyplot as plt; import os', ['matplotlib.pyplot', 'os']],
    ['from a.b import c as d, e', ['a.b', 'a.b.c', 'a.b.e']],
    ['from a import (\n    b,  # the first\n    c as d,\n)\nx = 1', ['a', 'a.b', 'a.c']],
    ['from a import b, \\\n    c\nd = 1', ['a', 'a.b', 'a.c']],
    ['import a, \\\n  b', ['a', 'b']],
    ['import a\r\nimport b\r\n', ['a', 'b']],
    ['from a import *', ['a']],
    ['def f():\n\tif x: import a', ['a']],
    ['try:\n    import größe\nexcept ImportError: pass', ['größe']],
    ['from . import neighbour\nfrom .neighbour import x', []],
    ['# import a\nimportant = 1\nfrom_a = import_b', []],
    ['%matplotlib inline\n!pip install x\nimport a\nimport a', ['a']]
  ])('reads %j', (source, names) => {
    expect(importedModules(source)).toEqual(names);
  });

  it('gives dotted names alone, whatever the source', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'import ',
        'from ',
        'a',
        '.',
        ',',
        '(',
        ')',
        '\\',
        '\n',
        ';',
        ' as ',
        '#',
        '1'
      ),
      fc.string()
    );
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        for (const name of importedModules(pieces.join(''))) {
          expect(name).toMatch(/^[^\s.,()\\;#]+(\.[^\s.,()\\;#]+)*$/);
        }
      })
    );
  });
});
