import type { JsonObject, JsonValue } from '../../json';
import { checkTexts, controlText, lineControl, parseText } from '../control';
import { renderTime } from '../element';
import { html, joinHtml } from '../html';
import {
  epochOf,
  fromTimeZone,
  inTimeZone,
  isTimeZone,
  readMoment,
  writeMoment,
  type IMoment
} from '../moment';
import {
  checkMomentLimits,
  momentAttributes,
  refuseOutside,
  type IMomentScale
} from '../momentLimits';
import { InputProblem, type IView, type IViewContext, type IViewProblem } from '../view';

const NOUN = 'a date and time such as 2026-01-31T08:30+01:00';

/**
 * A moment, stored with its distance from UTC. What is written without one is meant in `timezone`, else in
 * that of the reader's browser; a cell or a client without either means UTC.
 */
export const datetimeView: IView = {
  name: 'datetime',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['min', 'max', 'step', 'timezone'],
  check,
  parse: parseDatetime,
  input: renderInput,
  output: renderOutput
};

function parseDatetime(raw: JsonValue, configuration: JsonObject): string {
  const text = parseText(raw);
  const moment = readMoment(text);
  if (!moment) {
    throw new InputProblem(text === '' ? `must be ${NOUN}` : `"${text}" is not ${NOUN}`);
  }
  const complete = withOffset(moment, timezoneOf(configuration));
  const written = writeMoment(complete);
  refuseOutside(written, configuration, scaleOf(configuration));
  return written;
}

/** The picker shows clocks of one place; which, stands beside it. The browser part says so for its own. */
function renderInput(context: IViewContext) {
  const { configuration, data } = context;
  const timezone = timezoneOf(configuration);
  const moment = readMoment(controlText(context));
  const wall = (one: IMoment) => {
    const shown =
      timezone === null || one.offset === null ? one : inTimeZone(epochOf(one), timezone);
    return `${shown.date}T${shown.time.replace(/^(\d\d:\d\d):00$/, '$1')}`;
  };
  const value = moment ? wall(moment) : '';
  const limits = momentAttributes(configuration, limit => {
    const read = readMoment(limit);
    // Without a zone of its own the picker shows that of the reader, which is not known here.
    return read && (timezone !== null || read.offset === null) ? wall(read) : null;
  });
  const attributes = joinHtml([
    limits,
    html` data-value="${moment ? writeMoment(withOffset(moment, timezone)) : ''}"`,
    timezone !== null && html` data-timezone="${timezone}"`
  ]);
  const shown = data.kind === 'value' ? { ...data, value, text: value } : data;
  return lineControl({ ...context, data: shown }, 'datetime-local', {
    attributes,
    after: timezone !== null ? html` <span class="_unit">${timezone}</span>` : null
  });
}

function renderOutput(context: IViewContext) {
  const timezone = timezoneOf(context.configuration);
  const moment = readMoment(controlText(context));
  const iso = moment && writeMoment(withOffset(moment, timezone));
  return renderTime(context, iso, timezone !== null ? html` data-timezone="${timezone}"` : null);
}

function withOffset(moment: IMoment, timezone: string | null): IMoment {
  if (moment.offset !== null) {
    return moment;
  }
  return timezone === null ? { ...moment, offset: 0 } : fromTimeZone(moment, timezone);
}

/** Null when there is none that is known. */
function timezoneOf({ timezone }: JsonObject): string | null {
  return typeof timezone === 'string' && timezone !== '' && isTimeZone(timezone) ? timezone : null;
}

function scaleOf(configuration: JsonObject): IMomentScale {
  const timezone = timezoneOf(configuration);
  return {
    noun: NOUN,
    position: text => {
      const moment = readMoment(text);
      return moment && epochOf(withOffset(moment, timezone)) / 1000;
    },
    unit: 'seconds'
  };
}

function check(configuration: JsonObject): IViewProblem[] {
  const { timezone } = configuration;
  const problems = [
    ...checkMomentLimits(configuration, scaleOf(configuration)),
    ...checkTexts(configuration, ['timezone'])
  ];
  if (typeof timezone === 'string' && timezone !== '' && !isTimeZone(timezone)) {
    const message = `configuration "timezone" must be a time zone such as Europe/Oslo; "${timezone}" is none`;
    problems.push({ key: 'timezone', severity: 'error', message });
  }
  return problems;
}
