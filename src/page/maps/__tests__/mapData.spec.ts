import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readDensityOptions } from '../../../core/map/density';
import { baseStyle, isDarkStyle } from '../../../core/map/baseStyle';
import { MAX_TABLE_ROWS } from '../../dataTable';
import { readBaseShapes, WORLD_ATLAS } from '../baseMap';
import { densityGrid, projectPoints } from '../densityGrid';
import { densityTable, featureTable } from '../mapTables';

async function* pieces(text: string, size = 1000) {
  for (let at = 0; at < text.length; at += size) {
    yield text.slice(at, at + size);
  }
}

describe('featureTable()', () => {
  it('has the first features, and counts all', async () => {
    const features = Array.from({ length: 1500 }, (_, n) => ({
      properties: { n, ...(n === 1 ? { more: null } : {}) },
      geometry: {
        type: 'LineString',
        coordinates: [
          [n, 0],
          [n + 2, 2]
        ]
      }
    }));
    const table = await featureTable(pieces(JSON.stringify({ features })));
    expect(table?.total).toBe(1500);
    expect(table?.rows).toHaveLength(MAX_TABLE_ROWS);
    expect(table?.columns).toEqual(['n', 'more', 'geometry', 'longitude', 'latitude']);
    expect(table?.rows[7]).toEqual([7, null, 'LineString', 8, 1]);
  });

  it('reads a feature or a geometry alone', async () => {
    const point = { type: 'Point', coordinates: [1, 2] };
    const feature = { type: 'Feature', properties: { a: 'x' }, geometry: point };
    expect((await featureTable(pieces(JSON.stringify(feature), 5)))?.rows).toEqual([
      ['x', 'Point', 1, 2]
    ]);
    expect((await featureTable(pieces(JSON.stringify(point))))?.rows).toEqual([['Point', 1, 2]]);
    expect(await featureTable(pieces('[1]'))).toBeNull();
  });
});

describe('densityTable()', () => {
  it('has points, or the items that only functions understand', () => {
    expect(
      densityTable(
        [
          [1, 2],
          [3, 4]
        ],
        readDensityOptions({}, {})
      )
    ).toEqual({
      columns: ['longitude', 'latitude', 'weight'],
      rows: [
        [1, 2, 1],
        [3, 4, 1]
      ],
      total: 2
    });
    const written = { position: 'd => [d.x, d.y]' };
    expect(densityTable([{ x: 1, y: 2 }], readDensityOptions(written, written))).toEqual({
      columns: ['x', 'y'],
      rows: [[1, 2]],
      total: 1
    });
  });
});

describe('densityGrid()', () => {
  const view = { center: [0, 0] as const, zoom: 0, bearing: 0, width: 512, height: 512 };
  const cells = (points: number[], more = {}) => {
    const { sums, columns, most } = densityGrid(
      projectPoints(new Float64Array(points)),
      { ...view, ...more },
      128
    );
    const found = [...sums].flatMap((sum, cell) =>
      sum ? [[cell % columns, Math.floor(cell / columns), sum]] : []
    );
    return { found, most };
  };

  it('adds up weights in the cells of the screen', () => {
    expect(cells([1, -1, 2, 2, -2, 3, -1, 1, 4])).toEqual({
      found: [
        [1, 1, 4],
        [2, 2, 5]
      ],
      most: 5
    });
    expect(cells([]).most).toBe(0);
  });

  it('turns with the map, and leaves out what is not to be seen', () => {
    // East lies up when the map is turned by a quarter.
    expect(cells([45, 0, 1], { bearing: 90 }).found.map(([, row]) => row)).toEqual([1]);
    expect(cells([45, 0, 1], { zoom: 4 }).found).toEqual([]);
  });

  it('sees points beyond the date line on the nearest copy of the world', () => {
    expect(cells([-179, -1, 1], { center: [179, 0], zoom: 2 }).found).toEqual([[2, 2, 1]]);
  });
});

describe('the offline base map', () => {
  const folder = dirname(require.resolve('world-atlas/package.json'));
  const shapes = readBaseShapes(readFileSync(join(folder, 'countries-50m.json'), 'utf-8'));

  it('is of the version that is installed', () => {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf-8'));
    expect(WORLD_ATLAS).toBe(`world-atlas-50m-${version}.json`);
  });

  it('never jumps around the world', () => {
    const lines = [
      ...(shapes.land.coordinates as number[][][][]).flat(),
      ...(shapes.borders.coordinates as number[][][])
    ];
    const widest = lines
      .flatMap(line =>
        line.slice(1).map(([x, y], at) => (y <= -85 ? 0 : Math.abs(x - line[at][0])))
      )
      .reduce((one, other) => Math.max(one, other), 0);
    expect(lines.length).toBeGreaterThan(1000);
    expect(widest).toBeLessThan(20);
  });

  it('needs nothing from elsewhere, in light and dark', () => {
    for (const isDark of [true, false]) {
      const { sprite, glyphs, sources } = baseStyle(shapes, isDark);
      expect([sprite, glyphs]).toEqual([undefined, undefined]);
      expect(JSON.stringify(sources)).not.toMatch(/https?:|tiles/);
    }
    expect(baseStyle(shapes, true)).not.toEqual(baseStyle(shapes, false));
    expect(JSON.stringify(baseStyle(null, true).sources)).not.toContain('base-land');
  });

  it('is dark or light as the style that it stands for', () => {
    expect(isDarkStyle('mapbox://styles/mapbox/dark-v11')).toBe(true);
    expect(isDarkStyle('mapbox://styles/mapbox/navigation-night-v1')).toBe(true);
    expect(isDarkStyle('mapbox://styles/mapbox/light-v10')).toBe(false);
    expect(isDarkStyle('mapbox://styles/someone/ck123')).toBe(false);
    expect(isDarkStyle('https://tiles.example/style.json')).toBeNull();
  });
});
