import type { IRunSummary, ITurn } from '../api';
import { formatTimeLeft } from '../run/timeLeft';
import type { IRunError, IRunProblem, RunState } from '../run/run';
import { html, joinHtml, type SafeHtml } from '../view/html';
import { errorLine } from '../run/errorLine';
import { stripAnsi } from './ansi';

/** What a banner tells of the newest run of a batch. */
export interface IBanner {
  /** `new`: it never ran. */
  state: RunState | 'new';
  /** 1 + queued runs before it; null unless queued. */
  position: number | null;
  /** When it is its turn, as far as that is known. */
  turn: ITurn | null;
  /** True when the server was restarted while it ran, and it goes on. */
  isAttached: boolean;
  /** 0–1; null when nothing is known. */
  fraction: number | null;
  message: string | null;
  /** Such as `cell 3 “Fit the model”`; null outside of notebooks. */
  cell: string | null;
  error: IRunError | null;
  /** Null while it goes on. */
  durationSeconds: number | null;
  /** True when inputs or code changed since it ended. */
  isStale: boolean;
  problems: readonly IRunProblem[];
  /** Address of the executed notebook; null for none. */
  notebookUri: string | null;
  /** Buttons Stop and Retry, which need JavaScript; false where the host has its own. */
  hasActions: boolean;
}

/** The parts of a banner; each may be empty. They are live regions of their own, so that each is spoken when it changes. */
export interface IBannerParts {
  /** A sentence for the region `status`, the same as long as the state is. */
  status: SafeHtml;
  /** What changes often, and is not spoken: place in the queue and waiting time, or a bar. */
  progress: SafeHtml;
  /** For the region `alert`. */
  failure: SafeHtml;
}

/** Words for the states of runs, with a shape, so that colour is never alone. */
export const STATE_LABELS: Readonly<Record<RunState | 'new', { shape: string; word: string }>> = {
  new: { shape: '○', word: 'new' },
  queued: { shape: '◔', word: 'queued' },
  running: { shape: '●', word: 'running' },
  done: { shape: '✓', word: 'done' },
  failed: { shape: '✗', word: 'failed' },
  stopped: { shape: '■', word: 'stopped' },
  lost: { shape: '?', word: 'lost' }
};

/** A banner for a run as lists tell it; null for a batch that never ran. */
export function bannerOf(
  run: IRunSummary | null,
  more: Partial<
    Pick<IBanner, 'isStale' | 'isAttached' | 'problems' | 'notebookUri' | 'hasActions' | 'turn'>
  > = {}
): IBanner {
  const plain = {
    ...{ isStale: false, isAttached: false, problems: [] },
    ...{ notebookUri: null, hasActions: false, turn: null }
  };
  const base = { ...plain, ...more };
  if (!run) {
    return {
      ...base,
      state: 'new',
      position: null,
      fraction: null,
      message: null,
      cell: null,
      error: null,
      durationSeconds: null
    };
  }
  const { state, position, fraction, message, error, started, ended } = run;
  const durationSeconds =
    started && ended ? Math.max(0, (Date.parse(ended) - Date.parse(started)) / 1000) : null;
  return { ...base, state, position, fraction, message, cell: null, error, durationSeconds };
}

/** Render a banner with its live regions, for the place that pages fill anew. */
export function renderBanner(banner: IBanner): SafeHtml {
  const { status, progress, failure } = renderBannerParts(banner);
  return html`<div class="_banner" data-state="${banner.state}">
    <div class="_status" role="status">${status}</div>
    <div class="_progress">${progress}</div>
    <div class="_failure" role="alert">${failure}</div>
  </div>`;
}

/** Render the parts of a banner. */
export function renderBannerParts(banner: IBanner): IBannerParts {
  const { hasActions, state } = banner;
  const isActive = state === 'queued' || state === 'running';
  const canRetry = state === 'failed' || state === 'stopped' || state === 'lost';
  // Without JavaScript the buttons would do nothing; the browser part shows them.
  const stop = hasActions && isActive && actionButton('stop', 'Stop');
  const retry = hasActions && canRetry && actionButton('retry', 'Retry');
  const sentence = sentenceOf(banner);
  // Missing outputs are told in their place.
  const remarks = banner.problems.filter(({ code }) => code !== 'output-missing');
  return {
    status: joinHtml([
      sentence && html`<p>${label(state, sentence)} ${sentence}</p>`,
      remarks.map(({ message }) => html`<p class="_warning">${message}</p>`),
      stop,
      retry
    ]),
    progress: renderProgress(banner),
    failure: state === 'failed' ? renderFailure(banner) : joinHtml([])
  };
}

