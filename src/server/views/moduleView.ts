import { groupControl } from '../../core/view/control';
import { attributesOf, nameOfVariable, outputElement } from '../../core/view/element';
import { html, joinHtml, type SafeHtml } from '../../core/view/html';
import { sanitizeFragment } from '../../core/view/sanitizeFragment';
import {
  InputProblem,
  type IReadableFile,
  type IView,
  type IViewContext,
  type IViewProblem
} from '../../core/view/view';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';
import type { ILog } from '../log';
import type { IModuleContext, ViewAnswer, ViewFunction } from './viewProtocol';
import type { ViewThread } from './viewThread';

/** Bytes of an output that a view of a module may look into. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** What a view of a module is made from. */
export interface IModuleViewOptions {
  name: string;
  thread: Pick<ViewThread, 'call' | 'description'>;
  /** Name under which pages load the module; changes with its content. */
  servedName: string;
  log: ILog;
}

/**
 * The view that a module brings, as all other code knows views. Its markup is sanitised; a failure of it is shown in its
 * place, and told to the log.
 */
export function createModuleView(options: IModuleViewOptions): IView {
  const { name, thread } = options;
  const { functions, configurationKeys, environment: _environment, ...facts } = thread.description;
  const module = new ModuleView(options);
  const has = (key: ViewFunction) => functions.includes(key);
  return {
    ...facts,
    name,
    isGroup: has('input'),
    configurationKeys: configurationKeys ?? [],
    ...(has('check') && { check: configuration => module.check(configuration) }),
    ...(has('input') && { parse: takeAsGiven }),
    ...(has('parse') && { parse: (raw, configuration) => module.parse(raw, configuration) }),
    ...(has('afterRun') && { afterRun: (file, given) => module.afterRun(file, given) }),
    ...(has('input') && { input: context => module.input(context) }),
    ...(has('output') && { output: context => module.output(context, facts.isInline) })
  };
}

/** Shown in the place of a view whose module cannot be loaded. */
export function createUnavailableView(name: string): IView {
  return {
    name,
    refresh: 'inline',
    acceptsEmpty: true,
    isInline: false,
    needsNoData: true,
    configurationKeys: [],
    // What it takes is not known; runs are refused until it is there.
    parse: raw => raw,
    output: context => outputElement(context, unavailable(name), { isInline: false })
  };
}

/** Names the problem, and no reason: that is for the author, who finds it among the problems of the tool. */
function unavailable(name: string): SafeHtml {
  const text = `view "${name}" is not available; its author finds the reason among the problems of this tool`;
  return html`<span class="_problem" data-problem="view-unavailable">${text}</span>`;
}

class ModuleView {
  constructor(private readonly _options: IModuleViewOptions) {}

  check(configuration: JsonObject): readonly IViewProblem[] {
    const answer = this._call({ function: 'check', configuration });
    return 'value' in answer && Array.isArray(answer.value)
      ? (answer.value as JsonValue[]).flatMap(readProblem)
      : [];
  }

  parse(raw: JsonValue, configuration: JsonObject): JsonValue {
    const answer = this._call({ function: 'parse', raw, configuration });
    if ('value' in answer) {
      return answer.value as JsonValue;
    }
    throw new InputProblem(
      'refusal' in answer
        ? answer.refusal
        : `cannot be read: view "${this._options.name}" of this tool fails`
    );
  }

  async afterRun(file: IReadableFile, configuration: JsonObject): Promise<JsonObject | undefined> {
    if (file.size > MAX_FILE_BYTES) {
      const { name, log } = this._options;
      log.info(`view "${name}" does not look into an output of ${file.size} bytes`);
      return undefined;
    }
    let text = '';
    for await (const piece of file.read()) {
      text += piece;
    }
    const answer = this._call({ function: 'afterRun', text, configuration });
    return 'value' in answer && isJsonObject(answer.value) ? answer.value : undefined;
  }

  input(context: IViewContext): SafeHtml {
    const fragment = this._render('input', context);
    return groupControl(context, null, fragment, this._moduleAttribute());
  }

  output(context: IViewContext, isInline: boolean): SafeHtml {
    const attributes = joinHtml([attributesOf(context, 'output'), this._moduleAttribute()]);
    const fragment = this._render('output', context);
    return isInline
      ? html`<span ${attributes}>${fragment}</span>`
      : html`<div ${attributes}>${fragment}</div>`;
  }

  /** Where a browser part is, pages load it by this name. */
  private _moduleAttribute(): SafeHtml {
    const { thread, servedName } = this._options;
    const isAlive = thread.description.functions.includes('activate');
    return isAlive ? html` data-module="${servedName}" data-draw` : html``;
  }

  private _render(key: 'input' | 'output', context: IViewContext): SafeHtml {
    const answer = this._call({ function: key, context: moduleContext(context) });
    return 'value' in answer && typeof answer.value === 'string'
      ? sanitizeFragment(answer.value)
      : unavailable(this._options.name);
  }

  private _call(call: Parameters<ViewThread['call']>[0]): ViewAnswer {
    const { thread, name, log } = this._options;
    const answer = thread.call(call);
    if ('failure' in answer && !this._told.has(answer.failure)) {
      this._told.add(answer.failure);
      log.error(`view-unavailable: view "${name}" fails in "${call.function}": ${answer.failure}`);
    }
    return answer;
  }

  /** Failures that the log has: the same one may come with each page. */
  private readonly _told = new Set<string>();
}

/** A module that does not parse takes every value. */
function takeAsGiven(raw: JsonValue): JsonValue {
  if (raw === null) {
    throw new InputProblem('must be given');
  }
  return raw;
}

function moduleContext({ variable, ...context }: IViewContext): IModuleContext {
  const { id, step, path, label, isRequired } = variable;
  return {
    ...context,
    variable: { id, step, path, label, isRequired },
    name: nameOfVariable(variable)
  };
}

/** Take a problem as a module words it; what is none is left out. */
function readProblem(item: JsonValue): IViewProblem[] {
  if (!isJsonObject(item) || typeof item.message !== 'string') {
    return [];
  }
  const severity = item.severity === 'warning' ? 'warning' : 'error';
  return [{ key: typeof item.key === 'string' ? item.key : '', severity, message: item.message }];
}
