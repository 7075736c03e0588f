/** Longitude and latitude, and whatever follows. */
type Point = readonly number[];

/** Degrees around the world. */
const AROUND = 360;

/**
 * Make a line go on beyond the date line instead of jumping back around the world, as flat maps need it.
 *
 * @param line - steps of more than half the world count as steps over the date line
 */
export function unwrapLine(line: readonly Point[]): number[][] {
  let turns = 0;
  return line.map(([longitude, latitude], index) => {
    const step = index > 0 ? longitude - line[index - 1][0] : 0;
    if (Math.abs(step) > AROUND / 2) {
      turns -= Math.sign(step);
    }
    return [longitude + turns * AROUND, latitude];
  });
}

/** The same for a ring; one around a pole is closed along the edge of the map. */
export function unwrapRing(ring: readonly Point[]): number[][] {
  const line = unwrapLine(ring);
  const [first] = line;
  const last = line[line.length - 1];
  if (!first || Math.abs(first[0] - last[0]) < AROUND / 2) {
    return line;
  }
  const pole = first[1] < 0 ? -90 : 90;
  return [...line, [last[0], pole], [first[0], pole], first];
}
