import 'maplibre-gl/dist/maplibre-gl-worker.mjs';
import { BoundsBuilder } from '../../core/map/bounds';
import type { JsonObject } from '../../core/json';

/* The worker of maps, a file of its own: that of the library, which keeps large data to itself. */

/** What is used of the library's worker. */
interface ILibraryWorker {
  actor: {
    registerMessageHandler(
      type: string,
      handler: (map: string, parameters: ILoadParameters) => Promise<ILoadResult>
    ): void;
  };
  _getWorkerSource(
    map: string,
    type: string,
    source: string
  ): { loadData(parameters: ILoadParameters): Promise<ILoadResult> };
}

interface ILoadParameters {
  type: string;
  source: string;
}

interface ILoadResult {
  /** The data that were loaded, for the page. */
  data?: JsonObject;
}

/** Name of the message with which a page lets data be loaded. */
const LOAD_DATA = 'LD';

const { worker } = globalThis as { worker?: ILibraryWorker };
if (worker && typeof worker._getWorkerSource === 'function') {
  worker.actor.registerMessageHandler(LOAD_DATA, async (map, parameters) => {
    const source = worker._getWorkerSource(map, parameters.type, parameters.source);
    const result = await source.loadData(parameters);
    // A page takes seconds to receive what has 50 MB, and needs no more of it than where to look.
    return result.data ? { ...result, data: extentOf(result.data) } : result;
  });
}

function extentOf(data: JsonObject): JsonObject {
  const builder = new BoundsBuilder();
  builder.addGeojson(data);
  const { bounds } = builder;
  if (!bounds) {
    return { type: 'FeatureCollection', features: [] };
  }
  const [west, south, east, north] = bounds;
  return {
    type: 'MultiPoint',
    coordinates: [
      [west, south],
      [east, north]
    ]
  };
}
