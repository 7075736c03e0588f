import fc from 'fast-check';
import { JSDOM } from 'jsdom';
import type { IVariable } from '../core/automation/automation';
import type { JsonObject } from '../core/json';
import { textOfValue } from '../core/view/valueText';
import {
  expectInert,
  hostileJson as json,
  hostileScalar as scalar,
  hostileText as text
} from './hostileValues';
import { InputProblem, type IView, type IViewContext, type VariableData } from '../core/view/view';

/** Scripts do not run in it, and pictures are not fetched. */
const page = new JSDOM('').window.document;

/** Configurations: any, and such with the keys that the view knows. */
function configurations(view: IView): fc.Arbitrary<JsonObject> {
  const item = fc.oneof(fc.record({ value: scalar, name: scalar }), json);
  const value = fc.oneof(json, fc.array(item, { maxLength: 4 }));
  const keys = [...view.configurationKeys, 'help', 'disabled'];
  return fc.dictionary(fc.oneof(fc.constantFrom(...keys), text), value, {
    maxKeys: 5,
    noNullPrototype: true
  });
}

const data: fc.Arbitrary<VariableData> = fc.oneof(
  json.map(value => ({ kind: 'value' as const, value, text: textOfValue(value) })),
  fc.record({ value: json, text }).map(pair => ({ kind: 'value' as const, ...pair })),
  fc.constant({ kind: 'none' as const }),
  fc.record({
    kind: fc.constant('file' as const),
    name: text,
    type: fc.constantFrom('text/plain', 'image/png', 'image/svg+xml', 'application/json'),
    size: fc.nat()
  })
);

/** A context for a view, with what a test cares about. */
export function createViewContext(view: IView, options: Partial<IViewContext> = {}): IViewContext {
  const variable: IVariable = {
    step: 'input',
    id: 'some_id',
    view: view.name,
    path: 'variables.dictionary',
    label: 'Some label',
    configuration: {},
    mode: null,
    isRequired: true,
    isRequiredExplicit: false,
    level: null,
    position: { file: '/x/automate.yaml', line: 1, column: 1 }
  };
  return {
    variable,
    elementId: 'v0',
    data: { kind: 'none' },
    configuration: {},
    uri: 'b/standard/o/some_id',
    stamp: 's1',
    environment: {},
    hasLabel: true,
    error: '',
    ...options
  };
}

function contexts(view: IView): fc.Arbitrary<IViewContext> {
  return fc
    .record({
      data,
      configuration: configurations(view),
      label: text,
      uri: text,
      error: text,
      stamp: text,
      hasLabel: fc.boolean()
    })
    .map(({ label, ...rest }) => {
      const context = createViewContext(view, rest);
      return { ...context, variable: { ...context.variable, label } };
    });
}

/**
 * What holds for every view, ours or a third party's. Call it in a spec of the Jest project `node`.
 *
 * @param createView - called for each test
 */
export function viewContract(name: string, createView: () => IView): void {
  describe(`view ${name}`, () => {
    it('has its name in kebab-case and renders something', () => {
      const view = createView();
      expect(view.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(view.input ?? view.output).toBeDefined();
      expect(!view.input || view.parse).toBeTruthy();
    });

    renderContract('output', createView);
    if (createView().input) {
      renderContract('input', createView);
      inputContract(createView);
    }
    secretContract(createView);
  });
}

function renderContract(mode: 'input' | 'output', createView: () => IView): void {
  const render = (view: IView, context: IViewContext) => {
    const markup = view[mode]?.(context).toString() ?? '';
    return { markup, body: parse(markup) };
  };

  if (!createView()[mode]) {
    return;
  }

  it(`never fails for an ${mode}, and escapes what it shows in every field`, () => {
    const view = createView();
    fc.assert(
      fc.property(contexts(view), context => {
        const { markup, body } = render(view, context);
        expect(markup).not.toContain('\0');
        expect(
          body.querySelector('x-evil, script, style, iframe, object, embed, base, meta, link')
        ).toBeNull();
        expectInert(body);
      }),
      { numRuns: 150 }
    );
  });

  it(`puts the attributes of its place on one element of an ${mode}`, () => {
    const view = createView();
    fc.assert(
      fc.property(data, shown => {
        const { body } = render(view, createViewContext(view, { data: shown }));
        const element = body.querySelector('#v0');
        expect(element?.className.split(' ').slice(0, 3)).toEqual([
          `_${mode}`,
          `_${view.name}`,
          'some_id'
        ]);
        expect(element?.getAttribute('data-view')).toBe(view.name);
        expect(element?.getAttribute('data-variable')).toBe('some_id');
        expect(element?.getAttribute('data-step')).toBe('input');
        expect(element?.getAttribute('data-stamp')).toBe('s1');
        const ids = [...body.querySelectorAll('[id]')].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every(id => id === 'v0' || id.startsWith('v0-'))).toBe(true);
        if (mode === 'output') {
          expect(body.children).toHaveLength(1);
          expect(body.textContent).toBe(element?.textContent);
        }
      }),
      { numRuns: 30 }
    );
  });

  it(`renders no data as an empty ${mode}`, () => {
    const view = createView();
    const { body } = render(view, createViewContext(view));
    if (mode === 'output') {
      expect(body.textContent?.trim()).toBe('');
      expect(body.querySelector('img, a, table')).toBeNull();
    } else {
      expect(body.querySelector('[checked], [selected]')).toBeNull();
      expect(body.querySelector('[value]:not([value=""])')).toBeNull();
    }
  });
}

