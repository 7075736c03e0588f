import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';

/** What the menu of a panel offers. */
export interface IMenuActions {
  openInBrowser(): void;
  copyLink(): void;
  printShown(): void;
  printAll(): void;
  openConfiguration(): void;
  checkConfiguration(): void;
  /** Ask whether the code of the tool's own views may run. */
  trust(): void;
  openLog(stream: 'stdout' | 'stderr'): void;
  openExecuted(): void;
  chooseAnother(): void;
  /** True when the shown batch has a run whose files can be opened. */
  hasRun(): boolean;
  hasNotebook(): boolean;
  /** True when a view of the tool's own is not loaded. */
  needsTrust(): boolean;
}

/**
 * The menu ⋯ of a panel. Opened below its button, to which the keyboard returns.
 */
export function createToolMenu(actions: IMenuActions, trans: TranslationBundle): Menu {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const add = (id: string, label: string, execute: () => void, isEnabled = () => true) => {
    const describedBy = { args: { type: 'object', properties: {} } };
    commands.addCommand(id, { label, execute, isEnabled, describedBy });
    menu.addItem({ command: id });
  };
  menu.title.label = trans.__('More actions');
  add('open-in-browser', trans.__('Open in browser'), () => actions.openInBrowser());
  add('copy-link', trans.__('Copy link'), () => actions.copyLink());
  menu.addItem({ type: 'separator' });
  add('print-pdf', trans.__('Print PDF'), () => actions.printShown());
  add('print-all', trans.__('Print all as PDF (zip)'), () => actions.printAll());
  menu.addItem({ type: 'separator' });
  add('open-configuration', trans.__('Open configuration'), () => actions.openConfiguration());
  add('check-configuration', trans.__('Check configuration'), () => actions.checkConfiguration());
  add(
    'trust',
    trans.__('Trust this tool…'),
    () => actions.trust(),
    () => actions.needsTrust()
  );
  add('choose-another', trans.__('Choose another tool…'), () => actions.chooseAnother());
  menu.addItem({ type: 'separator' });
  const hasRun = () => actions.hasRun();
  add('open-stdout', trans.__('Debug: stdout'), () => actions.openLog('stdout'), hasRun);
  add('open-stderr', trans.__('Debug: stderr'), () => actions.openLog('stderr'), hasRun);
  add(
    'open-executed',
    trans.__('Debug: executed notebook'),
    () => actions.openExecuted(),
    () => actions.hasRun() && actions.hasNotebook()
  );
  return menu;
}
