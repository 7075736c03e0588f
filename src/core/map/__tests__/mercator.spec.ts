import fc from 'fast-check';
import { BoundsBuilder, centerOf, isBounds, isPosition } from '../bounds';
import { boundsAround, fromWorld, toWorld } from '../mercator';

describe('toWorld()', () => {
  it('is undone by fromWorld()', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -85, max: 85, noNaN: true }),
        (longitude, latitude) => {
          const [backLongitude, backLatitude] = fromWorld(...toWorld([longitude, latitude]));
          expect(backLongitude).toBeCloseTo(longitude, 9);
          expect(backLatitude).toBeCloseTo(latitude, 9);
        }
      )
    );
    expect(toWorld([0, 0])).toEqual([0.5, 0.5]);
    expect(toWorld([0, 90])[1]).toBeCloseTo(0, 6);
  });
});

describe('boundsAround()', () => {
  it('shows the whole world at zoom 0', () => {
    const [west, south, east, north] = boundsAround([0, 0], 0, { width: 512, height: 512 });
    expect([west, east]).toEqual([-180, 180]);
    expect(south).toBeCloseTo(-85.051129, 4);
    expect(north).toBeCloseTo(85.051129, 4);
  });

  it('holds its centre, and half as much a zoom further', () => {
    const size = { width: 600, height: 400 };
    const [west, south, east, north] = boundsAround([10, 60], 5, size);
    const nearer = boundsAround([10, 60], 6, size);
    expect((west + east) / 2).toBeCloseTo(10, 5);
    expect(south < 60 && north > 60).toBe(true);
    expect((nearer[2] - nearer[0]) * 2).toBeCloseTo(east - west, 4);
  });
});

describe('BoundsBuilder', () => {
  it('encloses whatever is in a GeoJSON', () => {
    const builder = new BoundsBuilder();
    expect(builder.bounds).toBeNull();
    builder.addGeojson({
      features: [
        { geometry: { type: 'Point', coordinates: [1, 2, 300] } },
        {
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [3, -4],
                [5, 6]
              ]
            ]
          }
        },
        { geometry: { type: 'GeometryCollection', geometries: [{ coordinates: [[-7, 8]] }] } },
        { geometry: null },
        null
      ]
    });
    expect(builder.bounds).toEqual([-7, -4, 5, 8]);
    builder.add(NaN, 90);
    expect(builder.bounds).toEqual([-7, -4, 5, 8]);
    expect(centerOf([-7, -4, 5, 8])).toEqual([-1, 2]);
  });
});

describe('isBounds() and isPosition()', () => {
  it('refuse what is not on earth', () => {
    expect(isPosition([180, -90])).toBe(true);
    expect(isBounds([-1, -2, 3, 4])).toBe(true);
    for (const value of [[91], [0, 91], ['0', 0], [NaN, 0], null, {}]) {
      expect(isPosition(value)).toBe(false);
    }
    for (const value of [[0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 1, 91], null, '0,0,1,1']) {
      expect(isBounds(value)).toBe(false);
    }
  });
});
