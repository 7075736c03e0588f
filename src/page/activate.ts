import type { IInputRefusal, PostedInputs } from '../core/api';
import type { JsonValue } from '../core/json';
import { Coalescer } from './coalescer';
import { FieldError, Form } from './form/form';
import type { IPageHost } from './host';
import { LivePlaces } from './livePlaces';
import { keepTyped } from './keepState';
import { findPlaces, skeletonOf } from './place';
import { parseMarkup } from './sanitize';
import { Templates } from './templates';
import { ENGLISH, type IPageWords } from './words';

/** Milliseconds between readings of a page that follow one another: at most four a second. */
const REFRESH_INTERVAL_MS = 250;

/** A page that is alive. */
export interface IActivePage {
  readonly isDisposed: boolean;
  /** True when a value differs from the batch. */
  readonly isChanged: boolean;
  /** Resolves when the draft is shown. */
  readonly ready: Promise<void>;
  /**
   * The values to post, after uploads that go on have ended: those of the templates that are reached with them. Secrets
   * and files that nobody touched, and disabled fields are left out.
   *
   * @throws {Error} with a sentence for people when an upload failed, or a field cannot be read; it has the focus then
   */
  values(): Promise<PostedInputs>;
  /** Go back to the values of the batch, and forget the draft. */
  reset(): void;
  /**
   * Show values of an earlier run as if a person had given them; all other fields go back to the batch. Secrets and
   * files stay those of the batch.
   *
   * @param values - as records have them, by variable id
   */
  restore(values: Readonly<Record<string, JsonValue>>): void;
  /** Show refusals beside their fields and go to the first; [] removes all. */
  setErrors(refusals: readonly IInputRefusal[]): void;
  /**
   * Read the page anew and put only what changed: at once three times in a row, and at most four times a second.
   *
   * @param isUrgent - a run is over, or a person changed a file: that is read at once, however often the page was read
   *   before for what a run writes
   * @throws when the page cannot be read; it stays as it is
   */
  refresh(isUrgent?: boolean): Promise<void>;
  /** Be told after a value was changed or reset. */
  onChange(listener: () => void): { dispose(): void };
  /** Leave the page as markup. A second call does nothing. */
  dispose(): void;
}

/**
 * Bring a rendered page to life: its form, its steps, its views, and what changes while it is open.
 *
 * @param root - holds one element `._page`; without it nothing is alive
 */
export function activatePage(root: Document | ShadowRoot, host: IPageHost): IActivePage {
  return new ActivePage(root, host);
}

class ActivePage implements IActivePage {
  constructor(
    private readonly _root: Document | ShadowRoot,
    private readonly _host: IPageHost
  ) {
    this._words = { ...ENGLISH, ..._host.words };
    this._form = new Form(() => this._onEdit());
    this._places = new LivePlaces(_host, this._form, this._words);
    this._refresher = new Coalescer(signal => this._reload(signal), REFRESH_INTERVAL_MS);
    this._bringToLife([]);
    this.ready = this._loadDraft();
  }

  readonly ready: Promise<void>;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get isChanged(): boolean {
    return this._form.isChanged;
  }

  async values(): Promise<PostedInputs> {
    try {
      return await this._form.values(field => this._templates?.asks(field) ?? true);
    } catch (error) {
      if (error instanceof FieldError) {
        this._templates?.reveal(error.field.place.element);
        error.field.focus();
      }
      throw error;
    }
  }

  reset(): void {
    this._form.reset();
    this._say([]);
  }

  restore(values: Readonly<Record<string, JsonValue>>): void {
    this._form.restore(values);
    this._say([]);
  }

  setErrors(refusals: readonly IInputRefusal[]): void {
    const { first, others } = this._form.setErrors(refusals);
    this._say(others.map(({ variable, message }) => `${variable}: ${message}`));
    if (first) {
      this._templates?.reveal(first.place.element);
      first.focus();
    }
  }

  refresh(isUrgent = false): Promise<void> {
    return this._refresher.run(isUrgent);
  }

  onChange(listener: () => void): { dispose(): void } {
    // The same function may be given twice.
    const entry = { listener };
    this._listeners.add(entry);
    return { dispose: () => void this._listeners.delete(entry) };
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._refresher.dispose();
    this._listeners.clear();
    this._templates?.dispose();
    this._places.dispose();
    this._form.dispose();
    this._alert?.remove();
  }

  private get _page(): HTMLElement | null {
    return this._root.querySelector<HTMLElement>('._page');
  }

