import { Environment, Loader, runtime, type LoaderSource } from 'nunjucks';
import { adaptJinja } from './jinja';

/** What a page is rendered from. */
export interface ITemplateRequest {
  /** Name of the template to render. */
  entry: string;
  /** Sources by name; nothing else can be included. */
  templates: Readonly<Record<string, string>>;
  /** Plain data; a value `{ markup }` is markup of ours, all other text is escaped. */
  context: Readonly<Record<string, unknown>>;
  /** Only parse it. Default false. */
  isCheck?: boolean;
}

/** A template that cannot be used; `line` and `column` count from 1, and are 1 where they are unknown. */
export interface ITemplateFailure {
  /** Name of the template. */
  template: string;
  line: number;
  column: number;
  message: string;
}

/** Filters that only make text and lists of what is there. */
const FILTERS: ReadonlySet<string> = new Set([
  ...['abs', 'batch', 'capitalize', 'center', 'default', 'd', 'dictsort', 'e', 'escape', 'first'],
  ...['float', 'forceescape', 'indent', 'int', 'join', 'last', 'length', 'list', 'lower', 'nl2br'],
  ...['replace', 'reverse', 'round', 'slice', 'sort', 'string', 'sum', 'title', 'trim'],
  ...['truncate', 'upper', 'urlencode', 'wordcount']
]);

const MAXIMUM_RANGE = 10_000;

/** Functions that templates may call. */
const callable = new WeakSet<object>();

/**
 * Render a template of an author, written for Jinja 2. Templates reach the data of their page, and what is made of
 * them, but no function or prototype of this program: Nunjucks by itself runs `range.constructor("…")()` as code.
 *
 * @throws {Error} as Nunjucks words it; `failureOf` reads it
 */
export function renderLocked({ entry, templates, context, isCheck }: ITemplateRequest): string {
  lockRuntime();
  const environment = new Environment([new MemoryLoader(templates)], { autoescape: true });
  lockEnvironment(environment);
  if (isCheck) {
    environment.getTemplate(entry, true);
    return '';
  }
  return environment.render(entry, openData(context));
}

/** Say where a template failed. */
export function failureOf(error: unknown, entry: string): ITemplateFailure {
  const text = error instanceof Error ? error.message : String(error);
  const place = /\(([^()\n]+)\)(?: \[Line (\d+), Column (\d+)\])?/.exec(text);
  const words = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/^\([^()]*\)( \[Line \d+, Column \d+\])?$/.test(line));
  return {
    template: place?.[1] ?? entry,
    line: Number(place?.[2] ?? 1),
    column: Number(place?.[3] ?? 1),
    message: (words.at(-1) ?? text).replace(/^(\w*Error: )+/, '')
  };
}

class MemoryLoader extends Loader {
  constructor(private readonly _templates: Readonly<Record<string, string>>) {
    super();
  }

  getSource(name: string): LoaderSource {
    if (!Object.prototype.hasOwnProperty.call(this._templates, name)) {
      throw new Error(`there is no template "${name}" that may be included here`);
    }
    return { src: adaptJinja(this._templates[name]), path: name, noCache: true };
  }
}

function lockEnvironment(environment: Environment): void {
  const inside = environment as unknown as {
    filters: Record<string, unknown>;
    globals: Record<string, unknown>;
  };
  const filters = Object.entries(inside.filters).filter(([name]) => FILTERS.has(name));
  inside.filters = Object.assign(Object.create(null), Object.fromEntries(filters), {
    // What may be markup is marked already; marking other text as markup is not for templates.
    safe: (value: unknown) => value
  });
  inside.globals = Object.assign(Object.create(null), {
    True: true,
    False: false,
    None: null,
    range: allow((from: unknown, to?: unknown, step: unknown = 1) =>
      rangeOf(to === undefined ? 0 : from, to === undefined ? from : to, step)
    ),
    get_unique_order: allow((items: unknown) => (Array.isArray(items) ? [...new Set(items)] : []))
  });
}

