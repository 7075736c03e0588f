import fc from 'fast-check';
import { addressBeside } from '../relativeAddress';

describe('addressBeside()', () => {
  it('names files in the same folder and below', () => {
    expect(addressBeside('/a/x/b/y/o/chart?v=1', 'towns.csv')).toBe('/a/x/b/y/o/chart/towns.csv');
    expect(addressBeside('/o/chart', './data/Ås towns.csv')).toBe(
      '/o/chart/data/%C3%85s%20towns.csv'
    );
  });

  it.each([
    'https://evil.example/x.csv',
    '//evil.example/x.csv',
    '/etc/passwd',
    '../x.csv',
    'a/../../x.csv',
    'a\\..\\x.csv',
    '.hidden',
    'a/.hidden/b.csv',
    'a//b.csv',
    'x.csv?y=1',
    '%2e%2e/x.csv',
    'x.csv#y',
    'data:text/csv,a',
    'a\nb.csv',
    ''
  ])('refuses %j', address => {
    expect(addressBeside('/o/chart', address)).toBeNull();
  });

  it('never leaves the address of the variable', () => {
    fc.assert(
      fc.property(
        fc.stringOf(fc.constantFrom('.', '/', '\\', '%', 'a', ':', '2', 'e', ' ')),
        address => {
          const uri = addressBeside('/root/o/chart', address);
          if (uri !== null) {
            expect(new URL(uri, 'https://host.example').pathname).toMatch(
              /^\/root\/o\/chart\/[^/]/
            );
          }
        }
      )
    );
  });
});
