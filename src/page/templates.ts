/** Our form; authors may have others. */
const FORM = 'form._form, form._step';

/**
 * Shows the templates of a page one at a time, with Continue and Back. Continue on the last one of a form
 * submits it.
 */
export class Templates {
  /**
   * @param _page - the element `._page`
   * @param index - the one to begin with, from 0
   * @param _submit - called when the last one is continued
   */
  constructor(
    private readonly _page: HTMLElement,
    index: number,
    private readonly _submit: () => void
  ) {
    this._sections = [..._page.querySelectorAll<HTMLElement>('._template')];
    const hasSteps = this._sections.length > 1 && !_page.classList.contains('_design-none');
    if (hasSteps) {
      this._isStepwise = true;
      this._show(Math.min(index, this._sections.length - 1));
    }
    _page.addEventListener('click', this._onClick);
    _page.addEventListener('submit', this._onSubmit);
  }

  /** The template that is shown, from 0. */
  get index(): number {
    return this._index;
  }

  /** Show the template that holds an element. */
  reveal(element: Element): void {
    const index = this._sections.findIndex(section => section.contains(element));
    if (this._isStepwise && index >= 0) {
      this._show(index);
    }
  }

  dispose(): void {
    this._page.removeEventListener('click', this._onClick);
    this._page.removeEventListener('submit', this._onSubmit);
    this._sections.forEach(section => {
      section.hidden = false;
    });
  }

  private readonly _onClick = (event: Event): void => {
    const { target } = event;
    const button = target instanceof Element ? target.closest('button') : null;
    if (button?.classList.contains('_back')) {
      this._go(this._index - 1);
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

  private _continue(): void {
    if (this._isStepwise && this._index < this._sections.length - 1) {
      this._go(this._index + 1);
    } else if (this._page.querySelector(FORM)) {
      this._submit();
    }
  }

  private _go(index: number): void {
    if (!this._isStepwise || index < 0 || index >= this._sections.length) {
      return;
    }
    this._show(index);
    const section = this._sections[index];
    // Who does not see the page hears where it begins.
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
    section.scrollIntoView?.({ block: 'start' });
  }

  private _show(index: number): void {
    this._index = index;
    this._sections.forEach((section, at) => {
      section.hidden = at !== index;
    });
  }

  private readonly _sections: readonly HTMLElement[];
  private _isStepwise = false;
  private _index = 0;
}
