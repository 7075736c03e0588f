import { contentPolicy } from '../../contentPolicy';

const read = (more: { styleUris?: string[]; connectUris?: string[] }) =>
  new Map(
    contentPolicy({ nonce: 'n', styleUris: [], origins: [], ...more })
      .split('; ')
      .map(directive => {
        const [name, ...values] = directive.split(' ');
        return [name, values] as const;
      })
  );

describe('contentPolicy()', () => {
  it('lets pages read from this server, and maps from the origins that their authors name', () => {
    expect(read({}).get('connect-src')).toEqual(["'self'"]);
    const connectUris = [
      'https://tiles.example/{z}/{x}/{y}.png',
      'https://tiles.example/style.json',
      'roads.geojson',
      'https://a b; script-src *'
    ];
    const policy = read({ connectUris });
    expect(policy.get('connect-src')).toEqual(["'self'", 'https://tiles.example']);
    expect(policy.get('script-src')).toEqual(["'self'", "'nonce-n'"]);
  });
});
