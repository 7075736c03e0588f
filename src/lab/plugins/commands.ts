import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../commandIDs';
import { describeError } from '../errorWords';
import { toolIcon } from '../icons';
import { isTab, TABS } from '../panel/panelState';
import { selectedPaths, type IPathSources, type ISelectedPaths } from '../selectedPaths';
import { IToolOpener, IToolTracker } from '../tokens';
import { loadTranslation } from '../translation';

/** Commands on notebooks, configurations and batch folders, and on the panel in use. */
export const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:commands',
  description: 'Adds the commands that open tools, render reports, run and print batches.',
  autoStart: true,
  requires: [IToolOpener, IToolTracker, IDocumentManager],
  optional: [IFileBrowserFactory, INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    opener: IToolOpener,
    tracker: IToolTracker,
    manager: IDocumentManager,
    browser: IFileBrowserFactory | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ): void => {
    const trans = loadTranslation(translator);
    const sources: IPathSources = { app, browser, manager, notebooks };
    addPathCommands(app, { opener, sources, trans });
    addPanelCommands(app, tracker, trans);
    const notify = () => {
      for (const id of [CommandIDs.run, CommandIDs.runAll, CommandIDs.stop]) {
        app.commands.notifyCommandChanged(id);
      }
    };
    tracker.currentChanged.connect(notify);
  }
};

interface IPathCommandParts {
  opener: IToolOpener;
  sources: IPathSources;
  trans: TranslationBundle;
}

/** Schema of the arguments that say what a command is about. */
const PATH_PROPERTIES = {
  path: {
    type: 'string',
    description: 'Path in the file browser; default: what is selected or in use'
  },
  source: { type: 'string', description: 'Where it was called: browser or tab' },
  ref: { type: 'string', description: 'Id of the widget beside which a panel opens' }
};

function addPathCommands(app: JupyterFrontEnd, parts: IPathCommandParts): void {
  const { opener, sources, trans } = parts;
  const { commands } = app;
  const select = (args: ReadonlyPartialJSONObject, anyFolder = false): ISelectedPaths =>
    selectedPaths(sources, {
      ...(typeof args.path === 'string' ? { path: args.path } : {}),
      ...(typeof args.source === 'string' ? { source: args.source } : {}),
      ...(typeof args.ref === 'string' ? { ref: args.ref } : {}),
      anyFolder
    });
  const isThere = (anyFolder: boolean) => (args: ReadonlyPartialJSONObject) =>
    select(args, anyFolder).paths.length > 0;
  const guard = guarded(trans);

  commands.addCommand(CommandIDs.openTool, {
    label: trans.__('Open as Tool'),
    caption: trans.__('Open as a tool (CrossCompute)'),
    icon: args => (args.isPalette ? undefined : toolIcon),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...PATH_PROPERTIES,
          choose: { type: 'boolean', description: 'Ask which tool even if it is known' },
          tab: { type: 'string', enum: [...TABS] }
        }
      }
    },
    isEnabled: isThere(true),
    isVisible: isThere(true),
    execute: guard(async args => {
      const { paths, ref } = select(args, true);
      for (const path of paths) {
        await opener.open(path, {
          choose: args.choose === true,
          ...(isTab(args.tab) ? { tab: args.tab } : {}),
          ...(ref ? { ref } : {})
        });
      }
    })
  });

  commands.addCommand(CommandIDs.renderReport, {
    label: trans.__('Render Report'),
    caption: trans.__('Run what is new or stale, and show the report'),
    describedBy: { args: { type: 'object', properties: PATH_PROPERTIES } },
    isEnabled: isThere(false),
    isVisible: isThere(false),
    execute: guard(async args => {
      const { paths, ref } = select(args);
      // One after the other, as the queue would: each gets its panel as soon as it is asked for.
      for (const path of paths) {
        const opened = await opener.open(path, { tab: 'report', ...(ref ? { ref } : {}) });
        if (opened?.widget.content.model.phase === 'ready') {
          await opened.widget.content.runs.renderReport();
        }
      }
    })
  });

  commands.addCommand(CommandIDs.runBatches, {
    label: trans.__('Run Batches'),
    caption: trans.__('Run all batches, or that of the selected folder'),
    describedBy: { args: { type: 'object', properties: PATH_PROPERTIES } },
    isEnabled: isThere(false),
    isVisible: isThere(false),
    execute: guard(async args => {
      const { paths, ref } = select(args);
      for (const path of paths) {
        const opened = await opener.open(path, { tab: 'batches', ...(ref ? { ref } : {}) });
        if (opened?.widget.content.model.phase === 'ready') {
          const { runs } = opened.widget.content;
          await (opened.batch ? runs.runSlugs([opened.batch]) : runs.runAll());
        }
      }
    })
  });

  commands.addCommand(CommandIDs.printReport, {
    label: trans.__('Print Report'),
    caption: trans.__('Run what is new or stale, and make a PDF of the report'),
    describedBy: { args: { type: 'object', properties: PATH_PROPERTIES } },
    isEnabled: isThere(false),
    isVisible: isThere(false),
    execute: guard(async args => {
      const { paths, ref } = select(args);
      for (const path of paths) {
        const opened = await opener.open(path, { tab: 'report', ...(ref ? { ref } : {}) });
        if (opened?.widget.content.model.phase === 'ready') {
          const { prints } = opened.widget.content;
          await (opened.batch ? prints.print([opened.batch]) : prints.printShown());
        }
      }
    })
  });
}

function addPanelCommands(
  app: JupyterFrontEnd,
  tracker: IToolTracker,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const current = () => tracker.currentWidget?.content ?? null;
  const isReady = () => current()?.model.phase === 'ready';
  const noArguments = { args: { type: 'object', properties: {} } };

  commands.addCommand(CommandIDs.run, {
    label: trans.__('Run the Tool'),
    caption: trans.__('Run what the form of the tool in use says'),
    describedBy: noArguments,
    isEnabled: isReady,
    execute: () => current()?.runs.run()
  });
  commands.addCommand(CommandIDs.runAll, {
    label: trans.__('Run All Batches of the Tool'),
    describedBy: noArguments,
    isEnabled: isReady,
    execute: () => current()?.runs.runAll()
  });
  commands.addCommand(CommandIDs.stop, {
    label: trans.__('Stop Runs of the Tool'),
    describedBy: noArguments,
    isEnabled: isReady,
    execute: () => current()?.runs.stop()
  });
  commands.addCommand(CommandIDs.showTab, {
    label: args =>
      args.tab === 'report'
        ? trans.__('Show the Report')
        : args.tab === 'live'
          ? trans.__('Show the Live Run')
          : args.tab === 'batches'
            ? trans.__('Show the Batches')
            : args.tab === 'history'
              ? trans.__('Show the History')
              : trans.__('Show the Inputs'),
    describedBy: {
      args: {
        type: 'object',
        properties: { tab: { type: 'string', enum: [...TABS] } },
        required: ['tab']
      }
    },
    isEnabled: isReady,
    execute: args => {
      if (isTab(args.tab)) {
        current()?.model.showTab(args.tab);
      }
    }
  });
}

/** What a command cannot do is told in a dialog. */
function guarded(trans: TranslationBundle) {
  return (execute: (args: ReadonlyPartialJSONObject) => Promise<void>) =>
    async (args: ReadonlyPartialJSONObject): Promise<void> => {
      try {
        await execute(args);
      } catch (error) {
        await showErrorMessage(trans.__('CrossCompute'), describeError(error, trans));
      }
    };
}
