import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/** What the toolbar asks for. */
export interface ILogToolbarActions {
  search(query: string): void;
  move(step: 1 | -1): void;
  follow(isFollowing: boolean): void;
  copy(): void;
  download(): void;
  showEarlier(): void;
}

/** What the toolbar shows. */
export interface ILogToolbarState {
  lineCount: number;
  /** True when there are lines before these. */
  hasEarlier: boolean;
  matchCount: number;
  /** Position among the matches, from 0; -1 for none. */
  match: number;
  isFollowing: boolean;
}

/**
 * Search, follow, copy and download of a log.
 */
export class LogToolbar extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _actions: ILogToolbarActions
  ) {
    super();
    this.addClass('jp-LogToolbar');
    this.node.setAttribute('role', 'toolbar');
    this.node.setAttribute('aria-label', _trans.__('Log'));
  }

  /** Forget what was looked for. */
  reset(): void {
    this._query = '';
    // Another key makes a new, empty field.
    this._generation += 1;
    this.update();
  }

  showState(state: ILogToolbarState): void {
    const isSame = (Object.keys(state) as (keyof ILogToolbarState)[]).every(
      key => state[key] === this._state[key]
    );
    if (!isSame) {
      this._state = state;
      this.update();
    }
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    const { lineCount, hasEarlier, matchCount, match, isFollowing } = this._state;
    const numbers = new Intl.NumberFormat();
    return (
      <>
        <span className="jp-LogToolbar-count">
          {hasEarlier
            ? trans._n(
                'Log: last %2 line',
                'Log: last %2 lines',
                lineCount,
                numbers.format(lineCount)
              )
            : trans._n('Log: %2 line', 'Log: %2 lines', lineCount, numbers.format(lineCount))}
        </span>
        {hasEarlier && (
          <Button minimal small onClick={() => this._actions.showEarlier()}>
            {trans.__('Show earlier')}
          </Button>
        )}
        <input
          type="search"
          className="jp-mod-styled jp-LogToolbar-search"
          aria-label={trans.__('Search the log')}
          placeholder={trans.__('Search')}
          key={this._generation}
          defaultValue=""
          onChange={event => {
            this._query = event.target.value;
            this._actions.search(this._query);
            this.update();
          }}
          onKeyDown={event => {
            if (event.key === 'Enter') {
              this._actions.move(event.shiftKey ? -1 : 1);
            }
          }}
        />
        {this._query && (
          <span className="jp-LogToolbar-count" aria-live="polite">
            {matchCount
              ? trans.__('%1 of %2', numbers.format(match + 1), numbers.format(matchCount))
              : trans.__('not found')}
          </span>
        )}
        <Button
          minimal
          small
          aria-pressed={isFollowing}
          title={trans.__('Stay at the newest line')}
          onClick={() => this._actions.follow(!isFollowing)}
        >
          {trans.__('Follow')}
        </Button>
        <Button minimal small onClick={() => this._actions.copy()}>
          {trans.__('Copy')}
        </Button>
        <Button minimal small onClick={() => this._actions.download()}>
          {trans.__('Download')}
        </Button>
      </>
    );
  }

  private _query = '';
  private _generation = 0;
  private _state: ILogToolbarState = {
    lineCount: 0,
    hasEarlier: false,
    matchCount: 0,
    match: -1,
    isFollowing: true
  };
}
