import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { parse, stringify } from 'yaml';
import type { JsonValue } from '../../json';
import type { IProblem } from '../../problem';
import { read } from './reading';

const EXAMPLES = path.join(__dirname, '../../../../examples');
const VALID = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => readFileSync(path.join(EXAMPLES, name, 'automate.yaml'), 'utf8'));

const TOML = `crosscompute = "1.0.0"\n[[presets]]\nfolder = "batches/standard"\n[[input.variables]]\nid = "a"\nview = "number"\npath = "v.dictionary"\nconfiguration = {min = 1}\n`;
const INI = `crosscompute = 0.9.4\n[batches.1]\nfolder = batches/standard\n[input.variables.1]\nid = a\nview = number\npath = v.dictionary\nconfiguration = {"min": 1}\n`;

/** Pieces that mean something in one of the syntaxes. */
const PIECES = [
  ...['input', 'output', 'variables', 'presets', 'prints', 'crosscompute', '0.9.4', 'id', 'view'],
  ...['path', '__proto__', 'configuration', 'null', '~', '{', '}', '[', ']', '[[', ']]', ':', ': '],
  ...[
    '=',
    ',',
    '- ',
    '\n',
    '\r\n',
    '  ',
    '\t',
    '#',
    '"',
    "'",
    '&a',
    '*a',
    '<<',
    '|',
    '>',
    '---',
    '.'
  ],
  ...['1', '-1e999', '.nan', 'true', '!!binary', '\0', '\uFEFF', 'ü', '🎲', '../x', '{x}', '%']
];

const anyText = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map(pieces => pieces.join(''))
);

/** A valid text in which some places are replaced by something else. */
function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(12),
    put: fc.oneof(fc.constantFrom('', ...PIECES), fc.string({ maxLength: 5 }))
  });
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([text, changes]) =>
      changes.reduce((before, { at, length, put }) => {
        const start = Math.floor(at * before.length);
        return before.slice(0, start) + put + before.slice(start + length);
      }, text)
    );
}

function expectPlaces(text: string, problems: readonly IProblem[], file: string): void {
  const lines = text.split('\n');
  for (const problem of problems.filter(one => one.file.endsWith(file))) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lines.length + 1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1] ?? '').length + 1);
  }
}

describe.each([
  ['automate.yaml', VALID],
  ['automate.toml', [TOML]],
  ['automate.ini', [INI]]
])('reading any text as %s', (file, texts) => {
  it('never fails, gives every problem a place in the file, and is the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, mutated(texts)), async text => {
        const [first, second] = [
          await read(text, {}, undefined, file),
          await read(text, {}, undefined, file)
        ];
        expectPlaces(text, first.problems, file);
        expect(second).toEqual(first);
        const isClosed = first.problems.some(({ blocks }) => blocks === 'all');
        expect(first.automation === null).toBe(isClosed);
      }),
      { numRuns: 300 }
    );
  });
});

/** A valid configuration in which some values, keys and items are others, on any level. */
const anyStructure = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        put: fc.oneof(fc.constantFrom<JsonValue>(...PIECES, null, -1, [], {}), fc.jsonValue()),
        isKey: fc.boolean()
      }),
      { minLength: 1, maxLength: 4 }
    )
  )
  .map(([text, changes]) => {
    const root = { all: parse(text) as JsonValue };
    for (const { at, put, isKey } of changes) {
      const places = placesIn(root);
      const [parent, key] = places[Math.floor(at * places.length)];
      if (isKey && !Array.isArray(parent) && parent !== root) {
        parent[String(put)] = parent[key];
        delete parent[key];
      } else {
        parent[key] = structuredClone(put) as JsonValue;
      }
    }
    return stringify(root.all);
  });

type Place = readonly [Record<string, JsonValue>, string];

function placesIn(parent: Record<string, JsonValue>): Place[] {
  return Object.entries(parent).flatMap(([key, value]) => [
    [parent, key] as const,
    ...(typeof value === 'object' && value !== null
      ? placesIn(value as Record<string, JsonValue>)
      : [])
  ]);
}

describe('reading a structure near valid ones', () => {
  it('never fails, and gives every problem a place in the file', async () => {
    await fc.assert(
      fc.asyncProperty(anyStructure, async text => {
        const { automation, problems } = await read(text);
        expectPlaces(text, problems, 'automate.yaml');
        expect(automation === null).toBe(problems.some(({ blocks }) => blocks === 'all'));
      }),
      { numRuns: 300 }
    );
  });
});

describe('null', () => {
  it('counts as absent, whatever the key', async () => {
    const keys = ['name', 'scripts', 'environment', 'display', 'input', 'prints', 'tools'];
    const inner = ['input.variables', 'environment.interval', 'display.pages', 'display.batch'];
    const base = 'crosscompute: 0.9.4\noutput: {}\n';
    const expected = await read(`${base}batches: [{folder: b}]\n`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...keys, ...inner),
        fc.constantFrom('', '~', 'null'),
        async (key, nothing) => {
          const [outer, nested] = key.split('.');
          const value = nested ? `{${nested}: ${nothing}}` : nothing;
          const { automation, lines } = await read(
            `${base}batches: [{folder: b}]\n${outer}: ${value}\n`
          );
          expect(lines).toEqual(expected.lines);
          expect({ ...automation, codeSections: {} }).toEqual({
            ...expected.automation,
            codeSections: {}
          });
        }
      )
    );
  });
});