function inputContract(createView: () => IView): void {
  const render = (view: IView, options: Partial<IViewContext>) =>
    parse(view.input?.(createViewContext(view, options)).toString() ?? '');

  it('has an accessible name, with and without a label', () => {
    const view = createView();
    const unlabelled = render(view, { hasLabel: false }).querySelector('#v0');
    expect(unlabelled?.getAttribute('aria-label')).toBe('Some label');
    const labelled = render(view, { hasLabel: true }).querySelector('#v0');
    if (view.isGroup) {
      expect(labelled?.tagName).toBe('FIELDSET');
      expect(labelled?.querySelector(':scope > legend')?.textContent).toBe('Some label');
    } else {
      // The page has `<label for="v0">`, which needs an element that can be labelled.
      expect(labelled?.matches('input, textarea, select, button, output, meter, progress')).toBe(
        true
      );
      expect(labelled?.hasAttribute('aria-label')).toBe(false);
    }
  });

  it('ties its error and its help to the control', () => {
    const view = createView();
    const configuration = { help: 'Some help' };
    const body = render(view, { configuration, error: 'Some error' });
    const control = body.querySelector('#v0');
    expect(control?.getAttribute('aria-invalid')).toBe('true');
    const described = (control?.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map(id => body.querySelector(`#${id}`)?.textContent);
    expect(described).toEqual(['Some help', 'Some error']);
    const valid = render(view, { configuration });
    expect(valid.querySelector('#v0')?.hasAttribute('aria-invalid')).toBe(false);
    expect(valid.querySelector('#v0-error')?.hasAttribute('hidden')).toBe(true);
  });

  it('parses any value, or refuses it with a sentence for people', () => {
    const view = createView();
    fc.assert(
      fc.property(json, configurations(view), (raw, configuration) => {
        try {
          const parsed = view.parse?.(raw, configuration);
          expect(JSON.stringify(parsed)).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(InputProblem);
          expect((error as InputProblem).message).not.toMatch(/^$|undefined|\[object/);
        }
      })
    );
  });

  it('says which keys of a configuration are wrong, and never fails for one', () => {
    const view = createView();
    fc.assert(
      fc.property(configurations(view), configuration => {
        for (const { key, message } of view.check?.(configuration) ?? []) {
          expect(view.configurationKeys).toContain(key.split('.')[0]);
          expect(message).not.toBe('');
        }
      })
    );
    expect(view.check?.({}) ?? []).toEqual([]);
  });
}

function secretContract(createView: () => IView): void {
  if (!createView().isSecret) {
    return;
  }
  it('never puts its value, or its length, into a page', () => {
    const view = createView();
    const show = (value: string) => {
      const context = createViewContext(view, { data: { kind: 'value', value, text: value } });
      return `${view.input?.(context)}${view.output?.(context)}`;
    };
    expect(show('swordfish')).not.toContain('swordfish');
    expect(show('swordfish')).toBe(show('another'));
  });
}

function parse(markup: string): HTMLElement {
  const element = page.createElement('div');
  element.innerHTML = markup;
  return element;
}
