import fc from 'fast-check';
import { MemoryFiles } from '../../../testing/memoryFiles';
import type { PostedInputs } from '../../api';
import { fakeViews } from '../../automation/__tests__/fakeViews';
import type { IAutomation } from '../../automation/automation';
import { parseInputs } from '../parseInputs';
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
    fallback: Record<string, number | string> = FALLBACK
  ) {
    return parseInputs(automation, fakeViews, posted as PostedInputs, fallback);
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
    [{ path: '/etc/passwd' }, 'give either a value or an uploaded file'],
    [{ value: 'a', uri: UPLOAD }, 'give either a value or an uploaded file'],
    [{}, 'give either a value or an uploaded file'],
    ['Rome', 'give either a value or an uploaded file'],
    [null, 'give either a value or an uploaded file'],
    [[{ value: 'a' }], 'give either a value or an uploaded file']
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
    const parsed = parseInputs(automation, fakeViews, { data: { value: '' } }, fallback);
    expect(parsed.values.data).toEqual(kept);
    expect(parse({ data: { value: '' } })).toMatchObject({ refusals: [] });
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
