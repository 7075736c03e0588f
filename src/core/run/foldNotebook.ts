import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { isText, type IMessageEntry, type JournalEntry } from './journal';

/** An output of a code cell in nbformat 4, with the display id that nbformat does not keep. */
interface ICellOutput {
  output: JsonObject;
  displayId: string | null;
}

/** What happened to a code cell so far. */
interface IExecutedCell {
  outputs: readonly ICellOutput[];
  executionCount: number | null;
  /** True when the next output takes the place of those that are there. */
  clearsNext: boolean;
  /** UTF-16 units of text of streams in it. */
  textLength: number;
  /** True when more text was left out. */
  isCut: boolean;
}

/** A notebook while it executes; `executedNotebook` gives it as a document. */
export interface IExecutedNotebook {
  /** Index of the script whose events count. */
  readonly script: number;
  /** The document with empty code cells. */
  readonly original: JsonObject;
  /** Code cells by their index in the notebook. */
  readonly cells: Readonly<Record<number, IExecutedCell>>;
}

const NO_OUTPUTS = { outputs: [], clearsNext: false, textLength: 0, isCut: false };

const EMPTY_CELL: IExecutedCell = { ...NO_OUTPUTS, executionCount: null };

/** UTF-16 units of text of streams that a cell shows: no program opens a notebook with more. */
export const MAX_CELL_TEXT = 8 * 1024 * 1024;

const CUT_NOTICE = '\n[the rest of the text is in debug/stdout.txt and debug/stderr.txt]\n';

/**
 * Begin to fold a notebook.
 *
 * @param notebook - parsed document, nbformat 4; its outputs are left out
 * @param script - index of the script that executes it
 */
export function initialNotebook(notebook: JsonObject, script: number): IExecutedNotebook {
  const cells: Record<number, IExecutedCell> = {};
  const originals = Array.isArray(notebook.cells) ? notebook.cells : [];
  const emptied = originals.map((cell, index) => {
    if (!isJsonObject(cell) || cell.cell_type !== 'code') {
      return cell;
    }
    cells[index] = EMPTY_CELL;
    return { ...cell, outputs: [], execution_count: null };
  });
  return { script, original: { ...notebook, cells: emptied }, cells };
}

/**
 * Fold an event into the notebook: streams are joined, displays updated wherever they stand,
 * `clear_output` honoured at once or with the next output; more text than `MAX_CELL_TEXT` is left out. Events of other
 * scripts, or outside of code cells, change nothing.
 */
export function foldNotebook(notebook: IExecutedNotebook, event: JournalEntry): IExecutedNotebook {
  if (event.kind === 'timing') {
    let folded = notebook;
    for (const entry of event.entries) {
      if (
        entry.ph === 'E' &&
        entry.script === notebook.script &&
        entry.cell !== undefined &&
        typeof entry.execution_count === 'number'
      ) {
        folded = change(folded, entry.cell, { executionCount: entry.execution_count });
      }
    }
    return folded;
  }
  if (event.kind !== 'output' || event.script !== notebook.script) {
    return notebook;
  }
  if (!isText(event)) {
    return foldMessage(notebook, event);
  }
  if (event.cell === null || event.text === '') {
    return notebook;
  }
  return addStream(notebook, event.cell, event.stream, event.text);
}

/**
 * The executed notebook as an nbformat 4 document: cells, metadata and version of the original,
 * outputs and execution counts of this execution.
 */
export function executedNotebook(notebook: IExecutedNotebook): JsonObject {
  const cells = notebook.original.cells;
  if (!Array.isArray(cells)) {
    return { ...notebook.original };
  }
  return {
    ...notebook.original,
    cells: cells.map((cell, index): JsonValue => {
      const executed = notebook.cells[index];
      if (!executed || !isJsonObject(cell)) {
        return cell;
      }
      return {
        ...cell,
        outputs: executed.outputs.map(({ output }) => output),
        execution_count: executed.executionCount
      };
    })
  };
}

function foldMessage(notebook: IExecutedNotebook, entry: IMessageEntry): IExecutedNotebook {
  const { cell, message } = entry;
  const { type, content } = message;
  if (type === 'update_display_data') {
    return updateDisplays(notebook, content);
  }
  if (cell === null || !hasCell(notebook, cell)) {
    return notebook;
  }
  if (type === 'clear_output') {
    return content.wait === true
      ? change(notebook, cell, { clearsNext: true })
      : change(notebook, cell, NO_OUTPUTS);
  }
  const added = addOutput(notebook, cell, toOutput(type, content), displayIdOf(content));
  return type === 'execute_result' && typeof content.execution_count === 'number'
    ? change(added, cell, { executionCount: content.execution_count })
    : added;
}

