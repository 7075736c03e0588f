import { createVariable, type ISample } from '../../../core/template/__tests__/sample';
import type { JsonValue } from '../../../core/json';
import type { IMapLook } from '../../../core/map/mapOptions';
import { find, type, until } from '../../__tests__/samplePage';
import type { IMapRequest, MapDrawer } from '../../maps/mapDrawing';
import { featureTable } from '../../maps/mapTables';
import { createMapDensityActivator } from '../mapDensity';
import { createMapFeaturesActivator } from '../mapFeatures';
import { createMapLocationActivator } from '../mapLocation';
import { activatorContract, createPlace, newerElement, settle } from './activatorContract';

const collection = {
  type: 'FeatureCollection',
  features: [
    { properties: { name: '<b>Ås', n: 1 }, geometry: { type: 'Point', coordinates: [10.8, 59.7] } }
  ]
};

const sampleOf = (view: string, value: object, configuration = {}): ISample => ({
  variables: [createVariable('output', 'x', view, { path: 'x.json', configuration })],
  values: { x: value as unknown as JsonValue }
});
const mapSample = sampleOf('map-mapbox', collection);

/** Writes down what it is asked to draw. */
class FakeMap {
  readonly requests: IMapRequest[] = [];
  updates = 0;
  disposed = 0;
  failure = '';
  note = '';

  readonly draw: MapDrawer = async (element, request) => {
    this.requests.push(request);
    if (this.failure) {
      throw new Error(this.failure);
    }
    element.textContent = 'map';
    return {
      note: this.note,
      update: async newer => {
        this.updates += 1;
        this.requests.push(newer);
      },
      dispose: () => {
        this.disposed += 1;
        element.replaceChildren();
      }
    };
  };
}

function create() {
  const map = new FakeMap();
  const activator = createMapFeaturesActivator({
    loadDrawer: async () => map.draw,
    readTable: (uri, { fetchPieces }, signal) => featureTable(fetchPieces(uri, signal))
  });
  return { map, activator };
}

/** A map on which a person can choose. */
class FakeChooser {
  readonly shown: IMapLook[] = [];
  move: (look: IMapLook) => void = () => undefined;
  failure = '';

  readonly load =
    async () => async (element: HTMLElement, _: IMapRequest, onMove: typeof this.move) => {
      if (this.failure) {
        throw new Error(this.failure);
      }
      element.textContent = 'map';
      this.move = onMove;
      return {
        note: '',
        show: (look: IMapLook) => void this.shown.push(look),
        dispose: () => element.replaceChildren()
      };
    };
}

function createLocation() {
  const [map, chooser] = [new FakeMap(), new FakeChooser()];
  const activator = createMapLocationActivator({
    loadDrawer: async () => map.draw,
    loadChooser: chooser.load
  });
  return { map, chooser, activator };
}

const place = { center: [10.75, 59.91], zoom: 5 };
const inputSample = (value: object | null, configuration = {}) => ({
  step: 'input' as const,
  sample: {
    variables: [createVariable('input', 'x', 'map-mapbox-location', { configuration })],
    values: (value ? { x: value } : {}) as Record<string, JsonValue>
  }
});

activatorContract(create().activator, [
  { step: 'output', sample: mapSample, data: JSON.stringify(collection) }
]);
activatorContract(createMapDensityActivator({ loadDrawer: async () => new FakeMap().draw }), [
  { step: 'output', sample: sampleOf('map-deck-screengrid', [[1, 2]]), data: '[[1, 2]]' }
]);
activatorContract(createLocation().activator, [
  { step: 'output', sample: sampleOf('map-mapbox-location', place), data: '{}' }
]);

describe('maps', () => {
  it('are drawn with what the configuration says, and say when they are there', async () => {
    const { map, activator } = create();
    map.note = 'another base map';
    const { place: at, context } = await createPlace({ step: 'output', sample: mapSample });
    const activated = activator.activate(at.element, context);
    await settle();
    expect(map.requests[0]).toMatchObject({
      elementId: 'v0',
      uri: at.uri,
      token: '',
      options: { style: 'mapbox://styles/mapbox/dark-v11', look: null, bounds: null }
    });
    expect(at.element.dataset.ready).toBe('');
    expect(find('._note').textContent).toBe('another base map');
    activated?.dispose();
    expect(map.disposed).toBe(1);
  });

  it('take newer data and another look over, and are made anew for another style', async () => {
    const { map, activator } = create();
    const { place: at, context } = await createPlace({ step: 'output', sample: mapSample });
    const activated = activator.activate(at.element, context);
    await settle();
    const looked = await newerElement('output', sampleOf('map-mapbox', collection, { zoom: 3 }));
    expect(activated?.update?.(looked)).toBe(true);
    await settle();
    expect([map.updates, map.requests[1].options.look?.zoom]).toEqual([1, 3]);
    const restyled = await newerElement(
      'output',
      sampleOf('map-mapbox', collection, { style: 'light' })
    );
    expect(activated?.update?.(restyled)).toBe(false);
  });

  it('that cannot be drawn say why, with the file and the table', async () => {
    const { map, activator } = create();
    map.failure = 'this browser has no WebGL 2';
    const { place: at, context } = await createPlace({
      step: 'output',
      sample: mapSample,
      data: JSON.stringify(collection)
    });
    activator.activate(at.element, context);
    await settle();
    expect(find('._problem').textContent).toBe(
      'This map cannot be drawn: this browser has no WebGL 2'
    );
    expect(find('._map').hidden).toBe(true);
    expect(find('a').getAttribute('download')).toBe('x.json');
    expect(at.element.dataset.ready).toBe('failed');
    (find('details') as HTMLDetailsElement).open = true;
    await until(() => document.querySelector('td') !== null);
    expect([...document.querySelectorAll('td')].map(cell => cell.innerHTML)).toEqual([
      '&lt;b&gt;Ås',
      '1',
      'Point',
      '10.8',
      '59.7'
    ]);
  });
});

