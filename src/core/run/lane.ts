/**
 * The lanes of the queue, each a set of slots: `run` for scripts, `media` for conversions, `data` for stages of
 * datasets.
 */
export const LANES = ['run', 'media', 'data'] as const;

/** A set of slots; a run executes in one of its lane. */
export type Lane = (typeof LANES)[number];

/** How many runs each lane executes at a time. */
export type LaneSlots = Readonly<Record<Lane, number>>;

/** The lane of a run. What earlier versions recorded has none, and executes as all did. */
export function laneOf({ lane }: { lane?: string }): Lane {
  return LANES.find(known => known === lane) ?? 'run';
}

/** Make something for each lane. */
export function byLane<T>(make: (lane: Lane) => T): Record<Lane, T> {
  return { run: make('run'), media: make('media'), data: make('data') };
}
