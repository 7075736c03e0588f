import type { KeyTable } from '../keys/key';
import { KEYS } from '../keys/keys';
import { PROBLEM_CODES } from '../problemCodes';

function walk(keys: KeyTable, visit: (name: string, key: KeyTable[string]) => void): void {
  for (const [name, key] of Object.entries(keys)) {
    visit(name, key);
    if ('keys' in key && key.keys) {
      walk(key.keys, visit);
    }
  }
}

describe('KEYS', () => {
  it('says of every key what it means', () => {
    walk(KEYS, (name, key) => {
      expect(`${name}: ${key.meaning}`).toMatch(/: \S.*[^.]$/);
    });
  });

  it('gives enumerations a default that is one of their values, and a known code', () => {
    walk(KEYS, (_name, key) => {
      if (key.type === 'text' && key.values) {
        expect(Object.keys(PROBLEM_CODES)).toContain(key.code ?? 'unknown-value');
        expect([undefined, ...key.values]).toContain(key.default);
      }
    });
  });
});
