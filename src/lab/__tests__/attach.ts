import { ReactWidget } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { until } from './fakes';

/** Put a widget into the document, and wait until it is drawn. */
export async function attach<T extends Widget>(widget: T): Promise<T> {
  Widget.attach(widget, document.body);
  MessageLoop.flush();
  await drawn(widget);
  return widget;
}

/** Wait until what was asked to be drawn is drawn. */
export async function drawn(widget: Widget): Promise<void> {
  MessageLoop.flush();
  await (widget instanceof ReactWidget ? widget.renderPromise : undefined);
}

/** A button by its name. */
export function button(root: ParentNode, name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll('button')].find(
    candidate =>
      (candidate.getAttribute('aria-label') ?? candidate.textContent ?? '').trim() === name
  );
  if (!found) {
    throw new Error(`there is no button “${name}”`);
  }
  return found;
}

/** Wait until a text is in the document. */
export function untilText(root: Node, text: string): Promise<void> {
  return until(() => root.textContent?.includes(text) === true);
}
