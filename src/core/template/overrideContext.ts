import type { IAutomationSummary } from '../api';
import type { StepDesign, StepName } from '../automation/automation';
import type { SafeHtml } from '../view/html';
import { bodyClassOf, renderHeader, type IDocument, type IPageFrame } from './document';
import { builtInTemplate } from './overrideTemplates';

/** A batch or automation, as templates of authors see it. */
export interface IDefinition {
  name: string;
  slug: string;
  title: string;
  description: string;
  version: string;
  /** From the root address: `/a/x` for an automation; for a batch what follows, `/b/y`. */
  uri: string;
}

/** What a template may know beside the parts of its page. */
export interface IOverrideFacts {
  automations?: readonly IAutomationSummary[];
  automation?: IAutomationSummary;
  batch?: { slug: string; name: string };
  batches?: readonly { slug: string; name: string }[];
  step?: StepName;
  design?: StepDesign;
  templateCount?: number;
  copyright?: { name: string; ownerUri: string };
  attribution?: SafeHtml;
  hasInterval?: boolean;
  isDone?: boolean;
  /** Address of the event stream of the page, from the root address; '' for none. */
  mutationUri?: string;
  /** Seconds since the epoch. */
  serverTime: number;
  /** True while files are watched. */
  isWatching: boolean;
  analyticsId: string;
}

/**
 * The variables of a page's template: those of the original framework by their names there. Only what is markup of ours
 * is an object `{ markup }`; everything else is plain data, which templates escape.
 *
 * @param paths - template names for `base_template_path` and `live_template_path`; default the built-in ones
 */
export function overrideContext(
  frame: IPageFrame,
  page: IDocument,
  facts: IOverrideFacts,
  paths: Partial<Record<'base' | 'live', string>> = {}
): Record<string, unknown> {
  const { rootUri, language = 'en', isEmbedded = false, isPrint = false, assets } = frame;
  const isBare = isEmbedded || isPrint;
  const markup = (part: SafeHtml | null | undefined | false) => ({ markup: String(part || '') });
  const { automation } = facts;
  return {
    language,
    title_text: page.title,
    description: page.description ?? '',
    body_class: bodyClassOf(frame, page),
    is_light: page.isLight === true,
    css_uris: [assets.style, ...(page.styleUris ?? [])],
    css_texts: [],
    js_uris: [],
    js_texts: [],
    root_uri: rootUri,
    server_time: facts.serverTime,
    mutation_uri: facts.mutationUri ?? '',
    mutation_time: facts.serverTime,
    with_restart: facts.isWatching,
    is_done: facts.isDone ?? true,
    has_interval: facts.hasInterval ?? false,
    step_name: facts.step ?? '',
    design_name: facts.design ?? '',
    for_embed: isEmbedded,
    for_print: isPrint,
    base_template_path: paths.base ?? builtInTemplate('base'),
    live_template_path: paths.live ?? builtInTemplate('live'),
    google_analytics_id: facts.analyticsId,
    header_text: markup(!isBare && renderHeader(frame, page)),
    main_text: markup(page.main),
    list_text: markup(page.list),
    footer_text: markup(!isBare && page.footer),
    attribution_text: markup(facts.attribution),
    automation_definitions: (facts.automations ?? []).map(automationDefinition),
    automation_definition: automation ? automationDefinition(automation) : null,
    batch_definition: facts.batch ? batchDefinition(facts.batch) : null,
    batch_definitions: (facts.batches ?? []).map(batchDefinition),
    name: automation?.name ?? '',
    uri: automation ? `/${automation.uri}` : '',
    host_uri: '',
    copyright_name: facts.copyright?.name ?? '',
    copyright_owner_uri: facts.copyright?.ownerUri ?? '',
    template_count: facts.templateCount ?? 0
  };
}

function automationDefinition(automation: IAutomationSummary): IDefinition {
  const { name, slug, title, description, version, uri } = automation;
  return { name, slug, title, description, version, uri: `/${uri}` };
}

function batchDefinition({ slug, name }: { slug: string; name: string }): IDefinition {
  const uri = `/b/${encodeURIComponent(slug)}`;
  return { name, slug, title: name, description: name, version: '', uri };
}
