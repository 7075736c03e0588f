import { nextTemplate, walkTemplates, type IFormTemplate } from '../core/form/walkTemplates';
import type { Form } from './form/form';
import type { Field } from './form/field';
import type { IPageWords } from './words';

/** Our form; authors may have others. */
const FORM = 'form._form, form._step';

/** What the templates of a page need. */
export interface ITemplatesOptions {
  /** The fields of the page, whose values decide which templates are shown. */
  form: Form;
  words: IPageWords;
  /** Called when the last template is continued. */
  submit(): void;
}

/**
 * Shows the templates of a page one at a time, with Continue and Back: forward to the next one whose expression
 * is empty or true, back along the way taken. Continue on the last one of a form submits it.
 */
export class Templates {
  /**
   * @param _page - the element `._page`
   * @param way - templates that were shown before, as indices from 0; [] begins with the first that applies
   */
  constructor(
    private readonly _page: HTMLElement,
    way: readonly number[],
    private readonly _options: ITemplatesOptions
  ) {
    this._sections = [..._page.querySelectorAll<HTMLElement>('._template')];
    this._isStepwise = _page.hasAttribute('data-stepwise') && this._sections.length > 1;
    if (this._isStepwise) {
      this._progress.className = '_progress';
      this._sections[0].before(this._progress);
      const known = way.filter(index => index < this._sections.length);
      const first = nextTemplate(this._templates(), [], () => undefined);
      this._show(known.length ? known : first === null ? [] : [first]);
    }
    _page.addEventListener('click', this._onClick);
    _page.addEventListener('submit', this._onSubmit);
    this._setUsable(true);
  }

  /** The templates that were shown, in order; the last one is shown now. [] when all are shown. */
  get way(): readonly number[] {
    return this._way;
  }

  /** Tell whether a field stands on a template that is reached with the values as they are. */
  asks({ place: { element } }: Field): boolean {
    const index = this._sections.findIndex(section => section.contains(element));
    return !this._isStepwise || index < 0 || this._walk().includes(index);
  }

  /** Show the template that holds an element. */
  reveal(element: Element): void {
    const index = this._sections.findIndex(section => section.contains(element));
    if (this._isStepwise && index >= 0) {
      const way = this._way.includes(index) ? this._way : this._walk();
      this._show([...way.filter(other => other < index), index]);
    }
  }

  /** Say anew where the shown template stands among the others, after values changed. */
  update(): void {
    if (!this._isStepwise) {
      return;
    }
    const { form, words } = this._options;
    const index = this._way[this._way.length - 1];
    const text =
      index === undefined ? words.formEmpty : words.formPage(this._way.length, this._total());
    this._progress.textContent = text;
    if (index === undefined) {
      return;
    }
    const section = this._sections[index];
    section.setAttribute('role', 'group');
    section.setAttribute('aria-label', text);
    const isLast = form.fields.length > 0 && this._next() === null;
    section.querySelectorAll<HTMLElement>('._continue[data-run]').forEach(button => {
      button.dataset.continue ??= button.textContent ?? '';
      const { run = '', continue: usual } = button.dataset;
      button.textContent = isLast ? run : usual;
      button.classList.toggle('_run', isLast);
    });
    section.querySelectorAll<HTMLElement>('._back').forEach(button => {
      button.hidden = this._way.length === 1;
    });
  }

  dispose(): void {
    this._page.removeEventListener('click', this._onClick);
    this._page.removeEventListener('submit', this._onSubmit);
    this._setUsable(false);
    if (!this._isStepwise) {
      return;
    }
    this._progress.remove();
    for (const section of this._sections) {
      section.hidden = false;
      section.classList.remove('_live');
      ['role', 'aria-label', 'tabindex'].forEach(name => section.removeAttribute(name));
      section.querySelectorAll<HTMLElement>('._back').forEach(button => {
        button.hidden = false;
      });
      section.querySelectorAll<HTMLElement>('._continue[data-continue]').forEach(button => {
        button.textContent = button.dataset.continue ?? '';
        button.classList.remove('_run');
        delete button.dataset.continue;
      });
    }
  }

  private readonly _onClick = (event: Event): void => {
    const { target } = event;
    const button = target instanceof Element ? target.closest('button') : null;
    if (button?.classList.contains('_back')) {
      this._go(this._way.slice(0, -1));
    } else if (button?.classList.contains('_continue') && button.type !== 'submit') {
      this._continue();
    }
  };

  private readonly _onSubmit = (event: Event): void => {
    if (event.target instanceof Element && event.target.matches(FORM)) {
      // Our form is posted by us alone.
      event.preventDefault();
      this._continue();
    }
  };

  /** Buttons that would post the form can be pressed as long as this takes the event. */
  private _setUsable(isUsable: boolean): void {
    this._page.querySelectorAll<HTMLButtonElement>('._continue[type="submit"]').forEach(button => {
      button.disabled = !isUsable;
    });
  }

  private _continue(): void {
    const next = this._next();
    if (next !== null) {
      this._go([...this._way, next]);
    } else if (this._page.querySelector(FORM)) {
      const walk = this._walk();
      // A later answer may have opened a template that was passed over before.
      const opened = walk.findIndex(index => !this._way.includes(index));
      if (opened >= 0) {
        this._go(walk.slice(0, opened + 1));
      } else {
        this._options.submit();
      }
    }
  }

  private _go(way: readonly number[]): void {
    if (!this._isStepwise || !way.length) {
      return;
    }
    this._show(way);
    const section = this._sections[way[way.length - 1]];
    // Who does not see the page hears where it begins.
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
    section.scrollIntoView?.({ block: 'start' });
  }

  private _show(way: readonly number[]): void {
    this._way = way;
    this._sections.forEach((section, index) => {
      const isShown = index === way[way.length - 1];
      section.hidden = !isShown;
      section.classList.toggle('_live', isShown);
    });
    this.update();
  }

  private _next(): number | null {
    return this._isStepwise ? nextTemplate(this._templates(), this._way, this._find) : null;
  }

  private _walk(): number[] {
    return this._isStepwise ? walkTemplates(this._templates(), this._find) : [];
  }

  /** How many templates the way will have; null while answers that are not given yet decide. */
  private _total(): number | null {
    const index = this._way[this._way.length - 1];
    const later = this._sections.slice(index + 1);
    return later.some(({ dataset }) => dataset.expression) ? null : this._way.length + later.length;
  }

  private _templates(): IFormTemplate[] {
    const { fields } = this._options.form;
    return this._sections.map(section => ({
      expression: section.dataset.expression ?? '',
      variables: fields
        .filter(({ place }) => section.contains(place.element))
        .map(({ variable }) => variable)
    }));
  }

  private readonly _find = (id: string) => this._options.form.valueOf(id);

  private readonly _sections: readonly HTMLElement[];
  private readonly _progress = document.createElement('p');
  private readonly _isStepwise: boolean;
  private _way: readonly number[] = [];
}