describe('a place on a map', () => {
  const value = (id: string) => find<HTMLInputElement>(`#v0-${id}`).value;

  async function open(sample: ReturnType<typeof inputSample>, more = {}) {
    const { chooser, activator } = createLocation();
    Object.assign(chooser, more);
    const { place: at, context } = await createPlace(sample);
    const activated = activator.activate(at.element, context);
    await settle();
    const control = activated?.control;
    if (!control) {
      throw new Error('no control');
    }
    return { chooser, control, activated, context, element: at.element };
  }

  it('is what its map shows, with bounds', async () => {
    const { control } = await open(inputSample(place));
    const read = control.read();
    expect(read).toMatchObject({ value: { center: [10.75, 59.91], zoom: 5 } });
    const { bounds } = (read as { value: { bounds: number[] } }).value;
    expect([bounds[0] < 10.75, bounds[1] < 59.91, bounds[2] > 10.75, bounds[3] > 59.91]).toEqual(
      Array(4).fill(true)
    );
    expect(control.isChanged).toBe(false);
    expect(control.draft()).toBeNull();
  });

  it('begins where the configuration says', async () => {
    const { control } = await open(inputSample(null, { longitude: 20, latitude: 50, zoom: 3 }));
    expect(control.read()).toMatchObject({ value: { center: [20, 50], zoom: 3 } });
    expect(control.isChanged).toBe(false);
  });

  it('follows the map, and the map follows the fields', async () => {
    const { chooser, control, context } = await open(inputSample(place));
    chooser.move({ center: [370, 1.23456789], zoom: 7 });
    expect([value('longitude'), value('latitude'), value('zoom')]).toEqual(['10', '1.234568', '7']);
    expect(control.isChanged).toBe(true);
    expect(context.onEdit).toHaveBeenCalledTimes(1);
    type('#v0-longitude', '30');
    expect(chooser.shown).toEqual([{ center: [30, 1.234568], zoom: 7 }]);
    control.reset();
    expect(value('longitude')).toBe('10.75');
    expect(chooser.shown).toHaveLength(2);
    const draft = { value: { center: [1, 2], zoom: 3, bounds: [0, 1, 2, 3] } };
    control.write(draft);
    expect(control.draft()).toMatchObject({ value: { center: [1, 2], zoom: 3 } });
  });

  it('is nothing while a field makes no sense', async () => {
    const { control } = await open(inputSample(place));
    type('#v0-latitude', '91');
    expect(control.read()).toBeNull();
    type('#v0-latitude', '');
    expect(control.read()).toBeNull();
  });

  it('is given by its fields where no map can be drawn', async () => {
    const { control } = await open(inputSample(place), { failure: 'no WebGL' });
    expect(find('._note').textContent).toContain('no WebGL');
    type('#v0-zoom', '9');
    expect(control.read()).toMatchObject({ value: { zoom: 9 } });
  });

  it('leaves the page as it was', async () => {
    const before = await createPlace(inputSample(place));
    const markup = document.body.innerHTML;
    const { chooser, activator } = createLocation();
    const activated = activator.activate(before.place.element, before.context);
    await settle();
    expect(chooser.shown).toEqual([]);
    activated?.dispose();
    activated?.dispose();
    expect(document.body.innerHTML.replace(/ class="_map-place"/, '')).toBe(
      markup.replace(/ class="_map-place"/, '')
    );
  });

  it('asks the browser where it is only when the button is pressed', async () => {
    const getCurrentPosition = jest.fn((found: (position: object) => void) =>
      found({ coords: { longitude: 5.3, latitude: 60.4 } })
    );
    Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
    Object.defineProperty(navigator, 'geolocation', {
      value: { getCurrentPosition },
      configurable: true
    });
    const { control, chooser } = await open(inputSample(place));
    expect(getCurrentPosition).not.toHaveBeenCalled();
    find('button').click();
    expect(control.read()).toMatchObject({ value: { center: [5.3, 60.4], zoom: 12 } });
    expect(chooser.shown).toEqual([{ center: [5.3, 60.4], zoom: 12 }]);
    control.dispose();
    Object.defineProperty(window, 'isSecureContext', { value: false, configurable: true });
    await open(inputSample(place));
    expect(document.querySelector('button:not(._continue):not(._back)')).toBeNull();
  });
});
