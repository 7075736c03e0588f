import type { IActivated, IViewActivator } from './activator';
import { FileControl } from '../form/fileControl';

/** Uploads files as soon as they are chosen or dropped. */
export const fileActivator: IViewActivator = {
  name: 'file',
  activate: (element, context): IActivated | null => {
    if (!(element instanceof HTMLInputElement) || element.type !== 'file') {
      return null;
    }
    const control = new FileControl(element, context);
    return { control, dispose: () => control.dispose() };
  }
};
