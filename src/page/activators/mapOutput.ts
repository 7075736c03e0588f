import { DataTable, type ITableData } from '../dataTable';
import {
  readMapSettings,
  type IDrawnMap,
  type IMapRequest,
  type MapDrawer
} from '../maps/mapDrawing';
import { whenSeen } from '../whenSeen';
import type { IActivated, IActivatorContext } from './activator';
import { stopIfAborted } from '../abort';

/** What a kind of map brings. */
export interface IMapKind {
  /** Load what draws it. */
  loadDrawer(): Promise<MapDrawer>;
  /** Read its data as a table; absent for maps without data of their own. */
  readTable?(
    uri: string,
    context: IActivatorContext,
    signal: AbortSignal
  ): Promise<ITableData | null>;
}

/** A map that shows data, with a table of them for who reads rather than looks. */
export class MapOutput implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext,
    private readonly _kind: IMapKind
  ) {
    const { words, name } = _context;
    this._original = [..._element.childNodes];
    this._drawing.className = '_drawing _map';
    this._note.className = '_note';
    this._problem.className = '_problem';
    const { readTable } = _kind;
    this._table =
      readTable &&
      new DataTable({
        title: words.mapData,
        label: `${words.mapData}: ${name}`,
        note: words.firstRows,
        load: signal => readTable(this._element.dataset.uri ?? '', _context, signal),
        empty: words.noTable,
        failed: words.dataUnavailable
      });
    this._settings = settingsOf(_element);
    this._start(_element);
  }

  update(next: HTMLElement): boolean {
    if (!next.hasAttribute('data-draw') || settingsOf(next) !== this._settings) {
      return false;
    }
    this._original = [...next.childNodes];
    this._start(next);
    return true;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._controller.abort();
    this._drawn?.dispose();
    this._table?.dispose();
    this._element.removeAttribute('data-ready');
    this._element.replaceChildren(...this._original);
  }

  /** Draw what there is now; what was begun before is given up. */
  private _start({ dataset }: HTMLElement): void {
    this._controller.abort();
    this._controller = new AbortController();
    const { signal } = this._controller;
    const request = requestOf(dataset, this._context, signal);
    this._draw(request).catch(error => {
      if (!signal.aborted) {
        this._fail(error);
      }
    });
  }

  private async _draw(request: IMapRequest): Promise<void> {
    const { signal, isPrint } = request;
    if (!isPrint) {
      await whenSeen(this._element, signal);
    }
    if (this._drawn) {
      await this._drawn.update(request);
    } else {
      const draw = await this._kind.loadDrawer();
      stopIfAborted(signal);
      this._show();
      const drawn = await draw(this._drawing, request);
      if (signal.aborted) {
        drawn.dispose();
        return;
      }
      this._drawn = drawn;
    }
    stopIfAborted(signal);
    this._problem.hidden = true;
    this._note.textContent = this._drawn.note;
    this._note.hidden = !this._drawn.note;
    this._table?.reset();
    this._element.dataset.ready = '';
  }

  /** Put a place for the map where the link to the file stood. */
  private _show(): void {
    this._note.hidden = true;
    this._problem.hidden = true;
    this._drawing.hidden = false;
    this._element.replaceChildren(
      this._drawing,
      this._note,
      this._problem,
      ...(this._table ? [this._table.element] : [])
    );
  }

  private _fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this._drawn) {
      // Never an empty box: the reason, the link to the file, and the table.
      this._show();
      this._drawing.hidden = true;
      this._problem.after(...this._original);
    }
    this._problem.textContent = this._context.words.mapFailed(reason);
    this._problem.hidden = false;
    // Whoever prints need not wait for it.
    this._element.dataset.ready = 'failed';
  }

  private readonly _drawing = document.createElement('div');
  private readonly _note = document.createElement('p');
  private readonly _problem = document.createElement('p');
  private readonly _table: DataTable | undefined;
  private readonly _settings: string;
  private _original: readonly Node[];
  private _drawn: IDrawnMap | null = null;
  private _controller = new AbortController();
  private _isDisposed = false;
}

/** What a map is asked for in a place. */
export function requestOf(
  dataset: DOMStringMap,
  context: IActivatorContext,
  signal: AbortSignal
): IMapRequest {
  const { words, name, isPrint, mayRunCode, assetUri, fetchText, place } = context;
  return {
    options: readMapSettings(dataset.options ?? '{}'),
    elementId: place.elementId,
    uri: dataset.uri ?? '',
    token: dataset.token ?? '',
    ...{ words, name, isPrint, mayRunCode, assetUri, fetchText, signal }
  };
}

/** What a map is made with: it is made anew when this changes. Where it looks changes with the data. */
function settingsOf({ dataset }: HTMLElement): string {
  const { look: _look, bounds: _bounds, ...rest } = readMapSettings(dataset.options ?? '{}');
  return JSON.stringify([rest, dataset.token]);
}
