import * as fc from 'fast-check';
import { NotebookError, allowsError, isExecuted, parseNotebook } from '../notebook';

const code = (source: unknown, tags?: unknown) => ({
  cell_type: 'code',
  metadata: tags === undefined ? {} : { tags },
  source
});
const markdown = (source: string) => ({ cell_type: 'markdown', metadata: {}, source });
const notebook = (cells: unknown, metadata: unknown = {}) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells });

function errorCode(text: string): string {
  try {
    parseNotebook(text);
  } catch (error) {
    return error instanceof NotebookError ? error.code : 'other';
  }
  return 'none';
}

describe('parseNotebook()', () => {
  it('reads code cells with index and number', () => {
    const { cells } = parseNotebook(
      notebook([markdown('x'), code('a'), code(''), code(['b\n', 'c'])])
    );
    expect(cells.map(({ index, number, source }) => [index, number, source])).toEqual([
      [1, 1, 'a'],
      [2, 2, ''],
      [3, 3, 'b\nc']
    ]);
  });

  it('reads an empty notebook, with a byte order mark too', () => {
    expect(parseNotebook(`\uFEFF${notebook([])}`).cells).toEqual([]);
  });

  it.each([
    [{ kernelspec: { name: 'ir', language: 'R' } }, 'ir', 'R'],
    [{ kernelspec: { name: 'bash' }, language_info: { name: 'bash' } }, 'bash', 'bash'],
    [{ language_info: { name: 'python' } }, 'python3', 'python'],
    [{ language_info: { name: 'julia' } }, '', 'julia'],
    [{}, 'python3', ''],
    [{ kernelspec: 3 }, 'python3', '']
  ])('reads kernel and language of %j', (metadata, kernel, language) => {
    expect(parseNotebook(notebook([], metadata))).toMatchObject({ kernel, language });
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['{"nbformat": 4', 'not-json'],
    ['[]', 'not-a-notebook'],
    ['{}', 'not-a-notebook'],
    ['{"nbformat": 4}', 'not-a-notebook'],
    ['{"nbformat": 3, "worksheets": []}', 'version'],
    ['{"nbformat": 5, "cells": []}', 'version']
  ])('refuses %j', (text, expected) => {
    expect(errorCode(text)).toBe(expected);
  });

  it('throws nothing but its own error, whatever it reads', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map(v => notebook([v]))
        ),
        text => {
          expect(errorCode(text)).not.toBe('other');
        }
      )
    );
  });

  it.each([
    [[code('# Load\nx = 1')], 'cell 1 “Load”'],
    [[code('\n\n  x = 1\ny')], 'cell 1 “x = 1”'],
    [[code('#\n// second')], 'cell 1 “second”'],
    [[code('%%bash\nls')], 'cell 1 “%%bash”'],
    [[code('  \n')], 'cell 1'],
    [[markdown('text\n## Fit *the* `model` ##'), code('x')], 'cell 1 “Fit the model”'],
    [[markdown('```\n# no\n```\n# yes'), code('x')], 'cell 1 “yes”'],
    [[markdown('# [Link](https://a.b)'), code('x')], 'cell 1 “Link”'],
    [[markdown('# title\n## one'), markdown('# two'), code('x')], 'cell 1 “two”'],
    [[markdown('#'), markdown('#hash'), code('y')], 'cell 1 “y”'],
    [[code('ü'.repeat(60))], `cell 1 “${'ü'.repeat(60)}”`],
    [[code('😀'.repeat(61))], `cell 1 “${'😀'.repeat(59)}…”`]
  ])('names the first cell of %j', (cells, name) => {
    expect(parseNotebook(notebook(cells)).cells[0].name).toBe(name);
  });

  it('uses a heading for one cell only', () => {
    const { cells } = parseNotebook(notebook([markdown('# A'), code('x'), code('y')]));
    expect(cells.map(({ name }) => name)).toEqual(['cell 1 “A”', 'cell 2 “y”']);
  });

  it('reads tags, and leaves out what is none', () => {
    const { cells } = parseNotebook(
      notebook([
        code('1', ['skip-execution']),
        code('2', ['raises-exception', 3]),
        code('3', 'skip-execution'),
        code(' \n')
      ])
    );
    expect(cells.map(isExecuted)).toEqual([false, true, true, false]);
    expect(cells.map(allowsError)).toEqual([false, true, false, false]);
  });
});
