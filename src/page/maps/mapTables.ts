import { objectsTable } from '../../core/chart/chartTable';
import { BoundsBuilder, centerOf } from '../../core/map/bounds';
import { readDensityPoints, type IDensityOptions } from '../../core/map/density';
import { FeatureScanner } from '../../core/map/featureScanner';
import { roundDegrees } from '../../core/map/mercator';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';
import { parseJsonText } from '../../core/view/jsonText';
import { MAX_TABLE_ROWS, type ITableData } from '../dataTable';

/**
 * The first features of a GeoJSON file as a table, and how many there are. The text is looked at as it arrives, so
 * that a page goes on meanwhile.
 *
 * @throws {Error} when the answer is a refusal
 */
export async function featureTable(pieces: AsyncIterable<string>): Promise<ITableData | null> {
  const features: JsonObject[] = [];
  const scanner = new FeatureScanner(text => {
    if (features.length < MAX_TABLE_ROWS) {
      const { value } = parseJsonText(text);
      features.push(isJsonObject(value) ? value : {});
    }
  });
  let whole = '';
  for await (const piece of pieces) {
    scanner.push(piece);
    whole = scanner.isCollection ? '' : whole + piece;
  }
  if (!scanner.isCollection) {
    const { value } = parseJsonText(whole);
    return isJsonObject(value) ? { ...tableOf([value]), total: 1 } : null;
  }
  return { ...tableOf(features), total: scanner.count };
}

/** The first points of a density as a table; its items as they are, where only functions know what they mean. */
export function densityTable(data: JsonValue, options: IDensityOptions): ITableData | null {
  if (options.position.kind === 'code' || options.weight.kind === 'code') {
    const items = Array.isArray(data) ? data.filter(isJsonObject) : [];
    const table = objectsTable(items.slice(0, MAX_TABLE_ROWS));
    return table && { ...table, total: items.length };
  }
  const points = readDensityPoints(data, options);
  const rows: JsonValue[][] = [];
  for (let at = 0; at < points.length && rows.length < MAX_TABLE_ROWS; at += 3) {
    rows.push([...points.subarray(at, at + 3)]);
  }
  return { columns: ['longitude', 'latitude', 'weight'], rows, total: points.length / 3 };
}

function tableOf(features: readonly JsonObject[]): Pick<ITableData, 'columns' | 'rows'> {
  const properties = features.map(({ properties: own }) => (isJsonObject(own) ? own : {}));
  const names = [...new Set(properties.flatMap(own => Object.keys(own)))];
  const rows = features.map((feature, index) => [
    ...names.map(name =>
      Object.keys(properties[index]).includes(name) ? properties[index][name] : null
    ),
    ...placeOf(feature)
  ]);
  return { columns: [...names, 'geometry', 'longitude', 'latitude'], rows };
}

/** Kind and middle of a feature or a geometry. */
function placeOf(feature: JsonObject): JsonValue[] {
  const geometry = isJsonObject(feature.geometry) ? feature.geometry : feature;
  const builder = new BoundsBuilder();
  builder.addGeojson(geometry);
  const center = builder.bounds ? centerOf(builder.bounds).map(roundDegrees) : [null, null];
  return [geometry.type ?? null, ...center];
}
