import type { IView } from './view';
import { booleanView } from './views/boolean';
import { colorView } from './views/color';
import { dateView } from './views/date';
import { datetimeView } from './views/datetime';
import { multiselectView } from './views/multiselect';
import { selectView } from './views/select';
import { sliderView } from './views/slider';
import { timeView } from './views/time';

/** Views that are there for what they ask, and show a single value. */
export const INPUT_VIEWS: readonly IView[] = [
  ...[selectView, multiselectView, sliderView, dateView, timeView, datetimeView],
  ...[colorView, booleanView]
];
