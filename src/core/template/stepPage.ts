import type { IAutomation, IVariable, StepDesign, StepName } from '../automation/automation';
import { buttonTextsOf } from '../automation/automation';
import { sha256Hex } from '../run/digest';
import type { Mode } from '../view/element';
import { html, joinHtml, trustedHtml, type SafeHtml } from '../view/html';
import type { IView } from '../view/view';
import { headingOf, renderFold } from './fold';
import { isStepwise, templatesOrAll } from './formTemplates';
import { attributeOf, splitHtml, withAttribute, type HtmlPiece } from './htmlPieces';
import { renderTemplateMarkdown } from './markdown';
import { openExpressions } from './openExpressions';
import { sanitizeTemplate } from './sanitizeTemplate';
import { findTokenVariable, modeOf } from './tokenVariables';
import { findTokens, replaceTokens, type IToken, type IWidget } from './variables';
import { renderWidget, type IVariableState, type IWidgetRequest } from './widget';
import { viewOf } from '../view/viewOf';

/** A step of an automation in a batch, to be rendered. */
export interface IStepRequest {
  automation: IAutomation;
  step: StepName;
  batch: { slug: string; name: string };
  /** Texts of the step's templates in their order; [] shows all variables in order. */
  templates: readonly string[];
  /** Expressions of the templates in the same order; default: none has one. */
  expressions?: readonly string[];
  views: { get(name: string): IView | undefined };
  /** Called once for each variable of the page. */
  data(variable: IVariable): Promise<IVariableState>;
  /** Address of a variable's data; gets a query that changes with the data. */
  uriOf(variable: IVariable): string;
  /** Prefix of all addresses, without a slash at its end. */
  rootUri: string;
  isPrint: boolean;
  /** True for who may look, and not run: values in place of controls. Default false. */
  isReadOnly?: boolean;
  /** False where scripts of authors must not run (JupyterLab): their markup is sanitised. */
  isAuthorTrusted: boolean;
  /** Nonce for the author's scripts and styles; '' for none. */
  nonce?: string;
  /** Default: that of the step. */
  design?: StepDesign;
  /** Texts for controls by variable id, from the address; parsed by the views. */
  prefill?: Readonly<Record<string, string>>;
  /** Messages about refused values by variable id. */
  errors?: Readonly<Record<string, string>>;
  /** Output variables that the finished run did not write, with the message for each. */
  missing?: ReadonlyMap<string, string>;
  /** Values of the server's environment, of which views take what they may tell pages; default none. */
  environment?: (name: string) => string | undefined;
}

/** A place of a variable on a rendered page. */
export interface IRenderedVariable {
  step: StepName;
  id: string;
  mode: Mode;
  elementId: string;
  stamp: string;
}

/** A rendered step. */
export interface IRenderedStep {
  html: string;
  /** Title of the automation, text. */
  title: string;
  /** Changes whenever the markup may differ. */
  stamp: string;
  variables: IRenderedVariable[];
  /** Content of the author's `<style>` elements, when the author is not trusted; else they are in `html`. */
  styles: string[];
}

/**
 * Render the page of a step as a fragment: templates as sections `_t0`…, variables with the ids `v0`…,
 * a form around it where it has controls.
 */
export async function renderStep(request: IStepRequest): Promise<IRenderedStep> {
  const { automation, step, nonce = '' } = request;
  const { templates, styles } = prepareTemplates(request);
  const expressions = await openExpressions(
    { ...request, design: designOf(request) },
    templates.map(findTokens)
  );
  const states = await readStates(request, templates.flatMap(findTokens));
  const page = new StepPage(request, states, expressions);
  const sections = templates.map((pieces, index) => page.section(pieces, index));
  const design = designOf(request);
  const content = page.hasControls
    ? html`<form class="_form" id="_form" method="post" novalidate>${NO_SCRIPT}${sections}</form>`
    : joinHtml([
        ...sections,
        step === 'input' && request.isReadOnly && !request.isPrint && READ_ONLY
      ]);
  // Sections that fold look like those of the column otherwise.
  const designs = design === 'accordion' ? 'flex _design-accordion' : design;
  const attributes = joinHtml([
    html`class="_page _design-${designs} _step-${step}"`,
    page.isStepwise && html` data-stepwise`
  ]);
  const markup = html`<div ${attributes}>${content}</div>`.toString();
  return {
    html: markup,
    title: automation.title,
    stamp: shortDigest(nonce ? markup.split(nonceAttribute(nonce)).join('') : markup),
    variables: page.variables,
    styles
  };
}

