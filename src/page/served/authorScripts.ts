import { isJsonObject, type JsonValue } from '../../core/json';
import type { IDataChange } from '../host';

/** Called with value and configuration of a variable; either may be undefined. */
type Callback = (change: { v?: JsonValue; c?: JsonValue }) => void;

/** What the page offers to scripts of authors, see `authorBootstrap`. */
export interface IAuthorGlobals {
  variables?: Record<string, JsonValue>;
  __callbacks?: Record<string, Callback[]>;
}

/** Fills `variables` and calls what authors registered with `registerCallback`. */
export class AuthorScripts {
  /**
   * @param _globals - the window
   * @param _fetch - reads an address as JSON
   * @param _report - told of what a callback threw
   */
  constructor(
    private readonly _globals: IAuthorGlobals,
    private readonly _fetch: (uri: string) => Promise<unknown>,
    private readonly _report: (error: unknown) => void
  ) {}

  /** Take up data that the page has now. Callbacks are called for JSON from the start, for others after a refresh. */
  tell(change: IDataChange): void {
    const { variable, value, isRefresh } = change;
    if (value !== undefined && this._globals.variables) {
      this._globals.variables[variable] = value;
    }
    if (this._callbacks(variable).length && (isRefresh || value !== undefined)) {
      this._call(change).catch(this._report);
    }
  }

  private async _call({ variable, uri, value }: IDataChange): Promise<void> {
    const answer = await this._fetch(withJson(uri));
    const known = isJsonObject(answer) ? answer : {};
    const change = { v: value ?? known.value, c: known.configuration };
    for (const callback of this._callbacks(variable)) {
      try {
        callback(change);
      } catch (error) {
        // The page and the other callbacks work on.
        this._report(error);
      }
    }
  }

  private _callbacks(variable: string): readonly Callback[] {
    const callbacks = this._globals.__callbacks;
    return callbacks && Object.prototype.hasOwnProperty.call(callbacks, variable)
      ? callbacks[variable]
      : [];
  }
}

/** The address that answers with value and configuration. */
function withJson(uri: string): string {
  const query = uri.indexOf('?');
  return query < 0 ? `${uri}.json` : `${uri.slice(0, query)}.json${uri.slice(query)}`;
}
