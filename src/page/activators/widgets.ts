import type { JsonValue } from '../../core/json';
import { MultiselectWidget } from '../form/multiselectWidget';
import { SelectWidget } from '../form/selectWidget';
import { SliderWidget } from '../form/sliderWidget';
import { SwitchWidget } from '../form/switchWidget';
import { ValueControl, type IValueWidget } from '../form/valueControl';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Opens the list of a field with many options; a native list of few needs nothing. */
export const selectActivator = widgetActivator('select', (element, context) =>
  element instanceof HTMLInputElement ? new SelectWidget(element, context) : null
);

/** Opens the list of options, and makes chips removable. */
export const multiselectActivator = widgetActivator('multiselect', (element, context) =>
  element instanceof HTMLFieldSetElement ? new MultiselectWidget(element, context) : null
);

/** Keeps slider and number box alike. */
export const sliderActivator = widgetActivator('slider', (element, context) =>
  element instanceof HTMLFieldSetElement ? new SliderWidget(element, context) : null
);

/** Gives a switch as true or false. */
export const booleanActivator = widgetActivator('boolean', (element, context) =>
  element instanceof HTMLInputElement ? new SwitchWidget(element, context) : null
);

/**
 * Bring a control to life that is a widget.
 *
 * @param element - the control as the server rendered it
 */
export function activateWidget<T extends JsonValue>(
  element: HTMLElement,
  widget: IValueWidget<T>
): IActivated {
  const control = new ValueControl(element, widget);
  return { control, dispose: () => control.dispose() };
}

/**
 * @param create - gives null for an element of another kind, such as an output
 */
function widgetActivator<T extends JsonValue>(
  name: string,
  create: (element: HTMLElement, context: IActivatorContext) => IValueWidget<T> | null
): IViewActivator {
  return {
    name,
    activate: (element, context) => {
      const widget = create(element, context);
      return widget && activateWidget(element, widget);
    }
  };
}
