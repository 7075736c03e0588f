import { isPosition } from '../../core/map/bounds';
import { findMapLocation, type IMapLocation } from '../../core/map/mapLocation';
import { isZoom, type IMapLook } from '../../core/map/mapOptions';
import { boundsAround, roundDegrees } from '../../core/map/mercator';
import type { JsonValue } from '../../core/json';
import type { IActivatorContext } from '../activators/activator';
import { requestOf } from '../activators/mapOutput';
import type { DraftValue } from '../host';
import type { ILocationChooser } from '../maps/locationMap';
import type { IMapRequest } from '../maps/mapDrawing';
import { whenSeen } from '../whenSeen';
import type { IControl, PostedValue } from './control';
import { stopIfAborted } from '../abort';

/** Loads what draws a map to choose a place on. */
export type ChooserLoader = () => Promise<
  (
    element: HTMLElement,
    request: IMapRequest,
    onMove: (look: IMapLook) => void
  ) => Promise<ILocationChooser>
>;

/** Pixels of a map that is not drawn. */
const USUAL_SIZE = { width: 600, height: 400 };

const FIELDS = ['longitude', 'latitude', 'zoom'] as const;

/**
 * A place, chosen on a map or by its coordinates; the fields hold it, the map follows them. Without WebGL the fields
 * are all there is.
 */
export class MapLocationControl implements IControl {
  constructor(
    private readonly _group: HTMLFieldSetElement,
    private readonly _context: IActivatorContext,
    private readonly _loadChooser: ChooserLoader
  ) {
    const { elementId } = _context.place;
    this._place = _group.querySelector<HTMLElement>('._map-place');
    this._inputs = FIELDS.map(name =>
      _group.querySelector<HTMLInputElement>(`[id="${elementId}-${name}"]`)
    );
    this._initial = this._text();
    if (!this._initial.trim()) {
      this._write(this._start);
      this._initial = this._text();
    }
    _group.addEventListener('input', this._onInput);
    this._note.className = '_note';
    this._addButton();
    this._draw().catch(error => this._fail(error));
  }

  readonly isSecret = false;

  get isChanged(): boolean {
    return this._text() !== this._initial;
  }

  read(): PostedValue | null {
    const place = this._location();
    return place && { value: place as unknown as JsonValue };
  }

  draft(): DraftValue | null {
    const place = this.isChanged ? this._location() : null;
    return place && { value: place as unknown as JsonValue };
  }

  write(value: DraftValue): void {
    const place = 'value' in value ? findMapLocation(value.value) : null;
    if (place) {
      this._write(place);
      this._show();
    }
  }

  reset(): void {
    const values = this._initial.split(' ');
    this._inputs.forEach((input, index) => {
      if (input) {
        input.value = values[index] ?? '';
      }
    });
    this._show();
  }

  rebase(next: HTMLElement): void {
    const { elementId } = this._context.place;
    const values = FIELDS.map(
      name => next.querySelector<HTMLInputElement>(`[id="${elementId}-${name}"]`)?.value ?? ''
    );
    this._initial = values.join(' ');
  }

  whenSettled(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    if (!this._controller.signal.aborted) {
      this._controller.abort();
      this._group.removeEventListener('input', this._onInput);
      this._chooser?.dispose();
      this._place?.replaceChildren();
      this._place?.classList.remove('_drawing', '_map');
      this._button?.remove();
      this._note.remove();
      this._restore();
    }
  }

  private readonly _onInput = (): void => {
    this._show();
    this._context.onEdit();
  };

  private async _draw(): Promise<void> {
    const { _place: place, _context: context } = this;
    const { signal } = this._controller;
    if (!place) {
      return;
    }
    await whenSeen(place, signal);
    const draw = await this._loadChooser();
    stopIfAborted(signal);
    place.classList.add('_drawing', '_map');
    const request = requestOf(place.dataset, context, signal);
    const look = this._look() ?? this._start;
    const chooser = await draw(place, { ...request, options: { ...request.options, look } }, now =>
      this._onMove(now)
    );
    if (signal.aborted) {
      chooser.dispose();
      return;
    }
    this._chooser = chooser;
    this._say(chooser.note);
  }

  private _onMove(look: IMapLook): void {
    this._write(look);
    this._context.onEdit();
  }

  private _fail(error: unknown): void {
    if (!this._controller.signal.aborted) {
      this._place?.classList.remove('_drawing', '_map');
      this._place?.replaceChildren();
      const reason = error instanceof Error ? error.message : String(error);
      this._say(this._context.words.mapFailed(reason));
    }
  }

  private _say(text: string): void {
    this._note.textContent = text;
    if (text) {
      this._place?.after(this._note);
    } else {
      this._note.remove();
    }
  }

  /** Browsers tell where they are to secure pages only. */
  private _addButton(): void {
    const geolocation = window.isSecureContext ? navigator.geolocation : undefined;
    if (!geolocation) {
      return;
    }
    const { words } = this._context;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words.useMyLocation;
    button.addEventListener('click', () =>
      geolocation.getCurrentPosition(
        ({ coords: { longitude, latitude } }) => {
          if (!this._controller.signal.aborted) {
            const zoom = Math.max(this._look()?.zoom ?? 0, 12);
            this._write({ center: [longitude, latitude], zoom });
            this._show();
            this._context.onEdit();
          }
        },
        () => this._say(words.noLocation)
      )
    );
    this._button = button;
    this._group.append(button);
  }

  /** Let the map look where the fields say. */
  private _show(): void {
    const look = this._look();
    if (look) {
      this._chooser?.show(look);
    }
  }

  private _write({ center, zoom }: IMapLook): void {
    const values = [roundDegrees(wrap(center[0])), roundDegrees(center[1]), roundDegrees(zoom)];
    this._inputs.forEach((input, index) => {
      if (input) {
        input.value = String(values[index]);
      }
    });
  }

  /** Fields as a person or the page filled them are left as they are by `dispose`, so that markup stays. */
  private _restore(): void {
    if (!this.isChanged) {
      this._inputs.forEach(input => input && (input.value = input.defaultValue));
    }
  }

  private _text(): string {
    return this._inputs.map(input => input?.value ?? '').join(' ');
  }

  /** Null while a field holds no number that makes sense. */
  private _look(): IMapLook | null {
    const numbers = this._inputs.map(input => (input?.value ? Number(input.value) : NaN));
    const [longitude, latitude, zoom] = numbers;
    return isPosition([longitude, latitude]) && isZoom(zoom)
      ? { center: [longitude, latitude], zoom }
      : null;
  }

  private _location(): IMapLocation | null {
    const look = this._look();
    const width = this._place?.clientWidth ?? 0;
    const height = this._place?.clientHeight ?? 0;
    const size = this._chooser && width && height ? { width, height } : USUAL_SIZE;
    return look && { bounds: boundsAround(look.center, look.zoom, size), ...look };
  }

  /** Where the configuration says that a map without a place begins. */
  private get _start(): IMapLook {
    const { look } = requestOf(
      this._place?.dataset ?? {},
      this._context,
      this._controller.signal
    ).options;
    return look ?? { center: [0, 0], zoom: 0 };
  }

  private readonly _place: HTMLElement | null;
  private readonly _inputs: readonly (HTMLInputElement | null)[];
  private readonly _note = document.createElement('p');
  private readonly _controller = new AbortController();
  private _button: HTMLButtonElement | null = null;
  private _initial: string;
  private _chooser: ILocationChooser | null = null;
}

/** A map that went around the world counts on. */
function wrap(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}
