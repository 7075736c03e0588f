import type { StepName } from '../../../core/automation/automation';
import type { ISample } from '../../../core/template/__tests__/sample';
import { createRequest } from '../../../core/template/__tests__/sample';
import { renderStep } from '../../../core/template/stepPage';
import { findPlaces, type IPlace } from '../../place';
import { ENGLISH } from '../../words';
import type { IActivated, IActivatorContext, IViewActivator } from '../activator';

/** A page with one place of the view. */
export interface IActivatorSample {
  step: StepName;
  sample: ISample;
  /** A newer state of the same place. */
  newer?: ISample;
  /** Text of its data; null when the server refuses. */
  data?: string | null;
}

/** Shows every element at once; the environment has one that never does. */
class SeeingObserver {
  constructor(private readonly _callback: IntersectionObserverCallback) {}

  observe(target: Element): void {
    const entry = { isIntersecting: true, target } as IntersectionObserverEntry;
    this._callback([entry], this as unknown as IntersectionObserver);
  }

  disconnect(): void {
    // It observes nothing for long.
  }
}

/** A place of a sample with what an activator gets for it. */
export async function createPlace(
  { step, sample, data = null }: IActivatorSample,
  more: Partial<IActivatorContext> = {}
): Promise<{ place: IPlace; context: IActivatorContext; signals: AbortSignal[] }> {
  window.IntersectionObserver = SeeingObserver as unknown as typeof IntersectionObserver;
  document.body.innerHTML = (await renderStep(createRequest(step, sample))).html;
  const [place] = findPlaces(document);
  const signals: AbortSignal[] = [];
  const context: IActivatorContext = {
    place,
    name: 'Some label',
    words: ENGLISH,
    fetchText: async (_, signal) => {
      signals.push(signal);
      if (data === null) {
        throw new Error('there is no data yet');
      }
      return data;
    },
    fetchPieces: async function* (uri, signal) {
      yield await context.fetchText(uri, signal);
    },
    mayRunCode: true,
    assetUri: name => `/assets/${name}`,
    isPrint: false,
    fetchData: async (_, signal) => {
      signals.push(signal);
      return response(data);
    },
    upload: async () => '/f/1',
    onEdit: jest.fn(),
    onData: jest.fn(),
    report: error => {
      throw error;
    },
    ...more
  };
  return { place, context, signals };
}

/** An answer of the server; jsdom has none. */
function response(text: string | null): Response {
  const answer: Partial<Response> = {
    ok: text !== null,
    status: text === null ? 404 : 200,
    headers: new Map() as unknown as Headers,
    text: async () => text ?? '',
    json: async () => JSON.parse(text ?? '{}') as unknown,
    arrayBuffer: async () => new Uint8Array(Buffer.from(text ?? '')).buffer
  };
  return answer as Response;
}

/** The element that a newer page has in the place of a sample. */
export async function newerElement(step: StepName, sample: ISample): Promise<HTMLElement> {
  const shell = document.createElement('div');
  shell.innerHTML = (await renderStep(createRequest(step, sample))).html;
  return findPlaces(shell)[0].element;
}

/** Let promises that are settled go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

/**
 * What every activator keeps to, whatever the view.
 *
 * @param samples - places that it brings to life
 */
export function activatorContract(
  activator: IViewActivator,
  samples: readonly IActivatorSample[]
): void {
  describe(`activator ${activator.name}`, () => {
    it('has the name of a view', () => {
      expect(activator.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    });

    it('leaves alone what is no data yet, and elements of another kind', async () => {
      for (const { step, sample } of samples) {
        const { place, context } = await createPlace({
          step,
          sample: { ...sample, values: {}, data: {} }
        });
        const markup = document.body.innerHTML;
        activator.activate(place.element, context)?.dispose();
        expect(document.body.innerHTML).toBe(markup);
        const other = document.createElement('b');
        expect(() => activator.activate(other, context)?.dispose()).not.toThrow();
      }
    });

    it.each(samples)('takes away what it added, so that it can begin anew: %#', async sample => {
      const { place, context } = await createPlace(sample);
      const markup = document.body.innerHTML;
      const activated = activator.activate(place.element, context);
      await settle();
      const alive = document.body.innerHTML;
      activated?.dispose();
      activated?.dispose();
      expect(document.body.innerHTML).toBe(markup);
      const again = activator.activate(place.element, context);
      await settle();
      expect(document.body.innerHTML).toBe(alive);
      again?.dispose();
    });

    it.each(samples)('stops its requests when it is disposed: %#', async sample => {
      const { place, context, signals } = await createPlace(sample, {});
      const activated = activator.activate(place.element, context);
      clickAll(place);
      activated?.dispose();
      const markup = document.body.innerHTML;
      await settle();
      expect(document.body.innerHTML).toBe(markup);
      expect(signals.every(({ aborted }) => aborted)).toBe(true);
    });

    it.each(samples)('names its buttons and fields, which submit nothing: %#', async sample => {
      const { place, context } = await createPlace(sample);
      const before = new Set(document.querySelectorAll('*'));
      const activated = activator.activate(place.element, context);
      await settle();
      for (const element of [...document.querySelectorAll('*')].filter(each => !before.has(each))) {
        if (element instanceof HTMLButtonElement) {
          expect(element.type).toBe('button');
          expect(nameOf(element)).not.toBe('');
        } else if (element.matches('input, progress')) {
          expect(element.getAttribute('aria-label')).toBeTruthy();
        }
      }
      activated?.dispose();
    });

    it.each(samples)('takes a newer state over, or says that it cannot: %#', async sample => {
      const { place, context } = await createPlace(sample);
      const activated: IActivated | null = activator.activate(place.element, context);
      await settle();
      const newer = await newerElement(sample.step, sample.newer ?? sample.sample);
      const text = newer.textContent;
      if (activated?.update?.(newer) && !sample.data) {
        expect(place.element.textContent).toContain(text?.trim() ?? '');
      }
      await settle();
      activated?.dispose();
      const empty = await newerElement(sample.step, { ...sample.sample, values: {}, data: {} });
      expect([true, false, undefined]).toContain(activated?.update?.(empty));
    });
  });
}

function nameOf(element: HTMLElement): string {
  return element.getAttribute('aria-label') ?? element.textContent ?? '';
}

function clickAll({ element, wrapper }: IPlace): void {
  const root = wrapper ?? element;
  root.querySelectorAll('button').forEach(button => button.click());
}
