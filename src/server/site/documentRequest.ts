import type { IPageReader } from '../../core/template/document';

/** How a document is asked for. */
export interface IDocumentRequest {
  rootUri: string;
  nonce: string;
  isEmbedded: boolean;
  isPrint: boolean;
  /** See `IPageFrame`. */
  reader?: IPageReader | null;
  /** Repeated by the page's script when it sends files. */
  formToken?: string;
  /** Texts of the address by variable id: initial values of controls. */
  prefill?: Readonly<Record<string, string>>;
}

/** A whole page, and the style sheets elsewhere that it may load. */
export interface IRenderedDocument {
  html: string;
  styleUris: readonly string[];
  /** Addresses elsewhere from which its maps read; default none. */
  connectUris?: readonly string[];
}
