import type { IVariable } from '../automation/automation';
import type { JsonObject, JsonValue } from '../json';
import type { SafeHtml } from './html';

/**
 * What is known of a variable's data when its page is rendered.
 *
 * Values up to 16 KiB travel in the page; larger ones and real files are fetched by address.
 */
export type VariableData =
  | { kind: 'none' }
  /** `text` is how the file writes it, so that `3.0` stays `3.0`; '' for null. */
  | { kind: 'value'; value: JsonValue; text: string }
  | {
      kind: 'file';
      /** Name without folders. */
      name: string;
      /** MIME type without parameters. */
      type: string;
      /** Bytes. */
      size: number;
    };

/** What a view gets to render one place of a page. */
export interface IViewContext {
  variable: IVariable;
  /** Unique in the page, such as `v0`; the control or the output itself carries it as `id`. */
  elementId: string;
  data: VariableData;
  /** Static configuration with the dynamic one merged over it. */
  configuration: JsonObject;
  /** Address of the variable's data, relative to the page; changes when the data does. */
  uri: string;
  /** Changes when data or configuration do; an open page puts a place anew only then. */
  stamp: string;
  /** Values of the variables of `IView.publicEnvironment` that are set. */
  environment: Readonly<Record<string, string>>;
  /** True when the page shows the label bound to `elementId`; else the element must name itself. */
  hasLabel: boolean;
  /** Message about a refused value, shown beside the control; '' for none. */
  error: string;
}

/** A file that a run wrote, for a view that looks into it. */
export interface IReadableFile {
  /** Bytes. */
  readonly size: number;
  /** Read the text in pieces that may end anywhere, so that a large file is never whole in memory. */
  read(): AsyncIterable<string>;
}

/** Something wrong in the configuration of a view. */
export interface IViewProblem {
  /** Key path in the configuration, such as `options.0.value`; '' for the whole. */
  key: string;
  severity: 'error' | 'warning';
  /** One sentence without markup. */
  message: string;
}

/** A refused input value, with a sentence for people, without markup. */
export class InputProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InputProblem';
  }
}

/**
 * A view: how a variable is checked, parsed, asked for and shown. Pure; the browser part of a view
 * is an `IViewActivator` of `page/`, found by the same name.
 *
 * Every view passes `viewContract`.
 */
export interface IView {
  /** Kebab-case, unique in the registry. */
  readonly name: string;
  /** Other names that a configuration may use; a variable that was read has the `name`. */
  readonly aliases?: readonly string[];
  /** How an open page follows changes: the server renders the place anew, the page fetches data, or not at all. */
  readonly refresh: 'inline' | 'fetch' | 'none';
  /** True when an empty text is a value for this view, so that it is no missing input. */
  readonly acceptsEmpty: boolean;
  /** True when the value never appears in a page, an event, a log or a record. */
  readonly isSecret?: boolean;
  /** True for output that stands in running text (`<span>`), false for a block (`<div>`). */
  readonly isInline: boolean;
  /** True when the control is a group that needs `<fieldset><legend>` instead of `<label for>`. */
  readonly isGroup?: boolean;
  /** Bytes up to which a value travels in the page; default 16 KiB. A larger one comes as a `file`. */
  readonly inlineBytes?: number;
  /** True when a file of any suffix is text for this view, and read up to `inlineBytes`; else only `.txt`, `.md` and JSON are. */
  readonly readsText?: boolean;
  /** True for a view that is something without data, too, such as a scanner. */
  readonly needsNoData?: boolean;
  /** Names of variables of the server's environment whose values pages get, such as public tokens; default none. */
  readonly publicEnvironment?: readonly string[];
  /** Keys of `configuration` that the view knows; an unknown key is a warning. */
  readonly configurationKeys: readonly string[];
  /** Problems of a configuration beyond unknown keys. */
  check?(configuration: JsonObject): readonly IViewProblem[];
  /**
   * Turn a posted value or a CSV cell into the value that is stored.
   *
   * @throws {InputProblem} with a sentence for people
   */
  parse?(raw: JsonValue, configuration: JsonObject): JsonValue;
  /**
   * Look at what a run wrote, once after each run that went well.
   *
   * @param configuration - of the variable, as the author wrote it
   * @returns keys for the dynamic configuration, under those that a script gave; undefined for none
   */
  afterRun?(file: IReadableFile, configuration: JsonObject): Promise<JsonObject | undefined>;
  /**
   * The control, with its help and error below; absent when the view cannot be used for input. The
   * attributes come from `attributesOf`, so that pages find it.
   */
  input?(context: IViewContext): SafeHtml;
  /**
   * The shown value as exactly one element with the attributes of `attributesOf`; must render `none` as
   * nothing, since the page says "no data yet" itself.
   */
  output?(context: IViewContext): SafeHtml;
}