class StepPage {
  constructor(
    private readonly _request: IStepRequest,
    private readonly _states: ReadonlyMap<IVariable, IVariableState>,
    /** See `openExpressions`. */
    private readonly _expressions: readonly (string | null)[]
  ) {
    this.hasControls = [..._states.keys()].some(variable => modeOf(_request, variable) === 'input');
    this._shown = _expressions.flatMap((expression, index) => (expression === null ? [] : [index]));
    this.isStepwise =
      isStepwise(designOf(_request), this._shown.length) &&
      !_request.isPrint &&
      !_request.isReadOnly;
  }

  /** True when something is asked for. */
  readonly hasControls: boolean;
  /** True when templates are shown one at a time. */
  readonly isStepwise: boolean;
  readonly variables: IRenderedVariable[] = [];

  section(pieces: readonly HtmlPiece[], index: number): SafeHtml | null {
    const { nonce = '' } = this._request;
    const expression = this._expressions[index];
    if (expression === null) {
      return null;
    }
    let hasPanel = false;
    const body = replaceTokens(withNonce(pieces, nonce), token => {
      if (token.id === 'BUTTON_PANEL') {
        hasPanel = true;
        return { markup: this._panel(index, true), isBlock: true };
      }
      return this._widget(token);
    });
    const design = designOf(this._request);
    const panel = !hasPanel && design !== 'none' && this._panel(index, false);
    const content =
      design === 'accordion' && this._expressions.length > 1
        ? renderFold(headingOf(pieces) ?? `Section ${index + 1}`, body)
        : body;
    const attributes = joinHtml([
      html`class="_template" id="_t${index}"`,
      expression && html` data-expression="${expression}"`
    ]);
    return html`<section ${attributes}>${content}${panel}</section>`;
  }

  private _widget(token: IToken): IWidget | null {
    const variable = findTokenVariable(this._request, token.id);
    const state = variable && this._states.get(variable);
    if (!variable || !state) {
      return null;
    }
    const elementId = `v${this.variables.length}`;
    const mode = modeOf(this._request, variable);
    const widgetRequest = widgetRequestOf(this._request, {
      variable,
      state,
      mode,
      elementId,
      token
    });
    const { id, step } = variable;
    this.variables.push({ step, id, mode, elementId, stamp: widgetRequest.stamp });
    return renderWidget(widgetRequest);
  }

  /**
   * Continue, and Back from the second template on; the last one of a form runs. Where templates are shown together, one
   * at the end is enough.
   *
   * @param isWritten - true where the author has a place for it
   */
  private _panel(index: number, isWritten: boolean): SafeHtml {
    const { automation, step, isPrint, isReadOnly } = this._request;
    const isForm = (this.hasControls || step === 'input') && !isReadOnly;
    const place = this._shown.indexOf(index);
    const later = this._shown.slice(place + 1);
    const isLast = !this.isStepwise || !later.length;
    const isSuperfluous = !isWritten && !this.isStepwise && later.length > 0;
    if (isPrint || isSuperfluous || (isLast && !isForm && !this.isStepwise)) {
      return NOTHING;
    }
    const { continueText, backText } = buttonTextsOf(automation.display, step);
    const isRun = isLast && isForm;
    const runText = continueText === 'Continue' ? 'Run' : continueText;
    // Where those that follow may be passed over, this one may turn out to be the last.
    const isUnsure = isForm && !isLast && later.every(other => this._expressions[other]);
    const attributes = joinHtml([
      html`class="_continue${isRun && ' _run'}" type="${isForm ? 'submit' : 'button'}"`,
      // Until the script of the page is there: a browser would post the form by itself, which no page answers.
      isForm && html` disabled`,
      isUnsure && html` data-run="${runText}"`
    ]);
    const hasBack = this.isStepwise && place > 0;
    return html`<div class="_panel">
      ${hasBack && html`<button class="_back" type="button">${backText}</button>`}
      ${(isRun || !isLast) && html`<button ${attributes}>${isRun ? runText : continueText}</button>`}
    </div>`;
  }

