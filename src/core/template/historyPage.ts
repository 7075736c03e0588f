import type { IAutomationSummary, IRunSummary } from '../api';
import { html, joinHtml, type SafeHtml } from '../view/html';
import { stripAnsi } from './ansi';
import { formatDuration, STATE_LABELS } from './banner';
import { joinTitle, type IDocument, type IPageFrame } from './document';
import { addressOf, historyAddress, renderSteps, rootCrumb, stepAddress } from './page';

/** The runs of a batch, for who may see it. */
export interface IHistoryPage {
  automation: IAutomationSummary;
  siteTitle: string;
  hasRootPage: boolean;
  batch: { slug: string; name: string };
  /** Addresses of the author's style sheets. */
  styleUris: readonly string[];
  /** Newest first. */
  runs: readonly IRunSummary[];
  /** True when newer ones are on another page. */
  hasNewer: boolean;
  /** True when there are older ones than those. */
  hasOlder: boolean;
}

/** What the page of a history consists of; it needs no script. */
export function historyDocument(frame: IPageFrame, page: IHistoryPage): IDocument {
  const { automation, batch } = page;
  const automationUri = addressOf(frame, automation);
  return {
    title: joinTitle('History', batch.name, automation.title),
    styleUris: page.styleUris,
    breadcrumb: [
      ...rootCrumb(frame, page),
      { text: automation.title, uri: automationUri },
      { text: batch.name, uri: `${automationUri}/b/${encodeURIComponent(batch.slug)}` },
      { text: 'History', uri: null }
    ],
    navigation: renderSteps(automation, automationUri, batch.slug, 'history'),
    main: html`<h1>History of ${batch.name}</h1>
      <section class="_history" aria-label="Runs">
        ${page.runs.length ? renderTable(page.runs) : renderEmpty(automationUri, page)}
        ${renderPaging(historyAddress(automationUri, batch.slug), page)}
      </section>`,
    bodyClass: '_history-page',
    hasScript: false
  };
}

function renderEmpty(automationUri: string, { batch, hasNewer }: IHistoryPage): SafeHtml {
  return hasNewer
    ? html`<p>There are no older runs.</p>`
    : html`<p>
        This has not run yet. Runs of its
        <a href="${stepAddress(automationUri, batch.slug, 'input')}">inputs</a> are listed here.
      </p>`;
}

function renderTable(runs: readonly IRunSummary[]): SafeHtml {
  return html`<div class="_scroll" role="region" aria-label="Table of runs" tabindex="0">
    <table aria-label="Runs, newest first">
      <thead>
        <tr>
          <th scope="col">Asked for</th>
          <th scope="col">Status</th>
          <th scope="col">Took</th>
          <th scope="col">Why it failed</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map(renderRun)}
      </tbody>
    </table>
  </div>`;
}

function renderRun({ created, started, ended, state, error }: IRunSummary): SafeHtml {
  const { shape, word } = STATE_LABELS[state];
  const seconds =
    started && ended ? Math.max(0, (Date.parse(ended) - Date.parse(started)) / 1000) : null;
  // That somebody stopped it is no failure.
  const reason = state === 'stopped' ? '' : reasonOf(error);
  return html`<tr>
    <th scope="row"><time datetime="${created}">${formatUtc(created)}</time></th>
    <td>
      <span class="_state _state-${state}"><span aria-hidden="true">${shape}</span> ${word}</span>
    </td>
    <td>${seconds !== null && formatDuration(seconds)}</td>
    <td>${reason}</td>
  </tr>`;
}

function reasonOf(error: IRunSummary['error']): string {
  if (!error) {
    return '';
  }
  const { cell, name, value, message, tail = [] } = error;
  // What a program wrote last is there for who may run alone.
  const last = tail.filter(line => line.trim() !== '').pop();
  const text = name ? `${name}: ${value ?? ''}` : [message, last].filter(Boolean).join(': ');
  return stripAnsi(cell === undefined ? text : `Cell ${cell}: ${text}`);
}

/** Without a script nobody knows where the reader is, so the time says its zone. */
function formatUtc(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

function renderPaging(uri: string, { runs, hasNewer, hasOlder }: IHistoryPage): SafeHtml | null {
  const last = runs[runs.length - 1];
  if (!hasNewer && !hasOlder) {
    return null;
  }
  return html`<nav class="_paging" aria-label="Pages of runs">
    ${joinHtml([
      hasNewer && html`<a rel="prev" href="${uri}">Newest</a> `,
      hasOlder &&
        last &&
        html`<a rel="next" href="${uri}?before=${encodeURIComponent(last.id)}">Older</a>`
    ])}
  </nav>`;
}
