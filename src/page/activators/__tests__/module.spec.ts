import type { IViewModule } from '../../host';
import { activatePage } from '../../activate';
import type { IPageHost } from '../../host';

/** A page with one control and one output of views that the tool brings. */
const PAGE = `<div class="_page"><form>
  <fieldset id="v0" class="_input _stars rating" data-view="stars" data-variable="rating" data-step="input"
    data-stamp="1" data-uri="/i/rating" data-module="stars-0123.mjs" data-draw>
    <button type="button">more</button><input type="hidden" name="value" value="1">
  </fieldset></form>
  <div id="v1" class="_output _stars shown" data-view="stars" data-variable="shown" data-step="output"
    data-stamp="1" data-uri="/o/shown" data-module="stars-0123.mjs" data-draw>x</div>
  <span id="v2" class="_output _string other" data-view="string" data-variable="other" data-step="output"
    data-stamp="1" data-uri="/o/other">y</span></div>`;

describe('the browser part of a view that a tool brings', () => {
  let problems: unknown[];
  let loaded: string[];

  beforeEach(() => {
    document.body.innerHTML = PAGE;
    problems = [];
    loaded = [];
  });

  function open(module: (() => Promise<IViewModule>) | null) {
    const host: IPageHost = {
      fetchFragment: () => Promise.resolve({ html: PAGE, stamp: '1' }),
      fetchData: () => Promise.resolve(new Response('{"a": 1}')),
      assetUri: name => `/assets/${name}`,
      upload: () => Promise.resolve('/f/1'),
      submit: () => Promise.resolve([]),
      loadDraft: () => Promise.resolve(null),
      saveDraft: () => undefined,
      report: error => problems.push(error),
      ...(module && {
        loadModule: (name: string) => {
          loaded.push(name);
          return module();
        }
      })
    };
    return activatePage(document, host);
  }

  /** Resolves when both places are ready, or have failed. */
  async function settled(): Promise<string[]> {
    const places = [...document.querySelectorAll<HTMLElement>('[data-draw]')];
    await new Promise<void>(resolve => {
      const look = () =>
        places.every(({ dataset }) => dataset.ready !== undefined) &&
        (observer.disconnect(), resolve());
      const observer = new MutationObserver(look);
      observer.observe(document.body, { subtree: true, attributes: true });
      look();
    });
    return places.map(({ dataset }) => dataset.ready ?? 'none');
  }

  it('gives and takes the value of its control, and is told of resets', async () => {
    const values: string[] = [];
    const page = open(() =>
      Promise.resolve({
        default: {
          activate(element: HTMLElement, context: Record<string, never>) {
            const { mode, value, setValue, onValue } = context as never as {
              mode: string;
              value(): string;
              setValue(text: string): void;
              onValue(listener: (text: string) => void): void;
            };
            if (mode === 'input') {
              onValue(text => values.push(text));
              const button = element.querySelector('button');
              button?.addEventListener('click', () => setValue(`${value()}1`));
            }
          }
        }
      })
    );
    expect(await settled()).toEqual(['', '']);
    expect(loaded).toEqual(['stars-0123.mjs', 'stars-0123.mjs']);
    expect(page.isChanged).toBe(false);
    document.querySelector<HTMLElement>('#v0 button')?.click();
    expect(page.isChanged).toBe(true);
    expect(await page.values()).toEqual({ rating: { value: '11' } });
    page.reset();
    expect(values).toEqual(['1']);
    expect(page.isChanged).toBe(false);
    page.dispose();
  });

  it.each([
    ['cannot be loaded', () => Promise.reject(new Error('404'))],
    ['exports nothing', () => Promise.resolve({})],
    [
      'throws',
      () =>
        Promise.resolve({
          default: {
            activate() {
              throw new Error('no hall');
            }
          }
        })
    ]
  ])('says in its place that it fails when it %s, and the form works on', async (_, module) => {
    const page = open(module);
    expect(await settled()).toEqual(['failed', 'failed']);
    const shown = [...document.querySelectorAll('[data-problem="view-unavailable"]')];
    expect(shown.map(({ parentElement }) => parentElement?.id)).toEqual(['v0', 'v1']);
    expect(shown[0].textContent).toMatch(/^View "stars" does not work here/);
    expect(shown[0].textContent).not.toMatch(/404|hall/);
    expect(problems).toHaveLength(2);
    expect(await page.values()).toEqual({ rating: { value: '1' } });
    page.dispose();
    expect(document.querySelector('[data-problem]')).toBeNull();
  });

  it('is left when the page is left, also while it loads', async () => {
    const ends: string[] = [];
    let finish: (module: IViewModule) => void = () => undefined;
    const loading = new Promise<IViewModule>(resolve => (finish = resolve));
    const activate = (element: HTMLElement) => ({ dispose: () => ends.push(element.id) });
    const early = open(() => loading);
    early.dispose();
    finish({ default: { activate } });
    await loading;
    const late = open(() => loading);
    await settled();
    late.dispose();
    late.dispose();
    expect(ends).toEqual(['v0', 'v1']);
  });

  it('runs nothing where code of authors must not run, and the control works', async () => {
    const page = open(null);
    expect(await page.values()).toEqual({ rating: { value: '1' } });
    const value = document.querySelector<HTMLInputElement>('[name="value"]');
    value!.value = '2';
    expect(await page.values()).toEqual({ rating: { value: '2' } });
    page.dispose();
  });
});
