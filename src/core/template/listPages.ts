import type { IAutomationSummary, IBatchPage, IBatchSummary } from '../api';
import type { ICopyright, StepName } from '../automation/automation';
import { html, type SafeHtml } from '../view/html';
import { renderAttribution } from './attribution';
import { formatDuration, STATE_LABELS } from './banner';
import { joinTitle, renderDocument, type IDocument, type IPageFrame } from './document';
import {
  addressOf,
  pdfAddress,
  renderStepMain,
  rootCrumb,
  stepAddress,
  stepHead,
  stepSettings,
  STEP_TITLES
} from './page';
import type { IRenderedStep } from './stepPage';

/** The list of automations. */
export interface IRootPage {
  title: string;
  automations: readonly IAutomationSummary[];
}

/** Render the list of automations. */
export function renderRootPage(frame: IPageFrame, page: IRootPage): string {
  return renderDocument(frame, rootDocument(frame, page));
}

/** What the list of automations consists of. */
export function rootDocument(frame: IPageFrame, page: IRootPage): IDocument {
  const items = page.automations.map(automation => renderAutomation(frame, automation));
  const list = items.length
    ? html`<ul class="_automations">
        ${items}
      </ul>`
    : html`<p>There is no automation here yet.</p>`;
  return {
    title: page.title,
    breadcrumb: [],
    main: html`<h1>${page.title}</h1>
      ${list}`,
    bodyClass: '_root-page',
    hasScript: false
  };
}

/** The page of an automation: the page of a batch, if its design wants one, and the list of batches. */
export interface IAutomationPage {
  automation: IAutomationSummary;
  siteTitle: string;
  hasRootPage: boolean;
  /** What the featured batch shows; null for the list alone. */
  featured: {
    step: StepName;
    batch: { slug: string; name: string };
    rendered: IRenderedStep;
  } | null;
  /** Addresses of the author's style sheets. */
  styleUris: readonly string[];
  batches: IBatchPage;
  /** What the batches are filtered by; '' for nothing. */
  search: string;
  /** Batches a page. */
  limit: number;
  copyrights: readonly ICopyright[];
  /** The current one, for the foot of the page. */
  year: number;
}

/** Render the page of an automation. */
export function renderAutomationPage(frame: IPageFrame, page: IAutomationPage): string {
  return renderDocument(frame, automationDocument(frame, page));
}

/** What the page of an automation consists of. */
export function automationDocument(frame: IPageFrame, page: IAutomationPage): IDocument {
  const { automation, featured } = page;
  const main = featured
    ? renderStepMain({ automation, rendered: featured.rendered })
    : html`<h1>${automation.title}</h1>
        ${automation.description !== automation.name && html`<p>${automation.description}</p>`}`;
  return {
    title: joinTitle(automation.title, page.hasRootPage ? page.siteTitle : ''),
    description: automation.description,
    styleUris: page.styleUris,
    breadcrumb: [...rootCrumb(frame, page), { text: automation.title, uri: null }],
    main,
    list: frame.isEmbedded || frame.isPrint ? null : renderBatches(frame, page),
    footer: renderAttribution(page.copyrights, { rootUri: frame.rootUri, year: page.year }),
    bodyClass: '_automation-page',
    head:
      featured && !frame.isPrint
        ? stepHead(frame, stepSettings(frame, { automation, run: null, ...featured }))
        : null,
    hasScript: featured !== null
  };
}

function renderAutomation(frame: IPageFrame, automation: IAutomationSummary): SafeHtml {
  const { title, description, name, isUsable } = automation;
  const about = description !== name && description !== title && html`<p>${description}</p>`;
  return isUsable
    ? html`<li>
        <a href="${addressOf(frame, automation)}">${title}</a>
        ${about}
      </li>`
    : html`<li>
        <span>${title}</span>
        <p class="_warning">This automation has problems and is closed.</p>
      </li>`;
}

function renderBatches(frame: IPageFrame, page: IAutomationPage): SafeHtml {
  const { automation, batches, search, limit } = page;
  const automationUri = addressOf(frame, automation);
  const hasSearch = batches.total > limit || search !== '';
  const rows = batches.batches.map(batch => renderBatch(automation, automationUri, batch));
  const hasDone = batches.batches.some(({ state }) => state === 'done');
  const table = html`<div class="_scroll" role="region" aria-label="Table of batches" tabindex="0">
    <table aria-label="Batches">
      <thead>
        <tr>
          <th scope="col">Batch</th>
          <th scope="col">Pages</th>
          <th scope="col">Status</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return html`<section class="_batches" aria-labelledby="_batches-title">
    <h2 id="_batches-title">Batches</h2>
    ${hasSearch && renderSearch(automationUri, search)}
    ${rows.length ? table : html`<p>${search ? 'No batch matches.' : 'There are no batches.'}</p>`}
    ${renderPaging(automationUri, page)}
    ${hasDone && html`<p><a href="${automationUri}/pdf">PDF of all batches</a></p>`}
  </section>`;
}

function renderBatch(
  automation: IAutomationSummary,
  automationUri: string,
  batch: IBatchSummary
): SafeHtml {
  const { slug, name, state, durationSeconds, isStale } = batch;
  const { shape, word } = STATE_LABELS[state];
  const isNew = state === 'new' || !automation.steps.includes('output');
  const links = automation.steps
    .filter(step => step !== 'debug' && step !== 'log')
    .map(
      step => html`<a href="${stepAddress(automationUri, slug, step)}">${STEP_TITLES[step]}</a> `
    );
  return html`<tr>
    <th scope="row">
      <a href="${stepAddress(automationUri, slug, isNew ? 'input' : 'output')}">${name}</a>
    </th>
    <td>
      ${links} ${state === 'done' && html`<a href="${pdfAddress(automationUri, slug)}">PDF</a>`}
    </td>
    <td>
      <span class="_state _state-${state}"><span aria-hidden="true">${shape}</span> ${word}</span
      >${isStale && ', changed since'}
    </td>
    <td>${durationSeconds !== null && formatDuration(durationSeconds)}</td>
  </tr>`;
}

function renderSearch(automationUri: string, search: string): SafeHtml {
  return html`<form class="_search" role="search" method="get" action="${automationUri}">
    <label for="_search">Search batches</label>
    <input type="search" id="_search" name="filter" value="${search}" />
    <button type="submit">Search</button>
  </form>`;
}

function renderPaging(automationUri: string, { batches, search, limit }: IAutomationPage) {
  const { offset, total } = batches;
  const last = Math.min(total, offset + batches.batches.length);
  if (offset === 0 && last >= total) {
    return null;
  }
  const link = (at: number, text: string, rel: string) => {
    const query = [search && `filter=${encodeURIComponent(search)}`, at > 0 && `offset=${at}`];
    const suffix = query.filter(Boolean).join('&');
    return html`<a rel="${rel}" href="${automationUri}${suffix && `?${suffix}`}">${text}</a> `;
  };
  return html`<nav class="_paging" aria-label="Pages of batches">
    ${offset > 0 && link(Math.max(0, offset - limit), 'Previous', 'prev')}
    <span>${last > offset ? offset + 1 : offset}–${last} of ${total}</span>
    ${last < total && link(offset + limit, 'Next', 'next')}
  </nav>`;
}
