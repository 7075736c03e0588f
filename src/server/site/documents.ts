import type { StepName } from '../../core/automation/automation';
import { bannerOf } from '../../core/template/banner';
import { renderAttribution } from '../../core/template/attribution';
import { renderDocument, type IDocument, type IPageFrame } from '../../core/template/document';
import {
  renderErrorPage,
  renderProblemNotice,
  renderProblemsPage,
  type IWay
} from '../../core/template/errorPages';
import { renderSignInPage, type ISignIn } from '../../core/template/signInPage';
import { automationDocument, rootDocument } from '../../core/template/listPages';
import type { IOverrideFacts } from '../../core/template/overrideContext';
import { stepDocument } from '../../core/template/page';
import { isFinal, type IRunRecord } from '../../core/run/run';
import type { AccessControl } from '../access/accessControl';
import type { AutomationAccess } from '../access/automationAccess';
import { runSummaryFor, summaryFor } from '../access/allowed';
import type { IVisitor } from '../access/visitor';
import type { HttpError } from '../httpError';
import type { OverriddenPage, Overrides } from '../overrides/overrides';
import type { Installations } from '../packages/installations';
import type { Automations } from './automations';
import type { BatchList } from './batchList';
import type { IDocumentRequest, IRenderedDocument } from './documentRequest';
import { featuredOf } from './featuredBatch';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import { packagesPart } from './packagesPart';
import type { Pages } from './pages';
import { UNNAMED_SITE } from './loadedSite';
import { linkAuthorStyles, ROOT_STYLES, type ILinkedStyles } from './pageStyles';
import type { Summaries } from './summaries';
import type { IFiles } from '../../core/files';

/** What documents are made from. */
export interface IDocumentsOptions {
  automations: Automations;
  access: AccessControl;
  pages: Pages;
  batchList: BatchList;
  summaries: Summaries;
  files: IFiles;
  overrides: Overrides;
  installations: Installations;
  /** For pages of authors that count their visitors; '' for none. */
  analyticsId: string;
  /** Runs made from the form stand in the list of batches. */
  showsRuns: boolean;
  /** True while files are watched. */
  isWatching: boolean;
  /** True when several sites live below the root, as inside Jupyter. */
  hasSites: boolean;
}

/** Batches on one page of a list. */
const PAGE_SIZE = 100;

/** Renders the whole pages of served automations. */
export class Documents {
  constructor(private readonly _options: IDocumentsOptions) {}

  /** The list of automations: of the site, or inside Jupyter of all that are open; those that the visitor may see. */
  async root(request: IDocumentRequest, visitor: IVisitor): Promise<IRenderedDocument> {
    const known = this._options.automations.list();
    const found = await Promise.all(known.map(loaded => this._options.access.of(visitor, loaded)));
    const automations = found
      .filter(access => access.allows('see_automation'))
      .map(access => summaryFor(access));
    const frame = this.frame(request);
    const document = rootDocument(frame, { title: this._siteTitle, automations });
    const { styleUris, isLight } = await this._rootStyles(request.rootUri);
    Object.assign(document, { styleUris, isLight });
    const html = await this._render('root', null, frame, document, { automations });
    return { html, styleUris };
  }

  /** The page of an automation: its featured page and its batches. */
  async automation(
    access: AutomationAccess,
    request: IDocumentRequest & { offset: number; filter: string }
  ): Promise<IRenderedDocument> {
    const { pages, batchList } = this._options;
    const { loaded } = access;
    const { offset, filter } = request;
    const { display, copyrights } = loaded.get();
    const { automationDesign, featuredBatch } = display;
    const first = await featuredOf(access, featuredBatch);
    const { styleUris, isLight } = await this.styles(loaded, request.rootUri);
    const featured =
      automationDesign === 'none' || !first
        ? null
        : {
            step: automationDesign,
            batch: { slug: first.slug, name: first.name },
            rendered: await pages.render(loaded, first, automationDesign, {
              ...request,
              isReadOnly: !(await access.allowsBatch(first, 'run_automation')),
              isAuthorTrusted: true,
              isVisible: variable => access.allowsVariable(variable)
            })
          };
    const frame = this.frame(request);
    const summary = summaryFor(access);
    const batches = await batchList.page(loaded, {
      ...{ offset, filter, limit: PAGE_SIZE, access },
      runs: this._options.showsRuns
    });
    const year = new Date().getUTCFullYear();
    const document = automationDocument(frame, {
      automation: summary,
      ...this.site(),
      featured,
      styleUris,
      copyrights,
      year,
      batches,
      search: filter,
      limit: PAGE_SIZE
    });
    document.isLight = isLight;
    document.notice = access.mayReadDetails ? this._notice(loaded) : null;
    document.packages = await packagesPart(this._options.installations, access);
    const html = await this._render('automation', loaded, frame, document, {
      automation: summary,
      batches: batches.batches,
      copyright: copyrights[0],
      attribution: renderAttribution(copyrights, { rootUri: request.rootUri, year }),
      ...(featured ? this._stepFacts(loaded, featured.step) : {})
    });
    return { html, styleUris, connectUris: pages.mapUris(loaded) };
  }

