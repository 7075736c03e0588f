import type { IViewActivator } from './activator';
import { colorActivator } from './color';
import { dateActivator, datetimeActivator, timeActivator } from './moment';
import {
  booleanActivator,
  multiselectActivator,
  selectActivator,
  sliderActivator
} from './widgets';

/** The activators of `INPUT_VIEWS`. */
export const INPUT_ACTIVATORS: readonly IViewActivator[] = [
  ...[selectActivator, multiselectActivator, sliderActivator, dateActivator, timeActivator],
  ...[datetimeActivator, colorActivator, booleanActivator]
];
