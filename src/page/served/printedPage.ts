import type { IPageSettings } from '../../core/template/settings';
import { chartActivator } from '../activators/chart';
import { jsonActivator } from '../activators/json';
import { mapDensityActivator } from '../activators/mapDensity';
import { mapFeaturesActivator } from '../activators/mapFeatures';
import { mapLocationActivator } from '../activators/mapLocation';
import { ActivatorRegistry } from '../activators/registry';
import { Form } from '../form/form';
import { LivePlaces } from '../livePlaces';
import { ENGLISH } from '../words';
import type { AuthorScripts } from './authorScripts';
import type { IEnvironment } from './environment';
import { ServedHost } from './servedHost';

/** What is drawn in the browser, and data for scripts of authors; nothing that only a hand could use. */
const PRINTED = [
  ...[chartActivator, mapFeaturesActivator, mapDensityActivator, mapLocationActivator],
  jsonActivator
];

/**
 * A page for a printer: what browsers draw is drawn at once, and nothing is followed. Each drawing has `data-ready`
 * when it is there, or `data-ready="failed"` when it will not be; the page is whole when no `[data-draw]` is without.
 */
export class PrintedPage {
  constructor(settings: IPageSettings, environment: IEnvironment, scripts: AuthorScripts) {
    this._places = new LivePlaces(
      new PrintedHost(settings, environment, scripts, () => undefined),
      new Form(() => undefined),
      ENGLISH
    );
    this._places.activate(environment.document);
  }

  dispose(): void {
    this._places.dispose();
  }

  private readonly _places: LivePlaces;
}

class PrintedHost extends ServedHost {
  readonly isPrint = true;
  readonly activators = createPrintedActivators();
}

function createPrintedActivators(): ActivatorRegistry {
  const registry = new ActivatorRegistry();
  PRINTED.forEach(activator => registry.add(activator));
  return registry;
}
