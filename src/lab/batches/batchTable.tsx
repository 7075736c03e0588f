import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IBatchSummary } from '../../core/api';
import { formatDuration } from '../durations';
import { LoadFailure } from '../loadFailure';
import { localeOf } from '../locale';
import { STATE_SIGNS, stateWord } from '../stateWords';
import { BatchToolbar, type IBatchActions } from './batchToolbar';
import type { BatchesModel, SortKey } from './batchesModel';

/** Height of a row in pixels, the same as in `batches.css`. */
export const ROW_HEIGHT_PX = 32;

/** Rows drawn above and below what is seen. */
const MARGIN_ROWS = 10;

/** Rows drawn before the height of the table is known. */
const FIRST_ROWS = 30;

/** Columns of values that a table shows; the pages have them all. */
const MAX_INPUT_COLUMNS = 6;
const MAX_OUTPUT_COLUMNS = 4;

/**
 * All batches and runs of an automation. Only the rows in sight are in the document.
 */
export class BatchTable extends VDomRenderer<BatchesModel> {
  /**
   * @param _rootUri - address that thumbnails are relative to
   */
  constructor(
    model: BatchesModel,
    private readonly _actions: IBatchActions,
    private readonly _rootUri: string,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-BatchTable');
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onResize(): void {
    this.update();
  }

  protected override render(): JSX.Element {
    const { total, error } = this.model;
    const trans = this._trans;
    return (
      <>
        <BatchToolbar model={this.model} actions={this._actions} trans={trans} />
        <LoadFailure error={error} onRetry={() => this.model.refresh()} trans={trans} />
        <div
          className="jp-BatchTable-scroller"
          ref={this._scroller}
          onScroll={() => this.update()}
          onKeyDown={event => this._onKey(event)}
        >
          {this._renderTable()}
        </div>
        {total === 0 && <p className="jp-BatchTable-empty">{trans.__('No batch matches.')}</p>}
      </>
    );
  }

  private _renderTable(): JSX.Element {
    const { model } = this;
    const trans = this._trans;
    const total = model.total ?? 0;
    const { first, last } = this._window(total);
    model.show(first, Math.max(last, 1));
    const indices = Array.from({ length: last - first }, (_, offset) => first + offset);
    return (
      <table
        role="grid"
        aria-label={trans.__('Batches')}
        aria-multiselectable="true"
        aria-rowcount={total + 1}
      >
        <thead>
          <tr aria-rowindex={1}>{this._renderHeads()}</tr>
        </thead>
        <tbody>
          {first > 0 && <tr aria-hidden="true" style={{ height: first * ROW_HEIGHT_PX }} />}
          {indices.map(index => this._renderRow(index, model.row(index)))}
          {last < total && (
            <tr aria-hidden="true" style={{ height: (total - last) * ROW_HEIGHT_PX }} />
          )}
        </tbody>
      </table>
    );
  }

  private _window(total: number): { first: number; last: number } {
    const { current } = this._scroller;
    if (!current || !current.clientHeight) {
      return { first: 0, last: Math.min(total, FIRST_ROWS) };
    }
    const top = Math.floor(current.scrollTop / ROW_HEIGHT_PX);
    const seen = Math.ceil(current.clientHeight / ROW_HEIGHT_PX);
    const first = Math.max(0, Math.min(top, total) - MARGIN_ROWS);
    return { first, last: Math.min(total, top + seen + MARGIN_ROWS) };
  }

  private _renderHeads(): JSX.Element {
    const { inputs, outputs } = this._columns();
    const trans = this._trans;
    const { model } = this;
    return (
      <>
        <th scope="col">
          <span className="jp-BatchTable-hidden">{trans.__('Selection')}</span>
        </th>
        <SortHead model={model} sort="name" name={trans.__('Name')} />
        <SortHead model={model} sort="state" name={trans.__('Status')} />
        <SortHead model={model} sort="duration" name={trans.__('Duration')} />
        {[...inputs, ...outputs].map((id, index) => (
          <th key={index} scope="col" data-kind={index < inputs.length ? 'input' : 'output'}>
            {id}
          </th>
        ))}
        {model.hasThumbnails && <th scope="col">{trans.__('Images')}</th>}
      </>
    );
  }

  private _renderRow(index: number, batch: IBatchSummary | undefined): JSX.Element {
    const { model } = this;
    const isSelected = batch !== undefined && model.selected.has(batch.slug);
    return (
      <tr
        key={batch?.slug ?? `row ${index}`}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        data-index={index}
        tabIndex={index === model.focused ? 0 : -1}
        onFocus={() => {
          if (index !== model.focused) {
            model.focus(index);
          }
        }}
        onDoubleClick={() => batch && this._actions.show(batch)}
      >
        {batch ? this._renderCells(batch, isSelected) : <td>…</td>}
      </tr>
    );
  }

  private _renderCells(batch: IBatchSummary, isSelected: boolean): JSX.Element {
    const trans = this._trans;
    const { inputs, outputs } = this._columns();
    const { durationSeconds } = batch;
    return (
      <>
        <td>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={trans.__('Select %1', batch.name)}
            checked={isSelected}
            onChange={() => this.model.toggle(batch)}
          />
        </td>
        <td>
          <Button minimal small tabIndex={-1} onClick={() => this._actions.show(batch)}>
            {batch.kind === 'form' ? trans.__('run %1', batch.slug.slice(0, 8)) : batch.name}
          </Button>
        </td>
        <td data-state={batch.state} title={batch.error ?? undefined}>
          {STATE_SIGNS[batch.state]} {stateWord(batch.state, trans)}
          {batch.isStale && <span className="jp-BatchTable-stale"> {trans.__('(stale)')}</span>}
        </td>
        <td>{durationSeconds === null ? '' : formatDuration(durationSeconds, localeOf(trans))}</td>
        {inputs.map(id => (
          <td key={`i ${id}`} title={batch.inputs[id]}>
            {batch.inputs[id]}
          </td>
        ))}
        {outputs.map(id => (
          <td key={`o ${id}`} title={batch.outputs[id]}>
            {batch.outputs[id]}
          </td>
        ))}
        {this.model.hasThumbnails && <td>{this._renderThumbnails(batch)}</td>}
      </>
    );
  }

  private _renderThumbnails({ thumbnails, name }: IBatchSummary): JSX.Element[] {
    return thumbnails.map((uri, index) => (
      <img
        key={uri}
        className="jp-BatchTable-thumbnail"
        src={new URL(uri, this._rootUri).toString()}
        alt={this._trans.__('Image %1 of %2', index + 1, name)}
        loading="lazy"
      />
    ));
  }

  private _columns(): { inputs: readonly string[]; outputs: readonly string[] } {
    const { inputs, outputs } = this.model.columns;
    return {
      inputs: inputs.slice(0, MAX_INPUT_COLUMNS),
      outputs: outputs.slice(0, MAX_OUTPUT_COLUMNS)
    };
  }

  private _onKey(event: React.KeyboardEvent): void {
    if (!(event.target instanceof HTMLTableRowElement)) {
      return;
    }
    const { model } = this;
    const page = Math.max(
      1,
      Math.floor((this._scroller.current?.clientHeight ?? 0) / ROW_HEIGHT_PX) - 2
    );
    const moves: Record<string, number> = {
      ArrowDown: model.focused + 1,
      ArrowUp: model.focused - 1,
      PageDown: model.focused + page,
      PageUp: model.focused - page,
      Home: 0,
      End: (model.total ?? 1) - 1
    };
    const batch = model.row(model.focused);
    if (event.key in moves) {
      event.preventDefault();
      this._focusRow(moves[event.key]);
    } else if (event.key === ' ' && batch) {
      event.preventDefault();
      model.toggle(batch);
    } else if (event.key === 'Enter' && batch) {
      event.preventDefault();
      this._actions.show(batch);
    }
  }

  /** Scroll a row into sight and give it the keyboard, once it is drawn. */
  private _focusRow(index: number): void {
    this.model.focus(index);
    const { focused } = this.model;
    const scroller = this._scroller.current;
    if (!scroller) {
      return;
    }
    const top = focused * ROW_HEIGHT_PX;
    // The head of the table covers one row.
    const bottom = top + 2 * ROW_HEIGHT_PX;
    if (top < scroller.scrollTop) {
      scroller.scrollTop = top;
    } else if (bottom > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = bottom - scroller.clientHeight;
    }
    this.update();
    void this.renderPromise?.then(() => {
      scroller.querySelector<HTMLElement>(`tr[data-index="${focused}"]`)?.focus();
    });
  }

  private readonly _scroller = React.createRef<HTMLDivElement>();
}

interface ISortHeadProps {
  model: BatchesModel;
  sort: SortKey;
  name: string;
}

function SortHead({ model, sort, name }: ISortHeadProps): JSX.Element {
  const isSorted = model.sort === sort;
  const order = !isSorted ? 'none' : model.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={order}>
      <Button minimal small onClick={() => model.sortBy(sort)}>
        {name}
        <span aria-hidden="true">{{ none: '', ascending: ' ▲', descending: ' ▼' }[order]}</span>
      </Button>
    </th>
  );
}
