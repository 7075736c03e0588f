import type { JsonObject } from '../../core/json';
import type { StepName } from '../../core/automation/automation';
import { createRequest, type ISample } from '../../core/template/__tests__/sample';
import { renderStep, type IStepRequest } from '../../core/template/stepPage';
import { activatePage, type IActivePage } from '../activate';
import type { Draft, IDataChange, IPageHost } from '../host';

/** A host that writes down what it is asked for. */
export class FakeHost implements IPageHost {
  fetchFragment = jest.fn(async (_signal: AbortSignal) => this.fragment);
  fetchData = jest.fn(async (uri: string, _signal: AbortSignal) => answer(this.data(uri)));
  assetUri = (name: string) => `/assets/${name}`;
  upload = jest.fn<Promise<string>, Parameters<IPageHost['upload']>>(async () => '/f/1');
  submit = jest.fn<ReturnType<IPageHost['submit']>, Parameters<IPageHost['submit']>>(
    async () => []
  );
  loadDraft = jest.fn<Promise<JsonObject | null>, []>(async () => this.draft);
  saveDraft = jest.fn((draft: Draft | null) => {
    this.draft = draft;
  });
  report = jest.fn((error: unknown) => {
    throw error;
  });
  onData = jest.fn((_change: IDataChange) => undefined);

  /** What the page is when it is read anew. */
  fragment = { html: '', stamp: '' };
  draft: JsonObject | null = null;
  /** Text of the data at an address; null when there is none. */
  data: (uri: string) => string | null = () => null;
}

/** Put the page of a sample into the document, or into a shadow root. */
export async function showPage(
  root: Document | ShadowRoot,
  step: StepName,
  sample: ISample,
  more: Partial<IStepRequest> = {}
): Promise<void> {
  const { html } = await renderStep(createRequest(step, sample, more));
  const body = document.createElement('div');
  body.innerHTML = html;
  (root instanceof Document ? root.body : root).replaceChildren(body);
}

/** Show a page and bring it to life. */
export async function openPage(
  step: StepName,
  sample: ISample,
  more: Partial<IStepRequest> = {},
  host = new FakeHost()
): Promise<{ page: IActivePage; host: FakeHost; change: (newer: ISample) => Promise<void> }> {
  await showPage(document, step, sample, more);
  const page = activatePage(document, host);
  await page.ready;
  return {
    page,
    host,
    change: async newer => {
      const { html, stamp } = await renderStep(createRequest(step, newer, more));
      host.fragment = { html, stamp };
      await page.refresh();
    }
  };
}

/** Find an element; fails when there is none. */
export function find<T extends HTMLElement = HTMLElement>(
  selector: string,
  root: ParentNode = document
): T {
  const element = root.querySelector<T>(selector);
  if (!element) {
    throw new Error(`nothing matches ${selector}`);
  }
  return element;
}

/** Type into a control as a person does. */
export function type(selector: string, value: string, root: ParentNode = document): void {
  const element = find<HTMLInputElement>(selector, root);
  element.focus();
  element.value = value;
  element.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Click an element with a text. */
export function click(text: string, root: ParentNode = document): void {
  const buttons = [...root.querySelectorAll<HTMLElement>('button, a, summary')];
  const button = buttons.find(({ textContent, hidden }) => textContent?.trim() === text && !hidden);
  if (!button) {
    throw new Error(`no button says ${text}`);
  }
  button.click();
}

/** An answer of the server; null for one that says there is nothing. */
export function answer(text: string | null): Response {
  return {
    ok: text !== null,
    status: text === null ? 404 : 200,
    headers: new Headers(),
    text: async () => text ?? '',
    json: async () => JSON.parse(text ?? 'null') as unknown
  } as Response;
}

/** Wait until something is the case. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}
