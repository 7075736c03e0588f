import type { IViewActivator } from './activator';
import { chartActivator } from './chart';
import { fileActivator } from './file';
import { imageActivator } from './image';
import { INPUT_ACTIVATORS } from './inputs';
import { jsonActivator } from './json';
import { linkActivator } from './link';
import { mapDensityActivator } from './mapDensity';
import { mapFeaturesActivator } from './mapFeatures';
import { mapLocationActivator } from './mapLocation';
import { MEDIA_ACTIVATORS } from './mediaActivators';
import { passwordActivator } from './password';
import { tableActivator } from './table';

/** The browser parts of views by their names. */
export class ActivatorRegistry {
  /**
   * Add an activator.
   *
   * @returns removes it again
   * @throws {Error} when the view of that name has one already
   */
  add(activator: IViewActivator): { dispose(): void } {
    const { name } = activator;
    if (this._activators.has(name)) {
      throw new Error(`view "${name}" has an activator already: remove that one before`);
    }
    this._activators.set(name, activator);
    return {
      dispose: () => {
        if (this._activators.get(name) === activator) {
          this._activators.delete(name);
        }
      }
    };
  }

  /** Find the activator of a view. */
  get(name: string): IViewActivator | undefined {
    return this._activators.get(name);
  }

  private readonly _activators = new Map<string, IViewActivator>();
}

/** The activators that come with us. */
export const BUILT_IN_ACTIVATORS: readonly IViewActivator[] = [
  ...[chartActivator, fileActivator, imageActivator, jsonActivator, linkActivator],
  ...[mapFeaturesActivator, mapDensityActivator, mapLocationActivator],
  ...[passwordActivator, tableActivator],
  ...INPUT_ACTIVATORS,
  ...MEDIA_ACTIVATORS
];

/** Make a registry that holds the activators that come with us. */
export function createActivatorRegistry(): ActivatorRegistry {
  const registry = new ActivatorRegistry();
  BUILT_IN_ACTIVATORS.forEach(activator => registry.add(activator));
  return registry;
}
