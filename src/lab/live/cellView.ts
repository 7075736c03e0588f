import { OutputArea, OutputAreaModel } from '@jupyterlab/outputarea';
import type { IOutput } from '@jupyterlab/nbformat';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';
import { formatDuration } from '../durations';
import { localeOf } from '../locale';
import { STATE_SIGNS, stateWord } from '../stateWords';
import { labelOutputs } from './labelOutputs';
import type { ILiveCell } from './liveFold';

/** Outputs of one cell that are drawn; JupyterLab offers the rest. */
const MAX_OUTPUTS = 50;

/**
 * A cell with its name, state, duration and real outputs.
 */
export class CellView extends Panel {
  /**
   * @param isTrusted - true when outputs may run scripts, as in a trusted notebook
   */
  constructor(
    cell: ILiveCell,
    rendermime: IRenderMimeRegistry,
    isTrusted: boolean,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-CellView');
    this.node.setAttribute('role', 'group');
    this._head.addClass('jp-CellView-head');
    this._omitted.addClass('jp-CellView-omitted');
    this._omitted.hide();
    this._model = new OutputAreaModel({ trusted: isTrusted });
    this._area = new OutputArea({
      model: this._model,
      rendermime,
      maxNumberOutputs: MAX_OUTPUTS
    });
    this._labels = labelOutputs(this._area.node, () => _trans.__('Image of %1', this._title));
    this.addWidget(this._head);
    this.addWidget(this._omitted);
    this.addWidget(this._area);
    this.showCell(cell);
  }

  /** Show a newer state of the cell; what did not change is left alone. */
  showCell(cell: ILiveCell): void {
    if (cell !== this._cell) {
      this._cell = cell;
      this._showOutputs(cell);
    }
    this._showHead(cell);
  }

  /** Draw the running time anew. */
  tick(): void {
    if (this._cell?.state === 'running') {
      this._showHead(this._cell);
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._labels.disconnect();
    super.dispose();
    this._model.dispose();
  }

  private _showHead(cell: ILiveCell): void {
    const trans = this._trans;
    const title =
      cell.number === null
        ? cell.name || trans.__('Script %1', cell.script + 1)
        : cell.name
          ? trans.__('Cell %1 “%2”', cell.number, cell.name)
          : trans.__('Cell %1', cell.number);
    const state = `${STATE_SIGNS[cell.state]} ${stateWord(cell.state, trans)}`;
    const seconds =
      cell.startedMs === null ? null : ((cell.endedMs ?? Date.now()) - cell.startedMs) / 1000;
    const text = [
      title,
      state,
      seconds === null ? '' : formatDuration(seconds, localeOf(this._trans))
    ];
    if (text.join('\n') === this._headText) {
      return;
    }
    this._headText = text.join('\n');
    this.node.dataset.state = cell.state;
    this.node.setAttribute('aria-label', title);
    this._title = title;
    this._head.node.replaceChildren(
      ...['name', 'state', 'duration'].map((part, index) => {
        const span = document.createElement('span');
        span.className = `jp-CellView-${part}`;
        span.textContent = text[index];
        return span;
      })
    );
  }

  private _showOutputs({ outputs, omittedLines, hasGap }: ILiveCell): void {
    this._omitted.setHidden(omittedLines === 0 && !hasGap);
    this._omitted.node.textContent = hasGap
      ? this._trans.__('Earlier lines are in the log below.')
      : omittedLines
        ? this._trans._n(
            '%1 earlier line is in the log below.',
            '%1 earlier lines are in the log below.',
            omittedLines
          )
        : '';
    const model = this._model;
    if (outputs.length < model.length) {
      // An output was cleared: what stays is few and is drawn anew.
      model.clear();
      this._drawn = [];
    }
    outputs.forEach((output, index) => {
      if (index >= model.length) {
        model.add(output);
      } else if (output !== this._drawn[index]) {
        model.set(index, output);
      }
    });
    this._drawn = outputs;
  }

  private readonly _head = new Widget();
  private readonly _omitted = new Widget();
  private readonly _model: OutputAreaModel;
  private readonly _area: OutputArea;
  private readonly _labels: MutationObserver;
  private _title = '';
  private _cell: ILiveCell | null = null;
  private _drawn: readonly IOutput[] = [];
  private _headText = '';
}
