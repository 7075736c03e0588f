import { controlText, lineControl, parseText } from '../control';
import { renderTime } from '../element';
import { readTime } from '../moment';
import {
  checkMomentLimits,
  momentAttributes,
  refuseOutside,
  type IMomentScale
} from '../momentLimits';
import { InputProblem, type IView } from '../view';

const SCALE: IMomentScale = {
  noun: 'a time such as 08:30',
  position: secondsOf,
  unit: 'seconds'
};

/** A time of the day as `HH:MM` or `HH:MM:SS`; the browser part shows it as the reader's language does. */
export const timeView: IView = {
  name: 'time',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['min', 'max', 'step'],
  check: configuration => checkMomentLimits(configuration, SCALE),
  parse: (raw, configuration) => {
    const text = parseText(raw);
    const time = readTime(text);
    if (time === null) {
      throw new InputProblem(
        text === '' ? `must be ${SCALE.noun}` : `"${text}" is not ${SCALE.noun}`
      );
    }
    refuseOutside(time, configuration, SCALE);
    return time;
  },
  input: context =>
    lineControl(context, 'time', { attributes: momentAttributes(context.configuration, readTime) }),
  output: context => renderTime(context, readTime(controlText(context)))
};

function secondsOf(text: string): number | null {
  const time = readTime(text);
  if (time === null) {
    return null;
  }
  const [hours, minutes, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
