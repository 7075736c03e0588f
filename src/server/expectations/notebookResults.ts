import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';

/**
 * What counts of a notebook that a script wrote: the kinds and sources of its cells and their outputs. Left out is what
 * differs from one execution to the next: counts, ids and metadata, and how a stream was cut into pieces.
 *
 * @returns null when it is no notebook
 */
export function notebookResults(notebook: JsonValue): JsonObject | null {
  if (!isJsonObject(notebook) || !Array.isArray(notebook.cells)) {
    return null;
  }
  return {
    cells: notebook.cells.filter(isJsonObject).map(({ cell_type, source, outputs }) => ({
      cell_type: cell_type ?? null,
      source: joined(source),
      ...(Array.isArray(outputs) ? { outputs: resultsOf(outputs) } : {})
    }))
  };
}

function resultsOf(outputs: readonly JsonValue[]): JsonObject[] {
  const results: JsonObject[] = [];
  for (const output of outputs.filter(isJsonObject)) {
    const { execution_count: _count, metadata: _metadata, ...result } = output;
    const last = results.at(-1);
    if (result.output_type === 'stream') {
      const text = joined(result.text);
      if (last?.output_type === 'stream' && last.name === result.name) {
        last.text = `${String(last.text)}${text}`;
      } else {
        results.push({ ...result, text });
      }
    } else if (isJsonObject(result.data)) {
      const data = Object.entries(result.data).map(([type, value]) => [
        type,
        Array.isArray(value) ? joined(value) : value
      ]);
      results.push({ ...result, data: Object.fromEntries(data) as JsonObject });
    } else {
      results.push(result);
    }
  }
  return results;
}

/** A notebook keeps text as such, or as a list of lines. */
function joined(text: JsonValue | undefined): string {
  return Array.isArray(text) ? text.join('') : String(text ?? '');
}
