import { INPUT_VIEWS } from './inputViews';
import { MEDIA_VIEWS } from './mediaViews';
import { chartView } from './views/chart';
import { checkboxView } from './views/checkbox';
import { emailView } from './views/email';
import { fileView } from './views/file';
import { imageView } from './views/image';
import { jsonView } from './views/json';
import { linkView } from './views/link';
import { mapDeckScreengridView } from './views/mapDeckScreengrid';
import { mapMapboxView } from './views/mapMapbox';
import { mapMapboxLocationView } from './views/mapMapboxLocation';
import { markdownView } from './views/markdown';
import { numberView } from './views/number';
import { passwordView } from './views/password';
import { radioView } from './views/radio';
import { stringView } from './views/string';
import { tableView } from './views/table';
import { textView } from './views/text';
import type { IView } from './view';

/** The views that configurations may name. */
export class ViewRegistry {
  /**
   * Add a view under its name and its aliases.
   *
   * @param source - who adds it, for the message when a name is taken
   * @returns removes it again
   * @throws {Error} when a view of such a name is there already; names both sources
   */
  add(view: IView, source = 'an extension'): { dispose(): void } {
    const names = [view.name, ...(view.aliases ?? [])];
    for (const name of names) {
      const present = this._entries.get(name);
      if (present) {
        throw new Error(
          `view "${name}" of ${source} cannot be added: ${present.source} has a view of that name`
        );
      }
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
        throw new Error(`view "${name}" of ${source} cannot be added: its name must be kebab-case`);
      }
    }
    const entry = { view, source };
    names.forEach(name => this._entries.set(name, entry));
    return {
      dispose: () =>
        names
          .filter(name => this._entries.get(name) === entry)
          .forEach(name => this._entries.delete(name))
    };
  }

  /**
   * Find a view by its name or an alias.
   *
   * @returns its `name` is the one by which pages know the view, whatever the configuration says
   */
  get(name: string): IView | undefined {
    return this._entries.get(name)?.view ?? this._modules.get(name);
  }

  /**
   * Put the view that a module of an automation brings, in place of an earlier one of the same module. `names` does not
   * tell it: only `viewOf` a variable finds it.
   *
   * @param module - absolute path, so that no name of a view is like it
   * @param view - null takes it away
   */
  setModule(module: string, view: IView | null): void {
    if (view) {
      this._modules.set(module, view);
    } else {
      this._modules.delete(module);
    }
  }

  /** Names in the order in which they were added, each followed by its aliases. */
  names(): readonly string[] {
    return [...this._entries.keys()];
  }

  private readonly _modules = new Map<string, IView>();
  private readonly _entries = new Map<string, { view: IView; source: string }>();
}

/** The views that come with us. */
export const BUILT_IN_VIEWS: readonly IView[] = [
  ...[numberView, stringView, textView, markdownView, passwordView, emailView, radioView],
  ...[checkboxView, fileView, imageView, tableView, jsonView, linkView],
  ...[chartView, mapMapboxView, mapMapboxLocationView, mapDeckScreengridView],
  ...INPUT_VIEWS,
  ...MEDIA_VIEWS
];

/** Make a registry that holds the built-in views. */
export function createViewRegistry(): ViewRegistry {
  const registry = new ViewRegistry();
  BUILT_IN_VIEWS.forEach(view => registry.add(view, 'CrossCompute'));
  return registry;
}
