import { IRouter, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { CommandIDs } from '../commandIDs';
import { IToolOpener } from '../tokens';

/** Opens the tool that the address of the page names: `?crosscompute=examples/rainfall`. */
export const address: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:address',
  description: 'Opens the tool that ?crosscompute=path in the address of the page names.',
  autoStart: true,
  requires: [IRouter, IToolOpener],
  activate: (app: JupyterFrontEnd, router: IRouter, opener: IToolOpener): void => {
    app.commands.addCommand(CommandIDs.openAddress, {
      describedBy: {
        args: {
          type: 'object',
          properties: { path: { type: 'string' }, search: { type: 'string' } }
        }
      },
      isVisible: () => false,
      execute: args => {
        const { path, search, hash } = args as unknown as IRouter.ILocation;
        const { crosscompute, ...rest } = URLExt.queryStringToObject(search ?? '');
        if (!crosscompute) {
          return;
        }
        // After a reload the panel is there already: the address need not ask again.
        router.navigate(`${path}${URLExt.objectToQueryString(rest)}${hash}`, { skipRouting: true });
        void app.restored.then(() => opener.open(crosscompute));
      }
    });
    router.register({
      command: CommandIDs.openAddress,
      pattern: /[?&]crosscompute=[^&#]/,
      rank: 40
    });
  }
};
