import { createViewRegistry } from '../../../../core/view/registry';
import { hostileAutomation, hostileTexts } from '../../../../testing/hostileAutomation';
import { serveSite, type IServedSite } from '../servedSite';
import { dangersIn, weaknessesOf } from './harmless';

const ALL = hostileTexts().join(' ');

describe('hostile values in every kind of data on every view', () => {
  let site: IServedSite;
  let run: string;

  beforeAll(async () => {
    site = await serveSite(hostileAutomation());
    expect(site.loaded.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { id } = (
      await site.post('/api/runs', { automation: site.loaded.id, batch: 'standard' })
    ).json();
    run = id;
    const ended = await site.ended(run);
    expect(ended.error?.tail?.join()).toContain('<script>');
  });

  afterAll(() => site.close());

  /** Ask for a page, and tell what is wrong with it. */
  async function look(url: string): Promise<{ body: string; wrong: string[] }> {
    const answer = await site.app.inject({ url, headers: { accept: 'text/html' } });
    const policy = String(answer.headers['content-security-policy'] ?? '');
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    return {
      body: answer.body,
      wrong: [...weaknessesOf(policy), ...dangersIn(answer.body, nonce)]
    };
  }

  it('would be found by this test', () => {
    for (const text of hostileTexts().filter(item => item.startsWith('<'))) {
      expect([text, dangersIn(`<p>${text}</p>`, 'n')]).not.toEqual([text, []]);
    }
    expect(weaknessesOf("script-src 'self' 'unsafe-inline'")).toContain(
      "script-src 'unsafe-inline'"
    );
  });

  it('are there, with every view that is registered', async () => {
    const registry = createViewRegistry();
    const { body } = await look('/a/hostile/b/standard/o');
    for (const name of registry.names().filter(item => registry.get(item)?.output)) {
      expect(body).toContain(`data-variable="text_${name.replace(/-/g, '_')}"`);
    }
    const form = (await look('/a/hostile/b/standard/i')).body;
    const inputs = registry
      .names()
      .filter(item => registry.get(item)?.input && registry.get(item)?.parse);
    for (const name of inputs) {
      expect(form).toContain(`data-variable="in_${name.replace(/-/g, '_')}"`);
    }
  });

  it.each([
    '/',
    '/a/hostile',
    ...['i', 'o', 'l', 'd', 'p'].map(step => `/a/hostile/b/standard/${step}`)
  ])('do nothing on %s, as it is, embedded, and printed', async url => {
    for (const query of ['', '?_embed', '?_print']) {
      expect([query, (await look(`${url}${query}`)).wrong]).toEqual([query, []]);
    }
  });

  it('do nothing where an address gives them, on forms, lists, and pages that are not there', async () => {
    const registry = createViewRegistry();
    const names = registry.names().map(name => `in_${name.replace(/-/g, '_')}`);
    for (const text of [...hostileTexts(), ALL]) {
      const value = encodeURIComponent(text);
      const query = [...names, 'marker', 'text_html', value]
        .map(name => `${name}=${value}`)
        .join('&');
      const urls = [
        `/a/${value}`,
        `/a/hostile/b/${value}/o`,
        `/a/hostile/b/standard/o/${value}`,
        `/${value}`,
        `/a/hostile?filter=${value}`
      ];
      // Pages with every view are large: they get all texts at once.
      const steps = text === ALL ? ['i', 'o'] : [];
      urls.push(...steps.map(step => `/a/hostile/b/standard/${step}?${query}`));
      for (const url of urls) {
        expect([url.slice(0, 60), (await look(url)).wrong]).toEqual([url.slice(0, 60), []]);
      }
    }
  });

  it('do nothing in the fragments that the panel and live pages fetch', async () => {
    for (const step of ['input', 'output', 'log', 'debug', 'print']) {
      const url = `/api/automations/${site.loaded.id}/page?step=${step}&batch=standard`;
      const fragment = (await site.app.inject(url)).json() as { html: string };
      expect([step, dangersIn(fragment.html, '')]).toEqual([step, []]);
    }
  });

  it('are data where data are asked for: no answer is a page', async () => {
    const { output } = site.loaded.get().steps;
    for (const { id } of output.variables) {
      for (const suffix of ['', '.json', '?csv', '?rows=0,10', '?sandbox']) {
        const answer = await site.app.inject(`/a/hostile/b/standard/o/${id}${suffix}`);
        const policy = String(answer.headers['content-security-policy'] ?? '');
        const type = String(answer.headers['content-type'] ?? '');
        expect([
          id,
          suffix,
          /html|svg|xml|javascript/.test(type) && !policy.includes('sandbox')
        ]).toEqual([id, suffix, false]);
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        // Tables are sorted in a thread, whose file is beside the bundle alone.
        expect(answer.statusCode === 503 || answer.statusCode < 500).toBe(true);
      }
    }
  });

  it('stay in one line of JSON, and one event, in journals and streams', async () => {
    const journal = await site.app.inject(`/api/runs/${run}/journal`);
    expect(journal.headers['content-type']).toContain('application/json');
    expect(journal.body).toContain('<script>');
    for (const topics of ['x%0Adata:%20evil', 'x%0D%0A%0D%0Aevent:%20run', 'queue%00']) {
      expect((await site.app.inject(`/api/events?topics=${topics}`)).statusCode).toBe(400);
    }
  });
});
