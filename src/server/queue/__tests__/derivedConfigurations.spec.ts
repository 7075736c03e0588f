import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { isJsonObject, type JsonObject } from '../../../core/json';
import { createViewRegistry } from '../../../core/view/registry';
import type { IView } from '../../../core/view/view';
import { deriveConfigurations } from '../derivedConfigurations';
import { automationIn, variable } from './bench';

let folder: string;
const errors: string[] = [];
const log = {
  ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
  error: (message: string) => void errors.push(message)
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'derived-'));
  await mkdir(path.join(folder, 'output'));
  errors.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const point = (longitude: number) =>
  JSON.stringify({ geometry: { type: 'Point', coordinates: [longitude, 50] } });

async function derive(
  configuration: JsonObject = {},
  views?: { get(name: string): IView | undefined }
) {
  const map = variable('output', 'map', { view: 'map-mapbox', path: 'map.geojson', configuration });
  const written = await deriveConfigurations({
    automation: automationIn(folder, [map, variable('output', 'other')]),
    folder,
    files: ['output/map.geojson', 'output/variables.dictionary'],
    views: views ?? createViewRegistry(),
    log
  });
  return { written, configuration: await read() };
}

async function read(): Promise<JsonObject | null> {
  try {
    const text = await readFile(path.join(folder, 'output/map.geojson.configuration'), 'utf-8');
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

const write = (name: string, text: string) => writeFile(path.join(folder, 'output', name), text);

describe('deriveConfigurations()', () => {
  it('writes where a map looks, and anew after the next run', async () => {
    await write('map.geojson', point(10));
    expect(await derive()).toEqual({
      written: ['output/map.geojson.configuration'],
      configuration: {
        ...{ longitude: 10, latitude: 50, zoom: 15 },
        'x-derived': ['longitude', 'latitude', 'zoom']
      }
    });
    await write('map.geojson', point(20));
    expect((await derive()).configuration).toMatchObject({ longitude: 20 });
    await write('map.geojson', '{"features": []}');
    expect((await derive()).configuration).toEqual({});
  });

  it('leaves what a script or a person wrote', async () => {
    await write('map.geojson', point(10));
    await write('map.geojson.configuration', '{"layers": [{"type": "fill"}]}');
    const both = { layers: [{ type: 'fill' }], longitude: 10 };
    expect((await derive()).configuration).toMatchObject(both);
    expect((await derive()).configuration).toMatchObject(both);
    await write('map.geojson.configuration', '{"zoom": 3}');
    expect(await derive()).toEqual({ written: [], configuration: { zoom: 3 } });
    await write('map.geojson.configuration', 'no JSON');
    expect((await derive()).written).toEqual([]);
  });

  it('derives nothing where the author says where to look', async () => {
    await write('map.geojson', point(10));
    expect(await derive({ latitude: 1 })).toEqual({ written: [], configuration: null });
  });

  it('goes on when a view fails, and writes through no link that leads outside', async () => {
    const view = {
      ...createViewRegistry().get('map-mapbox'),
      afterRun: () => Promise.reject(new Error('x'))
    };
    await write('map.geojson', point(10));
    expect((await derive({}, { get: () => view as IView })).written).toEqual([]);
    expect(errors).toHaveLength(1);
    await rm(path.join(folder, 'output/map.geojson'));
    await symlink('/etc/hostname', path.join(folder, 'output/map.geojson'));
    expect((await derive()).written).toEqual([]);
    expect(errors).toHaveLength(2);
  });
});
