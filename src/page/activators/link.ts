import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Says beside a link when the file behind it was written anew. */
export const linkActivator: IViewActivator = {
  name: 'link',
  activate: (element, context) =>
    element instanceof HTMLAnchorElement ? new ActiveLink(element, context) : null
};

class ActiveLink implements IActivated {
  constructor(
    private readonly _link: HTMLAnchorElement,
    private readonly _context: IActivatorContext
  ) {}

  update(next: HTMLElement): boolean {
    if (!(next instanceof HTMLAnchorElement)) {
      return false;
    }
    this._link.textContent = next.textContent;
    const now = new Date();
    this._note ??= this._createNote();
    const time = document.createElement('time');
    time.dateTime = now.toISOString();
    time.textContent = this._context.words.updated(now.toLocaleTimeString());
    this._note.replaceChildren(time);
    return true;
  }

  dispose(): void {
    this._note?.remove();
    this._note = null;
  }

  private _createNote(): HTMLElement {
    const note = document.createElement('span');
    note.className = '_note';
    this._link.after(note);
    return note;
  }

  private _note: HTMLElement | null = null;
}
