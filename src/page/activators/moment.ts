import { epochOf, readMoment } from '../../core/view/moment';
import { browserTimeZone, MomentWidget } from '../form/momentWidget';
import type { IActivated, IViewActivator } from './activator';
import { activateWidget } from './widgets';

/** Writes a date as the reader's language does. */
export const dateActivator: IViewActivator = {
  name: 'date',
  activate: element =>
    localize(element, iso => {
      const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' });
      return format.format(new Date(`${iso}T00:00:00Z`));
    })
};

/** Writes a time of the day as the reader's language does. */
export const timeActivator: IViewActivator = {
  name: 'time',
  activate: element =>
    localize(element, iso => {
      const timeStyle = iso.length > 5 ? 'medium' : 'short';
      const format = new Intl.DateTimeFormat(undefined, { timeStyle, timeZone: 'UTC' });
      return format.format(new Date(`1970-01-01T${iso.slice(0, 12)}Z`));
    })
};

/** Writes a moment in the clocks of its time zone, else of the reader's; asks for one in the same. */
export const datetimeActivator: IViewActivator = {
  name: 'datetime',
  activate: (element, context) => {
    if (element instanceof HTMLInputElement) {
      return activateWidget(element, new MomentWidget(element, context));
    }
    const { timezone } = element.dataset;
    return localize(element, iso => {
      const moment = readMoment(iso);
      const format = new Intl.DateTimeFormat(undefined, {
        year: 'numeric',
        month: 'long',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone: timezone ?? browserTimeZone(),
        timeZoneName: 'short'
      });
      return moment ? format.format(epochOf(moment)) : iso;
    });
  }
};

/**
 * Put a text in place of what a `<time>` shows.
 *
 * @param write - gets the value of `datetime`
 * @returns null for other elements, which hold no date
 */
function localize(element: HTMLElement, write: (iso: string) => string): IActivated | null {
  if (!(element instanceof HTMLTimeElement) || !element.dateTime) {
    return null;
  }
  const text = element.textContent;
  element.textContent = write(element.dateTime);
  element.title = text ?? '';
  return {
    dispose: () => {
      element.textContent = text;
      element.removeAttribute('title');
    }
  };
}