function rangeOf(from: unknown, to: unknown, step: unknown): number[] {
  const [start, end, by] = [from, to, step].map(Number);
  const count = Math.ceil((end - start) / by);
  if (!(count <= MAXIMUM_RANGE)) {
    throw new Error(`range() has more than ${MAXIMUM_RANGE} numbers`);
  }
  return Array.from({ length: Math.max(0, count) }, (_, index) => start + index * by);
}

function allow<T extends (...words: never[]) => unknown>(call: T): T {
  callable.add(call);
  return call;
}

/** The runtime is shared by all environments of this thread, so it is locked once for all. */
function lockRuntime(): void {
  const open = runtime as unknown as {
    memberLookup: (owner: unknown, name: unknown) => unknown;
    callWrap: (call: unknown, name: string, context: unknown, words: unknown[]) => unknown;
    makeMacro: (...words: unknown[]) => object;
    isLocked?: boolean;
  };
  if (open.isLocked) {
    return;
  }
  open.isLocked = true;
  open.memberLookup = memberOf;
  open.callWrap = (call, name, _context, words) => {
    if (typeof call !== 'function' || !callable.has(call)) {
      throw new Error(`"${name}" cannot be called here`);
    }
    return (call as (...words: unknown[]) => unknown)(...words);
  };
  const { makeMacro } = open;
  open.makeMacro = (...words) => {
    const macro = makeMacro(...words);
    callable.add(macro);
    return macro;
  };
}

/** A member that data have by themselves, or a method that Jinja gives to texts and dictionaries. */
function memberOf(owner: unknown, name: unknown): unknown {
  if (owner === null || owner === undefined || typeof owner === 'function') {
    return undefined;
  }
  const key = String(name);
  if (typeof owner === 'string' || owner instanceof runtime.SafeString) {
    return key === 'length' ? owner.length : methodOf(TEXT_METHODS, key, String(owner));
  }
  if (typeof owner !== 'object') {
    return undefined;
  }
  if (Object.prototype.hasOwnProperty.call(owner, key) && key !== '__proto__') {
    return (owner as Record<string, unknown>)[key];
  }
  return Array.isArray(owner) ? undefined : methodOf(DICTIONARY_METHODS, key, owner);
}

function methodOf<T>(methods: ReadonlyMap<string, Method<T>>, name: string, owner: T): unknown {
  const method = methods.get(name);
  return method && allow((...words: unknown[]) => method(owner, ...words));
}

type Method<T> = (owner: T, ...words: unknown[]) => unknown;

const TEXT_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ['join', (text, items) => (Array.isArray(items) ? items.map(String).join(text) : '')],
  ['format', (text, ...words) => formatText(text, words)],
  ['strip', text => text.trim()],
  ['split', (text, at) => (at === undefined ? text.trim().split(/\s+/) : text.split(String(at)))],
  ['title', text => text.replace(/\p{L}+/gu, raise)],
  ['upper', text => text.toUpperCase()],
  ['lower', text => text.toLowerCase()],
  ['replace', (text, from, to) => text.split(String(from)).join(String(to ?? ''))],
  ['startswith', (text, start) => text.startsWith(String(start))],
  ['endswith', (text, end) => text.endsWith(String(end))]
]);

const DICTIONARY_METHODS: ReadonlyMap<string, Method<object>> = new Map<string, Method<object>>([
  ['items', owner => Object.entries(owner)],
  ['keys', owner => Object.keys(owner)],
  ['values', owner => Object.values(owner)],
  ['get', (owner, name, other = null) => memberOf(owner, name) ?? other]
]);

function raise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

/** `{}` and `{0}` of Python's `str.format`, without format specifications. */
function formatText(text: string, words: readonly unknown[]): string {
  let next = 0;
  return text.replace(/\{(\d*)\}/g, (written, index) => {
    const value = words[index === '' ? next++ : Number(index)];
    return value === undefined ? written : String(value);
  });
}

/** Markup of ours becomes what autoescape leaves alone; everything else stays as it is. */
function openData(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(context).map(([name, value]) => [
    name,
    isMarkup(value) ? new runtime.SafeString(value.markup) : value
  ]);
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function isMarkup(value: unknown): value is { markup: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).join() === 'markup' &&
    typeof (value as { markup: unknown }).markup === 'string'
  );
}