function toOutput(
  type: 'display_data' | 'execute_result' | 'error',
  content: JsonObject
): JsonObject {
  if (typeof content.blob === 'string') {
    return kept(content);
  }
  if (type === 'error') {
    return {
      output_type: 'error',
      ename: textOf(content.ename),
      evalue: textOf(content.evalue),
      traceback: Array.isArray(content.traceback) ? content.traceback.map(textOf) : []
    };
  }
  const output: JsonObject = {
    output_type: type,
    data: isJsonObject(content.data) ? content.data : {},
    metadata: isJsonObject(content.metadata) ? content.metadata : {}
  };
  if (type === 'execute_result') {
    output.execution_count =
      typeof content.execution_count === 'number' ? content.execution_count : null;
  }
  return output;
}

/** An output that was too large for the journal: what stands in its place says where it is. */
function kept(content: JsonObject): JsonObject {
  const text = `[output of ${textOf(content.bytes)} bytes, stored as ${textOf(content.blob)}]`;
  return { output_type: 'display_data', data: { 'text/plain': text }, metadata: {} };
}

function addStream(
  notebook: IExecutedNotebook,
  cell: number,
  name: string,
  text: string
): IExecutedNotebook {
  const executed = hasCell(notebook, cell) ? notebook.cells[cell] : null;
  if (executed?.isCut && !executed.clearsNext) {
    return notebook;
  }
  if (executed && !executed.clearsNext && executed.textLength + text.length > MAX_CELL_TEXT) {
    const notice = { output_type: 'stream', name: 'stderr', text: CUT_NOTICE };
    return change(addOutput(notebook, cell, notice, null), cell, { isCut: true });
  }
  const textLength = (executed?.clearsNext ? 0 : (executed?.textLength ?? 0)) + text.length;
  const last = executed?.outputs[executed.outputs.length - 1];
  if (
    executed &&
    last &&
    !executed.clearsNext &&
    last.output.output_type === 'stream' &&
    last.output.name === name
  ) {
    const joined = { ...last.output, text: textOf(last.output.text) + text };
    const outputs = [...executed.outputs.slice(0, -1), { output: joined, displayId: null }];
    return change(notebook, cell, { outputs, textLength });
  }
  const output = { output_type: 'stream', name, text };
  return change(addOutput(notebook, cell, output, null), cell, { textLength });
}

function addOutput(
  notebook: IExecutedNotebook,
  cell: number,
  output: JsonObject,
  displayId: string | null
): IExecutedNotebook {
  if (!hasCell(notebook, cell)) {
    return notebook;
  }
  const { outputs, clearsNext } = notebook.cells[cell];
  return change(notebook, cell, {
    ...(clearsNext ? NO_OUTPUTS : {}),
    outputs: [...(clearsNext ? [] : outputs), { output, displayId }]
  });
}

function updateDisplays(notebook: IExecutedNotebook, content: JsonObject): IExecutedNotebook {
  const displayId = displayIdOf(content);
  if (displayId === null || !isJsonObject(content.data)) {
    return notebook;
  }
  const { data } = content;
  const metadata = isJsonObject(content.metadata) ? content.metadata : {};
  let updated = notebook;
  for (const index of Object.keys(notebook.cells).map(Number)) {
    const { outputs } = notebook.cells[index];
    if (outputs.some(output => output.displayId === displayId)) {
      updated = change(updated, index, {
        outputs: outputs.map(output =>
          output.displayId === displayId
            ? { displayId, output: { ...output.output, data, metadata } }
            : output
        )
      });
    }
  }
  return updated;
}

function change(
  notebook: IExecutedNotebook,
  cell: number,
  changes: Partial<IExecutedCell>
): IExecutedNotebook {
  if (!hasCell(notebook, cell)) {
    return notebook;
  }
  const cells = { ...notebook.cells, [cell]: { ...notebook.cells[cell], ...changes } };
  return { ...notebook, cells };
}

function hasCell(notebook: IExecutedNotebook, cell: number): boolean {
  return Object.prototype.hasOwnProperty.call(notebook.cells, cell);
}

function displayIdOf(content: JsonObject): string | null {
  const { transient } = content;
  return isJsonObject(transient) && typeof transient.display_id === 'string'
    ? transient.display_id
    : null;
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}
