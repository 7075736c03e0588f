import { unwrapLine, unwrapRing } from '../unwrap';

describe('unwrapLine()', () => {
  it('goes on over the date line, in both directions', () => {
    const line = [
      [170, 60],
      [179, 61],
      [-179, 62],
      [-170, 63],
      [179, 64]
    ];
    expect(unwrapLine(line).map(([longitude]) => longitude)).toEqual([170, 179, 181, 190, 179]);
    expect(
      unwrapLine([
        [-179, 0],
        [179, 0]
      ])
    ).toEqual([
      [-179, 0],
      [-181, 0]
    ]);
    expect(unwrapLine([])).toEqual([]);
  });
});

describe('unwrapRing()', () => {
  it('leaves rings that stay on one side', () => {
    const ring = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 0]
    ];
    expect(unwrapRing(ring)).toEqual(ring);
  });

  it('closes a ring around the south pole along the edge of the map', () => {
    const ring = [
      [-120, -70],
      [0, -70],
      [120, -70],
      [-120, -70]
    ];
    expect(unwrapRing(ring)).toEqual([
      [-120, -70],
      [0, -70],
      [120, -70],
      [240, -70],
      [240, -90],
      [-120, -90],
      [-120, -70]
    ]);
  });
});
