import type { JsonValue } from '../core/json';
import type { IActivated, IActivatorContext } from './activators/activator';
import { createActivatorRegistry, type ActivatorRegistry } from './activators/registry';
import { moduleActivator } from './activators/module';
import type { IControl } from './form/control';
import { ChoiceControl } from './form/choiceControl';
import { Field } from './form/field';
import type { Form } from './form/form';
import { ModuleControl } from './form/moduleControl';
import { isTextElement, TextControl } from './form/textControl';
import { fetchPieces, fetchText } from './fetchText';
import type { IPageHost } from './host';
import { findPlaces, isSamePlace, nameOfPlace, replacePlace, type IPlace } from './place';
import { keepState } from './keepState';
import type { IPageWords } from './words';

/** A place with what brings it to life. */
interface ILivePlace {
  place: IPlace;
  activated: IActivated | null;
  field: Field | null;
  /** True when what it shows came after the page. */
  isRefresh: boolean;
}

/** The places of a page, each with its activator and, where it is asked for, its field. */
export class LivePlaces {
  constructor(
    private readonly _host: IPageHost,
    private readonly _form: Form,
    private readonly _words: IPageWords
  ) {
    this._activators = _host.activators ?? createActivatorRegistry();
  }

  /** Bring all places of a page to life; those of the page before are left. */
  activate(page: ParentNode): void {
    this.dispose();
    this._live = findPlaces(page).map(place => this._activate(place, false));
  }

  /** Tell whether a newer page has the same places in the same order. */
  matches(next: readonly IPlace[]): boolean {
    return (
      next.length === this._live.length &&
      next.every((place, index) => isSamePlace(place, this._live[index].place))
    );
  }

  /** Take over the places of a newer page whose stamps differ. */
  update(next: readonly IPlace[]): void {
    next.forEach((place, index) => {
      if (place.stamp !== this._live[index].place.stamp) {
        this._live[index] = this._update(this._live[index], place);
      }
    });
  }

  dispose(): void {
    this._controller.abort();
    this._controller = new AbortController();
    this._live.forEach(live => this._leave(live));
    this._live = [];
  }

  private _update(live: ILivePlace, next: IPlace): ILivePlace {
    const { place, activated, field } = live;
    if (field?.control.isChanged) {
      field.rebase(next);
      return live;
    }
    live.isRefresh = true;
    if (!field && activated?.update?.(next.element)) {
      copyAttributes(next.element, place.element);
      live.place = { ...next, element: place.element, wrapper: place.wrapper };
      this._tell(live);
      return live;
    }
    const restore = keepState(place.wrapper ?? place.element);
    this._leave(live);
    replacePlace(place, next);
    const fresh = this._activate(next, true);
    restore(next.wrapper ?? next.element);
    this._tell(fresh);
    return fresh;
  }

  private _activate(place: IPlace, isRefresh: boolean): ILivePlace {
    const live: ILivePlace = { place, activated: null, field: null, isRefresh };
    const onEdit = () => {
      if (live.field) {
        this._form.edited(live.field);
      }
    };
    try {
      const context = this._contextOf(live, onEdit);
      const activator = this._activators.get(place.view) ?? moduleActivator;
      live.activated = activator?.activate(place.element, context) ?? null;
      if (place.mode === 'input') {
        const control = live.activated?.control ?? this._createControl(place, onEdit);
        live.field = control && new Field(place, control, this._words);
      }
    } catch (error) {
      // One place that fails must not take the page with it.
      this._host.report(error);
    }
    if (live.field) {
      this._form.add(live.field);
    }
    return live;
  }

  private _createControl({ element }: IPlace, onEdit: () => void): IControl | null {
    if (!isTextElement(element)) {
      const control = ModuleControl.find(element, { onEdit });
      if (control) {
        return control;
      }
      return new ChoiceControl(element, { onEdit });
    }
    const control = new TextControl(element, { onEdit });
    if (element.hasAttribute('data-fetch')) {
      this._load(control, element.dataset.uri ?? '');
    }
    return control;
  }

  /** A value that is too large to stand in the page comes later. */
  private _load(control: TextControl, uri: string): void {
    const { signal } = this._controller;
    control.startLoading();
    fetchText(this._host, uri, signal)
      .then(text => control.finishLoading(text))
      .catch(error => {
        if (!signal.aborted) {
          this._host.report(error);
        }
      });
  }

  private _contextOf(live: ILivePlace, onEdit: () => void): IActivatorContext {
    const { _host: host } = this;
    const { place } = live;
    return {
      place,
      name: nameOfPlace(place),
      words: this._words,
      fetchText: (uri, signal) => fetchText(host, uri, signal),
      fetchPieces: (uri, signal) => fetchPieces(host, uri, signal),
      mayRunCode: host.mayRunCode ?? false,
      fetchData: (uri, signal, headers) => host.fetchData(uri, signal, headers),
      loadModule: host.loadModule?.bind(host),
      assetUri: name => host.assetUri(name),
      isPrint: host.isPrint ?? false,
      upload: (files, onProgress, signal) => host.upload(files, onProgress, signal),
      onEdit,
      onData: (value: JsonValue) => {
        const { variable, uri } = live.place;
        host.onData?.({ variable, uri, value, isRefresh: live.isRefresh });
      },
      report: error => host.report(error)
    };
  }

  /** Tell scripts of authors; JSON tells by itself, as it has the value. */
  private _tell({ place: { variable, uri, view, mode } }: ILivePlace): void {
    if (mode === 'output' && view !== 'json') {
      this._host.onData?.({ variable, uri, isRefresh: true });
    }
  }

  private _leave({ activated, field }: ILivePlace): void {
    if (field) {
      this._form.remove(field);
    }
    activated?.dispose();
  }

  private readonly _activators: ActivatorRegistry;
  private _controller = new AbortController();
  private _live: ILivePlace[] = [];
}

function copyAttributes(from: HTMLElement, to: HTMLElement): void {
  for (const name of to.getAttributeNames()) {
    if (!from.hasAttribute(name)) {
      to.removeAttribute(name);
    }
  }
  for (const { name, value } of [...from.attributes]) {
    // Setting an address again would load it again.
    if (to.getAttribute(name) !== value) {
      to.setAttribute(name, value);
    }
  }
}
