import type { TranslationBundle } from '@jupyterlab/translation';
import type { ITurn } from '../../core/api';
import type { IProgress } from '../../core/run/foldProgress';
import type { IStatus } from '../../core/run/foldStatus';
import type { ITimeRange } from '../../core/run/timeLeft';
import { formatDuration, formatPercent, timeUnitOf } from '../durations';
import { localeOf } from '../locale';

/** What is said of a run. */
export interface IDescribed {
  status: IStatus;
  progress: IProgress;
  turn: ITurn | null;
}

/**
 * Say in one line how far a run is: `cell 3/7 “Fit the model” 64 %` while it executes.
 *
 * @param locale - BCP 47; that of the words by default
 */
export function describeRun(
  { status, progress, turn }: IDescribed,
  trans: TranslationBundle,
  locale = localeOf(trans)
): string {
  switch (status.state) {
    case null:
      return trans.__('Asking for the run…');
    case 'queued':
      return describeTurn(turn, status.position, trans, locale);
    case 'running':
      return describeProgress(progress, trans, locale);
    case 'done':
      return status.started && status.ended
        ? trans.__('Done in %1', formatDuration(secondsBetween(status), locale))
        : trans.__('Done');
    case 'failed':
      return trans.__('Failed');
    case 'stopped':
      return trans.__('Stopped');
    case 'lost':
      return trans.__('Lost: the server ended while it ran');
  }
}

/**
 * Say for whom else a run is executed; '' when it executes for itself.
 */
export function describeLeader(turn: ITurn | null, trans: TranslationBundle): string {
  return turn?.leader
    ? trans.__('Follows the run of “%1”: executed once for both.', turn.leader.batchName)
    : '';
}

/**
 * Say what a screen reader is told of a run while it goes on: its state, neither waiting time nor cells.
 *
 * @param fraction - 0–1, in steps that are worth a sentence
 */
export function describeSpoken(
  run: IDescribed,
  fraction: number,
  trans: TranslationBundle,
  locale = localeOf(trans)
): string {
  switch (run.status.state) {
    case 'queued':
      return run.turn?.isPaused ? trans.__('Paused: new runs wait') : trans.__('Waiting to start');
    case 'running':
      return fraction > 0
        ? trans.__('Running, %1', formatPercent(fraction, locale))
        : trans.__('Running');
    default:
      return describeRun(run, trans, locale);
  }
}

/** Write a range of seconds in the unit that fits, or one time where both ends look the same. */
function describeTime(
  { least, most }: ITimeRange,
  trans: TranslationBundle,
  locale?: string
): string {
  const { size, format } = timeUnitOf(most, locale);
  const [from, to] = [Math.floor(least / size), Math.ceil(most / size)];
  return to - from <= 1
    ? format.format(to)
    : trans.__('%1 to %2', new Intl.NumberFormat(locale).format(from), format.format(to));
}

function describeTurn(
  turn: ITurn | null,
  first: number | null,
  trans: TranslationBundle,
  locale?: string
): string {
  const position = turn?.position ?? first ?? 1;
  if (turn?.isPaused) {
    return position > 1
      ? trans.__('Paused: new runs wait. Number %1 in the queue', position)
      : trans.__('Paused: new runs wait');
  }
  const time =
    turn?.seconds && turn.seconds.most > 0 ? describeTime(turn.seconds, trans, locale) : null;
  if (position > 1) {
    return time
      ? trans.__('Waiting, number %1 in the queue, about %2', position, time)
      : trans.__('Waiting, number %1 in the queue', position);
  }
  return time ? trans.__('Waiting to start, about %1', time) : trans.__('Waiting to start');
}

function describeProgress(progress: IProgress, trans: TranslationBundle, locale?: string): string {
  const { current, cells, fraction, message } = progress;
  const parts: string[] = [];
  if (current) {
    const name = /^cell \d+ (“.*”)$/s.exec(current.name)?.[1] ?? '';
    parts.push(
      cells >= current.number
        ? trans.__('cell %1/%2', current.number, cells)
        : trans.__('cell %1', current.number),
      name
    );
  }
  if (message) {
    parts.push(message);
  }
  if (fraction !== null && (current || message || fraction > 0)) {
    parts.push(formatPercent(fraction, locale));
  }
  return parts.filter(Boolean).join(' ') || trans.__('Starting');
}

function secondsBetween({ started, ended }: IStatus): number {
  return (Date.parse(ended ?? '') - Date.parse(started ?? '')) / 1000;
}