  /** Indices of the templates that stand on the page. */
  private readonly _shown: readonly number[];
}

const NOTHING = trustedHtml('');
const NEEDS_SCRIPT = 'To use this form, switch on JavaScript in your browser and load it again.';
const READ_ONLY = html`<p class="_note">You may look at these inputs, and not run others.</p>`;
const NO_SCRIPT = html`<noscript><p class="_note">${NEEDS_SCRIPT}</p></noscript>`;

function prepareTemplates(request: IStepRequest): { templates: HtmlPiece[][]; styles: string[] } {
  const { rootUri, isPrint, isAuthorTrusted } = request;
  const texts = templatesOrAll(
    request,
    request.templates.map(text => ({ text, expression: '' }))
  ).map(({ text }) => text);
  const styles: string[] = [];
  const templates = texts.map(text => {
    const markup = renderTemplateMarkdown(text, { rootUri, isPrint });
    if (isAuthorTrusted) {
      return splitHtml(markup);
    }
    const sanitized = sanitizeTemplate(markup);
    styles.push(...sanitized.styles);
    return splitHtml(sanitized.markup);
  });
  return { templates, styles };
}

async function readStates(
  request: IStepRequest,
  tokens: readonly IToken[]
): Promise<Map<IVariable, IVariableState>> {
  const variables = new Set<IVariable>();
  for (const { id } of tokens) {
    const variable = findTokenVariable(request, id);
    if (variable) {
      variables.add(variable);
    }
  }
  const states = await Promise.all(
    [...variables].map(async variable => [variable, await request.data(variable)] as const)
  );
  return new Map(states);
}

function widgetRequestOf(
  request: IStepRequest,
  place: {
    variable: IVariable;
    state: IVariableState;
    mode: Mode;
    elementId: string;
    token: IToken;
  }
): IWidgetRequest {
  const { variable, state, mode, token } = place;
  const { id, step } = variable;
  const view = viewOf(request.views, variable);
  const missing = (step === 'output' && request.missing?.get(id)) || '';
  const error = own(request.errors, id) ?? '';
  const isPrefilled = mode === 'input' && !view?.isSecret;
  const prefill = isPrefilled ? (own(request.prefill, id) ?? null) : null;
  // A digest of a secret could be tried out against guesses, so it has no part in the stamp of one.
  const known = view?.isSecret ? [state.data.kind, state.configuration] : [state.stamp];
  const stamp = shortDigest(JSON.stringify([known, missing, error, prefill, token.filters, mode]));
  const uri = request.uriOf(variable);
  return {
    ...place,
    view,
    design: designOf(request),
    isPrint: request.isPrint,
    filters: token.filters,
    missing,
    error,
    prefill,
    stamp,
    uri: `${uri}${uri.includes('?') ? '&' : '?'}v=${stamp}`,
    environment: request.environment ?? (() => undefined)
  };
}

function designOf({ automation, step, design }: IStepRequest): StepDesign {
  return design ?? automation.display.stepDesigns[step];
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.prototype.hasOwnProperty.call(record, key) ? record[key] : undefined;
}

/** The author's scripts and styles run on pages of ours that allow nothing else. */
function withNonce(pieces: readonly HtmlPiece[], nonce: string): readonly HtmlPiece[] {
  return nonce
    ? pieces.map(piece =>
        piece.kind === 'open' &&
        (piece.name === 'script' || piece.name === 'style') &&
        attributeOf(piece.attributes, 'nonce') === null
          ? withAttribute(piece, nonceAttribute(nonce))
          : piece
      )
    : pieces;
}

function nonceAttribute(nonce: string): string {
  return html`nonce="${nonce}"`.toString();
}

function shortDigest(text: string): string {
  return sha256Hex(text).slice(0, 16);
}