  /** @param way - templates that were shown before */
  private _bringToLife(way: readonly number[]): void {
    const page = this._page;
    // Scripts of authors may have changed a served page; there the server tells when a template changed.
    this._initial = this._host.onTemplateChange ? '' : (page?.outerHTML ?? '');
    this._templates?.dispose();
    const options = { form: this._form, words: this._words, submit: () => this._submit() };
    this._templates = page && new Templates(page, way, options);
    this._places.activate(page ?? document.createDocumentFragment());
    this._templates?.update();
  }

  private async _loadDraft(): Promise<void> {
    if (!this._form.fields.length) {
      return;
    }
    try {
      const draft = await this._host.loadDraft();
      if (draft && !this._isDisposed) {
        this._form.applyDraft(draft);
      }
    } catch (error) {
      this._host.report(error);
    }
    if (!this._isDisposed && this._form.isChanged) {
      this._emit();
    }
  }

  private _submit(): void {
    if (!this._isSubmitting) {
      this._isSubmitting = true;
      this._showSubmitting(true);
      this._send()
        .catch(error => this._say([error instanceof Error ? error.message : String(error)]))
        .finally(() => {
          this._isSubmitting = false;
          this._showSubmitting(false);
        });
    }
  }

  private async _send(): Promise<void> {
    this.setErrors([]);
    const refusals = await this._host.submit(await this.values());
    if (refusals.length && !this._isDisposed) {
      this.setErrors(refusals);
    }
  }

  private _showSubmitting(isSubmitting: boolean): void {
    const form = this._page?.querySelector('form');
    form?.setAttribute('aria-busy', String(isSubmitting));
    form?.querySelectorAll('._continue').forEach(button => {
      // A disabled button would lose the focus.
      button.setAttribute('aria-disabled', String(isSubmitting));
    });
  }

  /** Say what belongs to no field, below the form. */
  private _say(messages: readonly string[]): void {
    const page = this._page;
    if (!page || (!messages.length && !this._alert)) {
      return;
    }
    if (!this._alert) {
      this._alert = document.createElement('div');
      this._alert.className = '_problem';
      this._alert.setAttribute('role', 'alert');
    }
    if (!this._alert.isConnected) {
      (page.querySelector('form') ?? page).append(this._alert);
    }
    this._alert.hidden = !messages.length;
    const lines = messages.map(message => {
      const line = document.createElement('p');
      line.textContent = message;
      return line;
    });
    this._alert.replaceChildren(...lines);
  }

  private async _reload(signal: AbortSignal): Promise<void> {
    const { html, stamp } = await this._host.fetchFragment(signal);
    if (signal.aborted || stamp === this._stamp || !this._page) {
      return;
    }
    this._stamp = stamp;
    const fragment = parseMarkup(html);
    const skeleton = skeletonOf(fragment);
    const places = findPlaces(fragment);
    this._skeleton ??= this._initial ? skeletonOf(parseMarkup(this._initial)) : skeleton;
    const isSame = this._skeleton === skeleton;
    this._skeleton = skeleton;
    if (isSame && this._places.matches(places)) {
      this._places.update(places);
    } else if (this._host.onTemplateChange) {
      this._host.onTemplateChange();
    } else {
      this._replace(fragment);
    }
  }

  /** Put the whole page anew; what a person gave stays where its variable is still asked for. */
  private _replace(fragment: DocumentFragment): void {
    const next = fragment.querySelector<HTMLElement>('._page');
    const page = this._page;
    if (!next || !page) {
      return;
    }
    const draft = this._form.draft();
    const way = this._templates?.way ?? [];
    const restore = keepTyped(page);
    this._places.dispose();
    page.replaceWith(next);
    this._bringToLife(way);
    if (draft) {
      this._form.applyDraft(draft);
    }
    restore(next);
    this._emit();
  }

  private _onEdit(): void {
    this._host.saveDraft(this._form.draft());
    this._emit();
  }

  private _emit(): void {
    this._templates?.update();
    [...this._listeners].forEach(({ listener }) => listener());
  }

  private readonly _words: IPageWords;
  private readonly _form: Form;
  private readonly _places: LivePlaces;
  private readonly _refresher: Coalescer;
  private readonly _listeners = new Set<{ listener: () => void }>();
  private _templates: Templates | null = null;
  private _alert: HTMLElement | null = null;
  private _stamp = '';
  /** Markup of the page before it was brought to life; '' where that is not known. */
  private _initial = '';
  private _skeleton: string | null = null;
  private _isSubmitting = false;
  private _isDisposed = false;
}