  /** The page of a step. */
  async step(
    access: AutomationAccess,
    batch: ILocatedBatch,
    step: StepName,
    request: IDocumentRequest
  ): Promise<IRenderedDocument> {
    const { pages } = this._options;
    const { loaded } = access;
    const run = pages.newestRun(loaded, batch);
    const [rendered, { styleUris, isLight }, banner] = await Promise.all([
      pages.render(loaded, batch, step, {
        ...request,
        isReadOnly: !(await access.allowsBatch(batch, 'run_automation')),
        isAuthorTrusted: true,
        isVisible: variable => access.allowsVariable(variable)
      }),
      this.styles(loaded, request.rootUri),
      step === 'input' ? null : this._banner(access, batch, run)
    ]);
    const frame = this.frame(request);
    const summary = summaryFor(access);
    const document = stepDocument(frame, {
      automation: summary,
      ...this.site(),
      step,
      batch: { slug: batch.slug, name: batch.name },
      rendered,
      styleUris,
      banner,
      run: run && { id: run.id, state: run.state }
    });
    document.isLight = isLight;
    document.notice = access.mayReadDetails ? this._notice(loaded) : null;
    document.packages = await packagesPart(this._options.installations, access);
    const html = await this._render('step', loaded, frame, document, {
      automation: summary,
      batch,
      isDone: run === null || isFinal(run.state),
      mutationUri: `/mutations/${pages.stepUri(loaded, batch.slug, step)}.json`,
      ...this._stepFacts(loaded, step)
    });
    return { html, styleUris, connectUris: pages.mapUris(loaded) };
  }

  /** A page that says what went wrong, with links to what the reader may see. */
  error(
    request: Pick<IDocumentRequest, 'rootUri' | 'reader'>,
    error: HttpError,
    { signIn, ways }: { signIn: ISignIn | null; ways: readonly IWay[] }
  ): string {
    const frame = this._plainFrame(request);
    const { problems } = error.more;
    return problems?.length
      ? renderProblemsPage(frame, { name: this._siteTitle, problems })
      : renderErrorPage(frame, { status: error.status, message: error.message, signIn, ways });
  }

  /** The page for who wants to sign in. */
  signIn(
    request: Pick<IDocumentRequest, 'rootUri' | 'reader'>,
    page: { signIn: ISignIn; hasSignedOut: boolean }
  ): string {
    return renderSignInPage(this._plainFrame(request), page);
  }

  /** By the templates of the author where there are some, else by ours. */
  private async _render(
    page: OverriddenPage,
    loaded: LoadedAutomation | null,
    frame: IPageFrame,
    document: IDocument,
    facts: Omit<IOverrideFacts, 'serverTime' | 'isWatching' | 'analyticsId'>
  ): Promise<string> {
    const { overrides, automations, analyticsId, isWatching } = this._options;
    // The page of a site is laid out by the configuration that was opened.
    const automation = (loaded ?? automations.sites[0]?.root)?.find() ?? null;
    const serverTime = Date.now() / 1000;
    const own = await overrides.render(automation, page, frame, document, {
      ...facts,
      serverTime,
      isWatching,
      analyticsId
    });
    return own ?? renderDocument(frame, document);
  }

  /** Errors of the files of a site as they are now, while what was valid before is shown. */
  private _notice(loaded: LoadedAutomation) {
    const site = this._options.automations.siteOf(loaded);
    return renderProblemNotice(site?.problems ?? loaded.problems);
  }

  private _stepFacts(loaded: LoadedAutomation, step: StepName) {
    const { display, environment, steps } = loaded.get();
    return {
      step,
      design: display.stepDesigns[step],
      templateCount: Math.max(1, steps[step].templates.length),
      hasInterval: environment.interval !== null
    };
  }

  private async _banner(access: AutomationAccess, batch: ILocatedBatch, run: IRunRecord | null) {
    const { batchList, summaries } = this._options;
    const { loaded } = access;
    const turn = run && summaries.turn(run);
    const isStale =
      run !== null && isFinal(run.state) && (await batchList.isStale(loaded, batch, run));
    return bannerOf(run && runSummaryFor(access, summaries.run(run)), {
      isStale,
      isAttached: run !== null && summaries.isAttached(run),
      // Whom it follows may be somebody else's; the topic of its turn knows who may hear of that.
      turn: turn && { ...turn, leader: null },
      problems: run?.problems ?? [],
      hasActions: run !== null && access.allowsRun(run, 'run_automation')
    });
  }

  /** The author's style sheets. */
  styles(loaded: LoadedAutomation, rootUri: string): Promise<ILinkedStyles> {
    return linkAuthorStyles(this._options.files, loaded, `${rootUri}/${loaded.uri}/assets`);
  }

  /** Those of the configuration that was opened; inside Jupyter the root is nobody's. */
  private async _rootStyles(rootUri: string): Promise<ILinkedStyles> {
    const { hasSites, automations, files } = this._options;
    const root = hasSites ? null : automations.sites[0]?.root;
    return root?.find()
      ? linkAuthorStyles(files, root, `${rootUri}/${ROOT_STYLES}`)
      : { styleUris: [], isLight: false };
  }

  private _plainFrame(request: Pick<IDocumentRequest, 'rootUri' | 'reader'>): IPageFrame {
    return this.frame({ ...request, nonce: '', isEmbedded: false, isPrint: false });
  }

  /** What all pages share. */
  frame(request: IDocumentRequest): IPageFrame {
    const { assets } = this._options.pages;
    const { rootUri, nonce, isEmbedded, isPrint, formToken, reader } = request;
    return {
      rootUri,
      nonce,
      formToken,
      reader,
      isEmbedded,
      isPrint,
      assets: {
        style: `${rootUri}/${assets.styleUri}`,
        script: `${rootUri}/${assets.scriptUri}`,
        logo: `${rootUri}/assets/logo.svg`
      }
    };
  }

  /** What pages of automations tell of their site. */
  site(): { siteTitle: string; hasRootPage: boolean } {
    const { automations, hasSites } = this._options;
    return {
      siteTitle: this._siteTitle,
      hasRootPage: hasSites || automations.list().length > 1
    };
  }

  private get _siteTitle(): string {
    const { automations, hasSites } = this._options;
    const [site] = automations.sites;
    return hasSites || !site ? UNNAMED_SITE : site.title;
  }
}
