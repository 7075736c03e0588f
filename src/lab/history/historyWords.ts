import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRunResource } from '../../core/api';
import { isFinal, type IRunError, type IRunRecord } from '../../core/run/run';
import { plainText } from '../live/ansi';

/** What is remarkable about a run, besides how it went: one or two words each. */
export function marksOf(
  { record, askerCount }: IRunResource,
  before: IRunResource | null,
  trans: TranslationBundle
): string[] {
  const { attempt = 1, retryOf, leader, pinned, printed } = record;
  const isOtherCode = before !== null && before.record.code !== record.code;
  return [
    attempt > 1 ? trans.__('attempt %1', attempt) : retryOf ? trans.__('run again') : '',
    leader ? trans.__('followed another run') : '',
    askerCount > 1 ? trans._n('joined by %1 other', 'joined by %1 others', askerCount - 1) : '',
    isOtherCode ? trans.__('code changed') : '',
    pinned ? trans.__('kept') : '',
    printed ? trans.__('printed') : ''
  ].filter(Boolean);
}

/** Say why a run did not end well, with the last lines that it wrote; '' where nothing is known. */
export function reasonOf(error: IRunError | null, trans: TranslationBundle): string {
  return error ? [describe(error, trans), ...tailOf(error)].join('\n') : '';
}

/** The same in one line. */
export function shortReasonOf(error: IRunError | null, trans: TranslationBundle): string {
  if (!error) {
    return '';
  }
  const [line] = describe(error, trans).split('\n');
  const last = tailOf(error).pop();
  return last ? trans.__('%1: %2', line, last) : line;
}

function describe({ cell, name, value, message }: IRunError, trans: TranslationBundle): string {
  const text = plainText(name ? `${name}: ${value ?? ''}` : message);
  return cell === undefined ? text : trans.__('Cell %1: %2', cell, text);
}

/** Last lines that a program wrote; an exception says by itself what was wrong. */
function tailOf({ name, tail = [] }: IRunError): string[] {
  return name ? [] : tail.map(plainText).filter(line => line.trim() !== '');
}

/** Seconds that a run took; null while it goes on, and for one that never began. */
export function secondsOf({
  started,
  ended
}: Pick<IRunRecord, 'started' | 'ended'>): number | null {
  return started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : null;
}

/** Tell whether a run can be run again and kept: it is over. */
export function isOver({ state }: Pick<IRunRecord, 'state'>): boolean {
  return isFinal(state);
}