/** A duration for people: `0.3 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function sentenceOf(banner: IBanner): string {
  const { state, durationSeconds, isAttached, isStale, error } = banner;
  const time = durationSeconds === null ? '' : ` after ${formatDuration(durationSeconds)}`;
  switch (state) {
    case 'new':
      return '';
    case 'queued':
      return waitingSentence(banner);
    case 'running':
      return `Running.${isAttached ? ATTACHED : ''}${leaderSentence(banner)} This page fills itself while results are written.`;
    case 'done':
      return isStale
        ? 'Inputs or code changed since this was made: run again to update it.'
        : durationSeconds === null
          ? ''
          : `Done in ${formatDuration(durationSeconds)}.`;
    case 'failed':
      return `The run failed${time}.`;
    case 'stopped':
      return `The run was stopped${time}.`;
    case 'lost':
      return `The run was lost: ${error?.message || 'the server was restarted while it ran; run it again'}.`;
  }
}

const ATTACHED = ' The server was restarted, and the run goes on.';

function waitingSentence({ turn }: IBanner): string {
  const pause = turn?.isPaused ? ' The queue is paused: new runs wait.' : '';
  return `Waiting to start.${pause}${leaderSentence({ turn })}`;
}

/** Place in the queue and waiting time; '' where neither says anything. */
function placeSentence({ position, turn }: IBanner): string {
  const number = turn?.position ?? position;
  const seconds = turn?.seconds;
  const place = number !== null && number > 1 ? `Number ${number} in the queue` : '';
  const time = seconds && seconds.most > 0 ? `about ${formatTimeLeft(seconds)}` : '';
  const text = [place, time && (place ? time : `In ${time}`)].filter(Boolean).join(', ');
  return text && `${text}.`;
}

function leaderSentence({ turn }: Pick<IBanner, 'turn'>): string {
  const leader = turn?.leader;
  return leader ? ` It follows the run of “${leader.batchName}”: executed once for both.` : '';
}

/** The shape of a state, and its word where the sentence beside it does not say it. */
function label(state: IBanner['state'], sentence: string): SafeHtml {
  const { shape, word } = STATE_LABELS[state];
  const isSaid = sentence.toLowerCase().includes(word);
  return html`<span class="_state _state-${state}"
    ><span aria-hidden="true">${shape}</span> ${isSaid ? '' : `${word}:`}</span
  >`;
}

function actionButton(action: 'stop' | 'retry', text: string): SafeHtml {
  return html`<button class="_action" type="button" data-action="${action}" hidden>
    ${text}
  </button>`;
}

function renderProgress(banner: IBanner): SafeHtml {
  const { state, fraction, message, cell } = banner;
  if (state === 'queued') {
    const place = placeSentence(banner);
    return joinHtml([place && html`<span class="_progress-text">${place}</span>`]);
  }
  if (state !== 'running') {
    return joinHtml([]);
  }
  const percent = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  const bar =
    percent === null
      ? html`<progress aria-label="Progress of the run"></progress>`
      : html`<progress aria-label="Progress of the run" max="100" value="${percent}"></progress>`;
  const words = [cell, message, percent === null ? null : `${percent} %`].filter(Boolean);
  return html`${bar} <span class="_progress-text">${words.join(' · ')}</span>`;
}

function renderFailure({ error, notebookUri }: IBanner): SafeHtml {
  if (!error) {
    return html`<p class="_error-title">The run failed.</p>`;
  }
  const { cell, traceback = [], tail = [] } = error;
  const where = cell === undefined ? 'The run failed' : `Cell ${cell} failed`;
  const { name = '', value = '', message } = error;
  const isException = name !== '' && name !== 'SystemExit';
  const [, ...more] = value.split('\n');
  const line = errorLine(isException ? [name, value].filter(Boolean).join(': ') : message);
  // The message of an exception is mostly its first line, and the place.
  const isSaid = !isException || message.includes(line);
  const what = [cell === undefined && isSaid ? message : line, ...(isException ? more : [])];
  const trace = stripAnsi(traceback.join('\n')).trim();
  const lines = stripAnsi(tail.join('\n')).trim();
  return html`<p class="_error-title">${where}</p>
    <p class="_error-text">${stripAnsi(what.join('\n'))}</p>
    ${!isSaid && message && html`<p>${stripAnsi(message)}</p>`}
    ${
      lines &&
      html`<p class="_error-label">Last lines of output</p>
        <pre class="_tail" tabindex="0">${lines}</pre>`
    }
    ${
      trace &&
      html`<details>
        <summary>Traceback</summary>
        <pre class="_traceback" tabindex="0">${trace}</pre>
      </details>`
    }
    ${notebookUri && html`<p><a href="${notebookUri}">Open the executed notebook</a></p>`}`;
}
