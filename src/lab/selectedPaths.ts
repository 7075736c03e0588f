import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import { isConfigurationName } from './configurationFiles';

/** Where a command looks for what it is about. */
export interface IPathSources {
  app: JupyterFrontEnd;
  browser: IFileBrowserFactory | null;
  manager: IDocumentManager;
  notebooks: INotebookTracker | null;
}

/** Arguments that say what a command is about. */
export interface IPathArguments {
  path?: string;
  /** Id of the widget beside which a panel opens, with `path`. */
  ref?: string;
  /** Where it was called: the file browser's menu, the menu of a tab; otherwise what is in use counts. */
  source?: string;
  /** True when any folder will do, not only those of batches and runs. */
  anyFolder?: boolean;
}

/** What a command is about. */
export interface ISelectedPaths {
  paths: readonly string[];
  /** Id of the document in use when it is what the command is about. */
  ref?: string;
}

/**
 * Find what a command is about: the path it is given, the selected files, the document of a tab, or the
 * document in use.
 *
 * @returns no paths when there is nothing that could be a tool
 */
export function selectedPaths(sources: IPathSources, options: IPathArguments): ISelectedPaths {
  const { app, browser, manager, notebooks } = sources;
  if (options.path !== undefined) {
    return { paths: [options.path], ...(options.ref ? { ref: options.ref } : {}) };
  }
  if (options.source === 'browser') {
    return { paths: browserPaths(browser, options.anyFolder) };
  }
  const widget =
    options.source === 'tab'
      ? [...app.shell.widgets('main')].find(
          ({ id }) => id === app.contextMenuHitTest(node => Boolean(node.dataset.id))?.dataset.id
        )
      : app.shell.currentWidget;
  const context = widget ? manager.contextForWidget(widget) : undefined;
  if (widget && context && isToolFile(context.path, context.contentsModel?.type)) {
    return { paths: [context.path], ref: widget.id };
  }
  if (options.source === 'tab') {
    return { paths: [] };
  }
  const selected = browserPaths(browser, options.anyFolder);
  if (selected.length || !notebooks?.currentWidget) {
    return { paths: selected };
  }
  // Something else is in front, such as the panel of a tool: the last notebook is meant.
  return { paths: [notebooks.currentWidget.context.path], ref: notebooks.currentWidget.id };
}

function browserPaths(browser: IFileBrowserFactory | null, anyFolder = false): string[] {
  const widget = browser?.tracker.currentWidget;
  const items = widget ? [...widget.selectedItems()] : [];
  const siblings = widget ? [...widget.model.items()] : [];
  const hasConfiguration = siblings.some(({ name }) => isConfigurationName(name));
  return items
    .filter(item => isToolItem(item, anyFolder || hasConfiguration))
    .map(({ path }) => path);
}

/**
 * Tell whether a file or folder could be a tool. Of folders those of batches and runs count, and those
 * beside a configuration: they may be batches, too.
 */
function isToolItem(item: Contents.IModel, takesFolders: boolean): boolean {
  if (item.type === 'directory') {
    return takesFolders || /(^|\/)(batches|runs)\/[^/]+/.test(item.path);
  }
  return isToolFile(item.path, item.type);
}

function isToolFile(path: string, type: string | undefined): boolean {
  return (
    type === 'notebook' ||
    PathExt.extname(path) === '.ipynb' ||
    isConfigurationName(PathExt.basename(path))
  );
}
