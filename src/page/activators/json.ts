import type { JsonValue } from '../../core/json';
import { JsonTextError, parseJsonText } from '../../core/view/jsonText';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Hands data to scripts of authors. */
export const jsonActivator: IViewActivator = {
  name: 'json',
  activate: (element, context) =>
    context.place.mode === 'output' ? new ActiveJson(element, context) : null
};

class ActiveJson implements IActivated {
  constructor(
    element: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    this._read(element).catch(_context.report);
  }

  update(next: HTMLElement): boolean {
    if (next.childElementCount) {
      // It is shown, too.
      return false;
    }
    this._controller.abort();
    this._controller = new AbortController();
    this._read(next).catch(this._context.report);
    return true;
  }

  dispose(): void {
    this._controller.abort();
  }

  private async _read({ dataset }: HTMLElement): Promise<void> {
    const { json, uri = '' } = dataset;
    if (json === undefined) {
      // No data yet.
      return;
    }
    const { signal } = this._controller;
    try {
      // What is too large for the page is fetched.
      const text = json || (await this._context.fetchText(uri, signal));
      if (!signal.aborted) {
        this._context.onData(valueOf(text));
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }

  private _controller = new AbortController();
}

/** NaN and infinities are there, as scientific libraries write them; a file of plain text is text. */
function valueOf(text: string): JsonValue {
  try {
    return parseJsonText(text).value;
  } catch (error) {
    if (error instanceof JsonTextError) {
      return text;
    }
    throw error;
  }
}
