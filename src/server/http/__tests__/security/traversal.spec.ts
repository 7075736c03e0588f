import { CanarySite, CANARY, HIDDEN_FILES } from './canarySite';
import type { IAnswer } from './listener';
import { addressOf, routesOf, type IRoute } from './routes';

/** Ways to write a path so that a careless filter passes it on. */
const DISGUISES: readonly ((path: string) => string)[] = [
  path => path,
  path => encodeURIComponent(path),
  path => encodeURIComponent(encodeURIComponent(path)),
  path => path.replace(/\.\./g, '%2e%2e').replace(/\//g, '%2f'),
  path => path.replace(/\//g, '\\'),
  path => path.replace(/\//g, '%5c'),
  path => path.replace(/\//g, '%c0%af'),
  path => path.replace(/\.\./g, '....').replace(/\//g, '//'),
  path => `${encodeURIComponent(path)}%00.csv`,
  path => `${encodeURIComponent(path)}%23.csv`,
  // Letters that some systems fold into dots and slashes.
  path => encodeURIComponent(path.replace(/\.\./g, '\uff0e\uff0e').replace(/\//g, '\u2215')),
  path => encodeURIComponent(path.replace(/\//g, '\uff0f'))
];

const ODD_VALUES: readonly string[] = [
  '.',
  '..',
  '%2e%2e',
  '%2e%2e%2f',
  '..%2f..%2f..%2f..%2fetc%2fpasswd',
  '%2fetc%2fpasswd',
  'file%3a%2f%2f%2fetc%2fpasswd',
  'C%3a%5cWindows%5cwin.ini',
  '%00',
  'x%00y',
  '%0d%0aSet-Cookie:%20a=b',
  '%E2%80%AE',
  '%ff',
  '%zz',
  '%',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'a'.repeat(3000),
  'a'.repeat(9000),
  '-1',
  '1e999',
  'NaN',
  '*',
  '~',
  'link%2fsecret.txt',
  'escape',
  'escape.json',
  'through',
  'data.json',
  '..%2fescape.txt',
  'picture',
  'hidden',
  'hidden.json',
  '.hidden.txt'
];

/** From the folders in which names are looked up to the files with the canary. */
const STARTS: readonly string[] = ['', '../', '../../', '../../../', '../../../../'];

/** Each path in two disguises in turn, so that every file comes in every disguise. */
function attacks(): string[] {
  const paths = STARTS.flatMap(start => HIDDEN_FILES.map(name => `${start}${name}`));
  const disguised = paths.flatMap((path, index) =>
    [0, 6].map(shift => DISGUISES[(index + shift) % DISGUISES.length](path))
  );
  return [...new Set([...ODD_VALUES, ...disguised])];
}

const ATTACKS = attacks();

describe.each([
  ['on its own listener', false],
  ['inside Jupyter', true]
])('paths from outside, %s', (_where, hasSites) => {
  let canary: CanarySite;
  let outside: Record<string, string>;

  beforeAll(async () => {
    canary = await CanarySite.create({ hasSites, ...(hasSites ? { rules: '' } : {}) });
    outside = await canary.outside();
    expect(Object.values(outside).join()).toContain(CANARY);
  });

  afterAll(() => canary.dispose());

  afterEach(async () => {
    expect(await canary.outside()).toEqual(outside);
  });

  /** Ask with every attack, and tell those that got through. */
  async function attack(
    routes: readonly IRoute[],
    fieldsOf: (route: IRoute) => readonly string[],
    ask: (route: IRoute, field: string, value: string) => Promise<IAnswer>
  ): Promise<{ leaks: string[]; count: number }> {
    const leaks: string[] = [];
    let count = 0;
    for (const route of routes) {
      for (const field of fieldsOf(route)) {
        await Promise.all(
          ATTACKS.map(async value => {
            const answer = await ask(route, field, value);
            count += 1;
            const isLeak = answer.body.includes(CANARY) || answer.headers['x-injected'];
            if (isLeak || (answer.status >= 500 && answer.status !== 503)) {
              leaks.push(
                `${route.method} ${route.url} ${field}=${value.slice(0, 80)}: ${answer.status} ${answer.body.slice(0, 120)}`
              );
            }
          })
        );
      }
    }
    return { leaks, count };
  }

  const pathOf = (route: IRoute, changed: Record<string, string> = {}) =>
    addressOf(
      route,
      Object.fromEntries(
        route.params.map(name => [name, changed[name] ?? canary.valueOf(route, name)])
      )
    );

  const ask = (route: IRoute, path: string, body?: object) =>
    canary.listener.ask({
      method: route.method,
      path,
      headers: {
        ...canary.headers,
        ...(body ? { 'content-type': 'application/json' } : {})
      },
      body: body && JSON.stringify(body)
    });

  it('open nothing in any parameter of any route', async () => {
    const { leaks, count } = await attack(
      // Inside Jupyter routes differ by what stands before them alone. A document waits for its run.
      routesOf(canary.site.app).filter(({ url }) => !hasSites || !url.endsWith('/pdf')),
      ({ params }) => params.filter(name => !hasSites || name === 'site'),
      (route, name, value) =>
        ask(route, pathOf(route, { [name]: value }), route.method === 'GET' ? undefined : {})
    );
    expect(leaks).toEqual([]);
    expect(count).toBeGreaterThan(hasSites ? 1000 : 4000);
  });

  it('open nothing in any query of any route', async () => {
    const start = hasSites ? '/_site/:site/a/:automation/b/:batch/:step/:variable' : '/';
    const names = ['_token', '_print', 'rows', 'sandbox', 'school', 'letter'];
    const { leaks, count } = await attack(
      routesOf(canary.site.app).filter(
        ({ method, url }) => method === 'GET' && url.startsWith(start)
      ),
      ({ url, query }) => (/:variable$|:step$/.test(url) ? [...query, ...names] : query),
      (route, name, value) => ask(route, `${pathOf(route)}?${name}=${value}`)
    );
    expect(leaks).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });

  it('open nothing in any field of any body', async () => {
    const plain = (value: string) => {
      try {
        return decodeURIComponent(value);
      } catch {
        return value;
      }
    };
    const { leaks, count } = await attack(
      routesOf(canary.site.app).filter(
        ({ method, url }) => method === 'POST' && (!hasSites || url.endsWith('/find'))
      ),
      ({ url, body }) => (/:automation$/.test(url) ? ['letter', 'value'] : body),
      (route, name, value) => {
        const text = plain(value);
        const uri = { uri: `/f/${text}` };
        const file = { letter: name === 'value' ? { value: uri } : uri };
        const changed: Record<string, unknown> = { inputs: file, batches: [text] };
        return ask(route, pathOf(route), {
          ...(/:automation$/.test(route.url)
            ? { school: { value: 'north' }, grade: { value: 1 }, ...file }
            : {}),
          ...(/runs$|prints$/.test(route.url) ? { automation: canary.site.automation } : {}),
          ...(route.body.includes('name') ? { name: 'new', inputs: {} } : {}),
          ...(route.body.length ? { [name]: changed[name] ?? text } : {})
        });
      }
    );
    expect(leaks).toEqual([]);
    expect(count).toBeGreaterThan(hasSites ? 50 : 500);
  });
});
