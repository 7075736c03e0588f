import { isJsonObject, type JsonObject, type JsonValue } from '../json';

/** The data of a chart as rows, for who reads rather than looks. */
export interface IChartTable {
  columns: readonly string[];
  /** As many values as columns in each. */
  rows: readonly (readonly JsonValue[])[];
}

/**
 * The data of an ECharts option: its first dataset, or its series, side by side over the categories of an axis where
 * there are some.
 *
 * @returns null when there is nothing that makes a table
 */
export function echartsTable(option: JsonObject): IChartTable | null {
  const dataset = firstOf(option.dataset);
  if (dataset && Array.isArray(dataset.source)) {
    return sourceTable(dataset.source, dataset.dimensions);
  }
  const series = listOf(option.series);
  if (!series.length) {
    return null;
  }
  const categories = [...listOf(option.xAxis), ...listOf(option.yAxis)]
    .map(({ data }) => data)
    .find((data): data is JsonValue[] => Array.isArray(data) && data.length > 0);
  return categories ? categoryTable(categories, series) : seriesTable(series);
}

/**
 * Rows of objects as a table; columns in the order in which they come first.
 *
 * @returns null when there are none
 */
export function objectsTable(rows: readonly JsonObject[]): IChartTable | null {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  return columns.length
    ? { columns, rows: rows.map(row => columns.map(column => own(row, column))) }
    : null;
}

function sourceTable(
  source: readonly JsonValue[],
  dimensions: JsonValue | undefined
): IChartTable | null {
  if (source.length && source.every(isJsonObject)) {
    return objectsTable(source);
  }
  const lists = source.filter(Array.isArray);
  const named = Array.isArray(dimensions) ? dimensions.map(dimensionName) : null;
  const [head, ...body] = named ? [named, ...lists] : lists;
  if (!head) {
    return null;
  }
  const columns = head.map(textOf);
  return { columns, rows: body.map(row => columns.map((_, index) => row[index] ?? null)) };
}

function categoryTable(
  categories: readonly JsonValue[],
  series: readonly JsonObject[]
): IChartTable {
  return {
    columns: ['', ...series.map(seriesName)],
    rows: categories.map((category, index) => [
      valueOf(category),
      ...series.map(({ data }) => (Array.isArray(data) ? valueOf(data[index] ?? null) : null))
    ])
  };
}

function seriesTable(series: readonly JsonObject[]): IChartTable | null {
  const rows = series.flatMap((one, index) =>
    (Array.isArray(one.data) ? one.data : []).map((item): JsonValue[] => {
      const value = valueOf(item);
      const values = Array.isArray(value) ? value : [value];
      return [seriesName(one, index), nameOf(item), ...values];
    })
  );
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  if (!width) {
    return null;
  }
  const values = Array.from({ length: width - 2 }, (_, index) =>
    width === 3 ? 'value' : String(index + 1)
  );
  const columns = ['series', 'name', ...values];
  // A column in which nothing stands says nothing.
  const used = columns.map((_, index) => rows.some(row => (row[index] ?? null) !== null));
  return {
    columns: columns.filter((_, index) => used[index]),
    rows: rows.map(row =>
      columns.map((_, index) => row[index] ?? null).filter((_, index) => used[index])
    )
  };
}

/** An item is a bare value, or an object with a value and perhaps a name. */
function valueOf(item: JsonValue): JsonValue {
  return isJsonObject(item) ? (item.value ?? item.name ?? null) : item;
}

function nameOf(item: JsonValue): JsonValue {
  return isJsonObject(item) && item.value !== undefined ? (item.name ?? null) : null;
}

function seriesName(series: JsonObject, index: number): string {
  return textOf(series.name ?? '') || String(index + 1);
}

function dimensionName(dimension: JsonValue): JsonValue {
  return isJsonObject(dimension) ? (dimension.name ?? '') : dimension;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

/** One component may stand without a list around it. */
function listOf(value: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value ?? null]).filter(isJsonObject);
}

function firstOf(value: JsonValue | undefined): JsonObject | undefined {
  return listOf(value)[0];
}

function own(row: JsonObject, key: string): JsonValue {
  return Object.prototype.hasOwnProperty.call(row, key) ? row[key] : null;
}
