import type { TranslationBundle } from '@jupyterlab/translation';
import type { IProgress } from '../../core/run/foldProgress';
import type { IStatus } from '../../core/run/foldStatus';
import { formatDuration, formatPercent } from '../durations';

/**
 * Say in one line how far a run is: `cell 3/7 “Fit the model” 64 %` while it executes.
 *
 * @param locale - BCP 47; the browser's by default
 */
export function describeRun(
  status: IStatus,
  progress: IProgress,
  trans: TranslationBundle,
  locale?: string
): string {
  switch (status.state) {
    case null:
      return trans.__('Asking for the run…');
    case 'queued':
      return status.position && status.position > 1
        ? trans.__('Waiting, number %1 in the queue', status.position)
        : trans.__('Waiting to start');
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
