import { codeDigest, sha256Hex } from '../digest';

describe('sha256Hex()', () => {
  it('digests UTF-8', () => {
    expect(sha256Hex('hello\n')).toBe(
      '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'
    );
    expect(sha256Hex('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
});

describe('codeDigest()', () => {
  const files = [
    { path: 'run.ipynb', sha256: 'a'.repeat(64) },
    { path: 'größe.py', sha256: 'b'.repeat(64) }
  ];

  it('does not depend on the order of files or keys', () => {
    expect(codeDigest([...files].reverse(), { output: {}, input: { a: 1 } })).toBe(
      codeDigest(files, { input: { a: 1 }, output: {} })
    );
  });

  it('changes with a path, a byte of a file and the configuration', () => {
    const digest = codeDigest(files, { input: {} });
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(codeDigest([{ ...files[0], path: 'run2.ipynb' }, files[1]], { input: {} })).not.toBe(
      digest
    );
    expect(codeDigest([{ ...files[0], sha256: 'c'.repeat(64) }, files[1]], { input: {} })).not.toBe(
      digest
    );
    expect(codeDigest(files, { input: { a: 1 } })).not.toBe(digest);
  });

  it('digests an automation without code', () => {
    expect(codeDigest([], {})).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
