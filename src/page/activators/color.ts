import { ColorControl } from '../form/colorControl';
import type { IViewActivator } from './activator';

/** Puts the browser's own picker beside the code of a colour. */
export const colorActivator: IViewActivator = {
  name: 'color',
  activate: (element, context) => {
    if (!(element instanceof HTMLInputElement)) {
      return null;
    }
    const control = new ColorControl(element, context);
    return { control, dispose: () => control.dispose() };
  }
};
