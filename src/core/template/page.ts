import type { IAutomationSummary } from '../api';
import { STEP_CODES, type StepName } from '../automation/automation';
import { html, joinHtml, trustedHtml, type SafeHtml } from '../view/html';
import { renderBanner, type IBanner } from './banner';
import {
  dataScript,
  inlineScript,
  joinTitle,
  renderDocument,
  withHeading,
  type IDocument,
  type IPageFrame
} from './document';
import { authorBootstrap, scriptJson, SETTINGS_ID, type IPageSettings } from './settings';
import type { IRenderedStep } from './stepPage';

/** What people call the steps. */
export const STEP_TITLES: Readonly<Record<StepName, string>> = {
  input: 'Inputs',
  output: 'Report',
  log: 'Log',
  debug: 'Debug',
  print: 'Print'
};

/** The page of a step. */
export interface IStepPage {
  automation: IAutomationSummary;
  /** Title of the root page. */
  siteTitle: string;
  /** False when the site has this automation alone, so that its root page leads here. */
  hasRootPage: boolean;
  step: StepName;
  batch: { slug: string; name: string };
  rendered: IRenderedStep;
  /** Addresses of the author's style sheets. */
  styleUris: readonly string[];
  /** Null on pages without a banner. */
  banner: IBanner | null;
  run: IPageSettings['run'];
}

/** Render the page of a step. */
export function renderStepPage(frame: IPageFrame, page: IStepPage): string {
  return renderDocument(frame, stepDocument(frame, page));
}

/** What the page of a step consists of. */
export function stepDocument(frame: IPageFrame, page: IStepPage): IDocument {
  const { automation, batch, step } = page;
  const automationUri = addressOf(frame, automation);
  return {
    title: joinTitle(STEP_TITLES[step], batch.name, automation.title),
    description: automation.description,
    styleUris: page.styleUris,
    breadcrumb: [
      ...rootCrumb(frame, page),
      { text: automation.title, uri: automationUri },
      { text: batch.name, uri: null }
    ],
    navigation: renderSteps(automation, automationUri, batch.slug, step),
    main: joinHtml([
      page.banner && !frame.isPrint && renderBanner(page.banner),
      step === 'print' &&
        !frame.isPrint &&
        html`<p class="_print-status" id="_draft" role="status"></p>`,
      renderStepMain(page),
      step === 'print' &&
        !frame.isPrint &&
        !automation.steps.includes('print') &&
        html`<p>
          This tool has no documents of its own:
          <a href="${pdfAddress(automationUri, batch.slug)}">download its report as a PDF</a>.
        </p>`,
      step === 'log' && !frame.isPrint && LOG
    ]),
    bodyClass: '_step-page',
    head: stepHead(frame, stepSettings(frame, page)),
    hasScript: true
  };
}

/** Settings and author's bootstrap for the head of a page with a step on it. */
export function stepHead(frame: IPageFrame, settings: IPageSettings): SafeHtml {
  return joinHtml([
    dataScript(SETTINGS_ID, scriptJson(settings)),
    inlineScript(frame.nonce, authorBootstrap(frame.rootUri))
  ]);
}

/** What the browser part of a step page has to know. */
export function stepSettings(
  frame: IPageFrame,
  page: Pick<IStepPage, 'automation' | 'batch' | 'step' | 'run'>
): IPageSettings {
  const { automation, batch, step, run } = page;
  return {
    rootUri: frame.rootUri,
    automation: automation.id,
    automationUri: addressOf(frame, automation),
    batch: batch.slug,
    step,
    run,
    steps: automation.steps,
    isRunnable: automation.isRunnable,
    isEmbedded: frame.isEmbedded ?? false,
    isPrint: frame.isPrint ?? false,
    formToken: frame.formToken ?? ''
  };
}

/** The fragment of a step with its heading. */
export function renderStepMain({
  automation,
  rendered
}: Pick<IStepPage, 'automation' | 'rendered'>): SafeHtml {
  return html`<div class="_content" data-stamp-page="${rendered.stamp}">
    ${withHeading(rendered.html, automation.title)}
  </div>`;
}

/** Address of an automation's page from the root of the host, without a slash at its end. */
export function addressOf({ rootUri }: IPageFrame, { uri }: IAutomationSummary): string {
  return `${rootUri}/${uri}`.replace(/\/$/, '');
}

/** Address of the page of a step. */
export function stepAddress(automationUri: string, batch: string, step: StepName): string {
  return `${automationUri}/b/${encodeURIComponent(batch)}/${STEP_CODES[step]}`;
}

/** Address of the document of a batch, printed when it is asked for. */
export function pdfAddress(automationUri: string, batch: string): string {
  return `${automationUri}/b/${encodeURIComponent(batch)}/pdf`;
}

/** Address of the runs of a batch. No step has a code of several letters. */
export function historyAddress(automationUri: string, batch: string): string {
  return `${automationUri}/b/${encodeURIComponent(batch)}/history`;
}

/** The link to the list of automations; [] when there is none. */
export function rootCrumb(
  { rootUri }: IPageFrame,
  { siteTitle, hasRootPage }: Pick<IStepPage, 'siteTitle' | 'hasRootPage'>
) {
  return hasRootPage ? [{ text: siteTitle, uri: `${rootUri}/` }] : [];
}

const LOG = html`<section class="_log" aria-label="Log">
  <h2>Log</h2>
  <button type="button" id="_log-earlier" hidden>Show earlier output</button>
  <pre class="_log-text" id="_log" tabindex="0" role="log" aria-label="Output of the run"></pre>
  <noscript><p class="_note">The log is shown with JavaScript only.</p></noscript>
</section>`;

/** Links to the pages of a batch. */
export function renderSteps(
  automation: IAutomationSummary,
  automationUri: string,
  batch: string,
  current: StepName | 'history'
): SafeHtml | null {
  // Debug is for who looks for it: nothing links there but failures.
  const steps = automation.steps.filter(step => step !== 'debug');
  const item = (name: StepName | 'history', uri: string, title: string) => {
    const isCurrent = name === current && trustedHtml(' aria-current="page"');
    return html`<li><a href="${uri}" ${isCurrent}>${title}</a></li>`;
  };
  const items = steps.map(step =>
    item(step, stepAddress(automationUri, batch, step), STEP_TITLES[step])
  );
  return html`<nav class="_steps" aria-label="Steps">
    <ul>
      ${items} ${item('history', historyAddress(automationUri, batch), 'History')}
      <li><a href="${pdfAddress(automationUri, batch)}">PDF</a></li>
    </ul>
  </nav>`;
}
