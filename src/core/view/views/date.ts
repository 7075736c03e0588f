import { controlText, lineControl, parseText } from '../control';
import { renderTime } from '../element';
import { readDate } from '../moment';
import {
  checkMomentLimits,
  momentAttributes,
  refuseOutside,
  type IMomentScale
} from '../momentLimits';
import { InputProblem, type IView } from '../view';

const SCALE: IMomentScale = {
  noun: 'a date such as 2026-01-31',
  position: text => (readDate(text) === null ? null : Date.parse(text.trim()) / 86_400_000),
  unit: 'days'
};

/** A day as `YYYY-MM-DD`; the browser part shows it as the reader's language writes dates. */
export const dateView: IView = {
  name: 'date',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['min', 'max', 'step'],
  check: configuration => checkMomentLimits(configuration, SCALE),
  parse: (raw, configuration) => {
    const text = parseText(raw);
    const date = readDate(text);
    if (date === null) {
      throw new InputProblem(
        text === '' ? `must be ${SCALE.noun}` : `"${text}" is not ${SCALE.noun}`
      );
    }
    refuseOutside(date, configuration, SCALE);
    return date;
  },
  input: context =>
    lineControl(context, 'date', { attributes: momentAttributes(context.configuration, readDate) }),
  output: context => renderTime(context, readDate(controlText(context)))
};
