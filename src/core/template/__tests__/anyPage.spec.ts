import fc from 'fast-check';
import { JSDOM } from 'jsdom';
import { expectInert, hostileJson, hostileText } from '../../../testing/hostileValues';
import type { IAutomationSummary } from '../../api';
import type { JsonObject } from '../../json';
import { createViewRegistry } from '../../view/registry';
import type { IPageFrame } from '../document';
import { renderStepPage } from '../page';
import { renderStep } from '../stepPage';
import { createRequest, createVariable } from './sample';

const NONCE = 'of-this-page';

const FRAME: IPageFrame = {
  rootUri: '/root',
  nonce: NONCE,
  assets: { style: '/page.css', script: '/page.js', logo: '/logo.svg' }
};

type Words = typeof words extends fc.Arbitrary<infer T> ? T : never;

const SITE = { siteTitle: 'Tools', hasRootPage: true, styleUris: [], banner: null, run: null };

/** Places in which authors put variables. */
const places = (id: string) => `## Of { ${id} }

Text *and { ${id} | label }* in a line

- { ${id} }
- \`{ ${id} }\`

<p title="{ ${id} }" class="{ ${id} }">{ ${id} }</p>

| a          |
| ---------- |
| { ${id} } |
`;

const AUTOMATION: IAutomationSummary = {
  ...{ id: 'a', configuration: 'automate.yaml', name: '', slug: 'a', title: '', description: '' },
  ...{ version: '1', uri: 'a/a', steps: ['input', 'output'], problems: [], notebooks: [] },
  ...{ isUsable: true, isRunnable: true, batchCount: 1, firstBatch: 'standard' }
};

/** What a variable may be given, and what its page says. */
const given = fc.record({
  value: fc.oneof(hostileJson, hostileText),
  label: hostileText,
  help: hostileText,
  error: hostileText,
  prefill: hostileText
});

type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

const words = fc.record({ title: hostileText, name: hostileText, hasTemplate: fc.boolean() });

describe.each(['input', 'output'] as const)('the whole page of an %s', step => {
  const registry = createViewRegistry();
  const views = registry.names().filter(name => registry.get(name)?.[step]);

  async function render(all: readonly Given[], { title, name, hasTemplate }: Words) {
    const ids = views.map(view => `of-${view}`);
    const pick = <K extends keyof Given>(key: K): Record<string, Given[K]> =>
      Object.fromEntries(ids.map((id, index) => [id, all[index][key]]));
    const variables = views.map((view, index) => {
      const { label, help } = all[index];
      const configuration: JsonObject = { help, placeholder: help };
      return createVariable(step, ids[index], view, { label, configuration });
    });
    const sample = {
      variables,
      values: pick('value'),
      templates: hasTemplate ? ids.map(places) : []
    };
    const more = { nonce: NONCE, errors: pick('error'), prefill: pick('prefill') };
    const rendered = await renderStep(createRequest(step, sample, more));
    const automation = { ...AUTOMATION, title, name: title, description: title };
    const batch = { slug: 'standard', name };
    return renderStepPage(FRAME, { ...SITE, step, rendered, automation, batch });
  }

  it('shows any data with every view, and runs none of them', async () => {
    const all = fc.array(given, { minLength: views.length, maxLength: views.length });
    await fc.assert(
      fc.asyncProperty(all, words, async (data, said) => {
        const page = await render(data, said);
        expect(page).not.toContain('\0');
        const { document } = new JSDOM(page).window;
        expect(document.querySelector('x-evil, iframe[srcdoc], object, embed, base')).toBeNull();
        for (const script of document.querySelectorAll('script')) {
          // What data would bring has no nonce, which the policy of pages asks for.
          const isOurs = script.nonce === NONCE || script.type === 'application/json';
          expect([script.outerHTML, isOurs]).toEqual([script.outerHTML, true]);
        }
        expect(JSON.parse(document.getElementById('_page')?.textContent ?? '')).toBeDefined();
        expectInert(document.body);
        expect(document.querySelectorAll('main')).toHaveLength(1);
        for (const view of views) {
          expect([view, document.querySelector(`[data-variable="of-${view}"]`)]).not.toContain(
            null
          );
        }
      }),
      { numRuns: 12 }
    );
  });
});
