import { automationId, runKey, type IRunKeyParts } from '../key';

const PARTS: IRunKeyParts = {
  automation: 'tip-calculator',
  code: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  datasets: { staff: '1b805057824191ab2ed23992aece54939d069defba7879bc362e62368910f503' },
  inputs: {
    bill: 100,
    party: 'Café',
    receipt: { file: 'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03' }
  },
  kernel: 'python3'
};
const KEY = 'ffcb1b563264859b7eee073f8884cbd768e483a1ab90e051795120702f8c75a5';

describe('runKey()', () => {
  it('gives the key of the published example', () => {
    expect(runKey(PARTS)).toBe(KEY);
  });

  it('does not depend on the order of members, nor on members that are no part of it', () => {
    const { kernel, inputs, datasets, code, automation } = PARTS;
    const { receipt, party, bill } = inputs;
    const shuffled = { kernel, inputs: { receipt, party, bill }, datasets, code, automation };
    expect(runKey(shuffled)).toBe(KEY);
    expect(runKey({ ...PARTS, label: 'Tips' } as IRunKeyParts)).toBe(KEY);
  });

  it.each([
    ['automation', { automation: 'tips' }],
    ['code', { code: 'sha256:00' }],
    ['an input', { inputs: { ...PARTS.inputs, bill: 100.5 } }],
    ['the type of an input', { inputs: { ...PARTS.inputs, bill: '100' } }],
    ['a missing input', { inputs: {} }],
    ['a dataset', { datasets: { staff: '00' } }],
    ['kernel', { kernel: 'ir' }]
  ])('changes with %s', (_name, change) => {
    expect(runKey({ ...PARTS, ...change })).not.toBe(KEY);
  });

  it('refuses a number that JSON cannot write', () => {
    expect(() => runKey({ ...PARTS, inputs: { bill: NaN } })).toThrow();
  });
});

describe('automationId()', () => {
  it('is the beginning of the SHA-256 of the path', () => {
    expect(automationId('')).toBe('e3b0c44298fc1c14');
    expect(automationId('tips/automate.yaml')).toMatch(/^[0-9a-f]{16}$/);
    expect(automationId('tips/automate.yaml')).not.toBe(automationId('tips/automate.yml'));
  });
});
