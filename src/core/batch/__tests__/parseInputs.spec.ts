import fc from 'fast-check';
import { MemoryFiles } from '../../../testing/memoryFiles';
import type { PostedInputs } from '../../api';
import { fakeViews } from '../../automation/__tests__/fakeViews';
import type { IAutomation } from '../../automation/automation';
import type { InputValues } from '../batch';
import { parseInputs, type IInputForm } from '../parseInputs';
import { automationFor } from './automationFor';

const UPLOAD = `/f/${'a1'.repeat(16)}`;

const TEXT = `crosscompute: 0.9.4
input:
  variables:
  - {id: bill, view: number, path: variables.dictionary}
  - {id: city, view: string, path: variables.dictionary}
  - {id: tip, view: number, path: variables.dictionary, required: false}
  - {id: secret, view: password, path: secret.txt, required: false}
  - {id: data, view: file, path: data.csv, required: false}
  - {id: KEY, view: string, path: ENVIRONMENT}
output:
  variables: [{id: total, view: number, path: x.dictionary}]
batches: [{folder: b}]
`;

describe('parseInputs()', () => {
  let automation: IAutomation;

  beforeAll(async () => {
    automation = await automationFor(new MemoryFiles({ '/tip/automate.yaml': TEXT }));
  });

  const FALLBACK = { bill: 10, city: 'Rome' };

  /** What comes from outside may be anything. */
  function parse(
    posted: Record<string, unknown>,
    fallback: InputValues = FALLBACK,
    form: Partial<IInputForm> = {}
  ) {
    const source = { fallback, isStrict: false, ...form };
    return parseInputs(automation, fakeViews, posted as PostedInputs, source);
  }

  it('parses by the views, and takes the fallback for what is not posted', () => {
    expect(parse({ bill: { value: '5' } })).toEqual({
      values: { bill: 5, city: 'Rome' },
      refusals: [],
      unknown: []
    });
  });

  it('gives one refusal for each variable that is missing or refused', () => {
    const { refusals } = parse({ bill: { value: 'foo' } }, {});
    expect(refusals).toEqual([
      { variable: 'bill', message: '"foo" is not a number' },
      { variable: 'city', message: 'a value is required' }
    ]);
  });

  it.each([
    [{ value: null }, 'a value is required'],
    [{ value: ['a'] }, 'it must be text'],
    [{ value: { a: 1 } }, 'it must be text'],
    [{ value: true }, 'it must be text'],
    [{ uri: UPLOAD }, 'give a value, not a file'],
    [{ path: '/etc/passwd' }, 'give either {"value": …} or, for an uploaded file, {"uri": …}'],
    [{ value: 'a', uri: UPLOAD }, 'give either {"value": …} or, for an uploaded file, {"uri": …}'],
    [{}, 'give either {"value": …} or, for an uploaded file, {"uri": …}'],
    ['Rome', 'give either {"value": …} or, for an uploaded file, {"uri": …}'],
    [null, 'give either {"value": …} or, for an uploaded file, {"uri": …}'],
    [[{ value: 'a' }], 'give either {"value": …} or, for an uploaded file, {"uri": …}']
  ])('refuses %j for text', (entry, message) => {
    expect(parse({ city: entry }).refusals).toEqual([{ variable: 'city', message }]);
  });

  it('takes empty text as a value where the view does', () => {
    expect(parse({ city: { value: '' } }).values.city).toBe('');
    expect(parse({ bill: { value: '' } }).refusals).toHaveLength(1);
    expect(parse({ tip: { value: '' } })).toMatchObject({ values: FALLBACK, refusals: [] });
  });

  it('keeps a password that is left empty', () => {
    expect(parse({ secret: { value: '' } }, { ...FALLBACK, secret: 'old' }).values.secret).toBe(
      'old'
    );
    expect(parse({ secret: { value: 'new' } }, { ...FALLBACK, secret: 'old' }).values.secret).toBe(
      'new'
    );
  });

  it('takes uploads for files only, by our own addresses only', () => {
    expect(parse({ data: { uri: UPLOAD } }).values.data).toEqual({ uri: UPLOAD });
    expect(parse({ data: { value: { uri: UPLOAD } } }).values.data).toEqual({ uri: UPLOAD });
    for (const uri of [
      'https://example.com/a',
      '/f/../x',
      `${UPLOAD}/..`,
      '/f/short',
      `/f/${'é'.repeat(32)}`
    ]) {
      expect(parse({ data: { uri } }).refusals).toEqual([
        { variable: 'data', message: 'choose a file to upload' }
      ]);
    }
    for (const value of [
      { path: '/etc/passwd' },
      { files: [{ name: 'x', size: 1 }] },
      'x',
      5,
      null
    ]) {
      expect(parse({ data: { value } }).refusals).toHaveLength(1);
    }
  });

  it('keeps the files of the batch when none is chosen', () => {
    const kept = { files: [{ name: 'data.csv', size: 1 }] };
    const fallback = { ...FALLBACK, data: kept };
    const parsed = parse({ data: { value: '' } }, fallback);
    expect(parsed.values.data).toEqual(kept);
    expect(parse({ data: { value: '' } })).toMatchObject({ refusals: [] });
  });

  describe('of a form whose answers are wanted', () => {
    const strict = (posted: Record<string, unknown>, form: Partial<IInputForm> = {}) =>
      parse(posted, { ...FALLBACK, secret: 'old' }, { isStrict: true, ...form });

    it('misses what is not posted, except what a form may leave out', () => {
      expect(strict({}).refusals).toEqual([
        { variable: 'bill', message: 'a value is required' },
        { variable: 'city', message: 'a value is required' }
      ]);
      const given = { bill: { value: 1 }, city: { value: '' } };
      expect(strict(given)).toMatchObject({
        values: { bill: 1, city: '', secret: 'old' },
        refusals: []
      });
    });

    it('takes from the batch what stands on no template', () => {
      const templates = [{ expression: '', variables: ['city'] }];
      expect(strict({ city: { value: 'Oslo' } }, { templates }).values).toMatchObject({
        bill: 10,
        city: 'Oslo'
      });
      const posted = { city: { value: 'Oslo' }, bill: { value: '7' } };
      expect(strict(posted, { templates }).values).toMatchObject({ bill: 7 });
      expect(parse({ city: { value: 'Oslo' } }, {}, { templates, isStrict: true })).toMatchObject({
        refusals: [{ variable: 'bill', message: 'a value is required' }]
      });
    });
  });

  describe('of a form with expressions', () => {
    const templates = [
      { expression: '', variables: ['bill'] },
      { expression: 'bill > 5', variables: ['city'] },
      { expression: "city === 'Oslo'", variables: ['tip', 'KEY'] }
    ];
    const walk = (posted: Record<string, unknown>, isStrict = true) =>
      parse(posted, FALLBACK, { templates, isStrict });

    it('leaves out what is passed over, posted or not', () => {
      const { values, refusals } = walk({
        bill: { value: '5' },
        city: { value: null },
        tip: { value: 'foo' },
        KEY: { value: 'x' }
      });
      expect(refusals).toEqual([]);
      expect(values).toEqual({ bill: 5 });
    });

    it('wants what is reached', () => {
      expect(walk({ bill: { value: '6' } }).refusals).toEqual([
        { variable: 'city', message: 'a value is required' }
      ]);
      const reached = { bill: { value: 6 }, city: { value: 'Oslo' }, tip: { value: 'foo' } };
      expect(walk(reached).refusals).toEqual([
        { variable: 'tip', message: '"foo" is not a number' }
      ]);
    });

    it('goes by the values of the batch where these fill what is not posted', () => {
      expect(walk({ city: { value: 'Oslo' }, tip: { value: 1 } }, false).values).toEqual({
        bill: 10,
        city: 'Oslo',
        tip: 1
      });
      expect(walk({ bill: { value: 1 } }, false).values).toEqual({ bill: 1 });
    });

    it('stands whatever is posted in place of an answer', () => {
      for (const entry of [null, 5, 'x', [], {}, { value: [[]] }, { uri: {} }]) {
        expect(walk({ bill: entry }).refusals).toMatchObject([{ variable: 'bill' }]);
      }
    });
  });

  it('names unknown ids, and ignores those of other steps', () => {
    const posted = { total: { value: 1 }, extra: { value: 1 }, return_code: { value: 1 } };
    expect(parse(posted)).toMatchObject({ unknown: ['extra'], refusals: [] });
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
    'stands an id like %s',
    id => {
      const posted = JSON.parse(`{"${id}": {"value": {"polluted": true}}}`);
      const parsed = parse(posted);
      expect(parsed.unknown).toEqual([id]);
      expect(Object.keys(parsed.values).sort()).toEqual(['bill', 'city']);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    }
  );

  it('never crashes, whatever is posted', () => {
    const id = fc.constantFrom(
      'bill',
      'city',
      'tip',
      'secret',
      'data',
      'KEY',
      'total',
      '__proto__',
      'x'
    );
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record({ value: fc.jsonValue() }),
      fc.record({ uri: fc.jsonValue() })
    );
    fc.assert(
      fc.property(fc.dictionary(id, entry), posted => {
        const { refusals } = parse(posted);
        expect(new Set(refusals.map(({ variable }) => variable)).size).toBe(refusals.length);
      }),
      { numRuns: 1000 }
    );
  });
});
