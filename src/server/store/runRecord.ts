import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { staysInside } from '../../core/path';
import { RUN_STATES, type IRunRecord } from '../../core/run/run';
import { isDigest } from './blobs';

/** What the queue itself must remember of a run that is not over; left out of final records. */
export interface IPendingMark {
  /** One batch of this automation at a time. */
  isSingle: boolean;
  /** Ids of ENVIRONMENT values that it was given; the values are in memory only. */
  secrets: string[];
  /** Process that holds it. */
  host: string;
  pid: number;
  /** HMAC of id and key under the server's key: a queued run of others is never executed. */
  signature: string;
}

/** The content of `run.json`. */
export type StoredRun = IRunRecord & { pending?: IPendingMark };

const Text = Type.String();
const NullableText = Type.Union([Type.String(), Type.Null()]);
const TextMap = Type.Record(Type.String(), Type.String());

const StoredRunSchema = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9]{32}$' }),
  key: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  automation: Type.Object({ id: Text, slug: Text, version: Text, configuration: Text }),
  batch: Type.Object({
    slug: Text,
    name: Text,
    folder: Text,
    kind: Type.Union(['folder', 'row', 'form', 'test'].map(kind => Type.Literal(kind)))
  }),
  state: Type.Union(RUN_STATES.map(state => Type.Literal(state))),
  created: Text,
  started: NullableText,
  ended: NullableText,
  askers: Type.Array(Text),
  priority: Type.Number(),
  lane: Type.Optional(Text),
  leader: NullableText,
  retryOf: NullableText,
  inputs: Type.Record(Type.String(), Type.Unknown()),
  code: Text,
  datasets: TextMap,
  kernel: Text,
  engine: Type.Object({ id: Text, kernel: NullableText }),
  return_code: Type.Union([Type.Number(), Type.Null()]),
  error: Type.Union([Type.Object({ code: Text, message: Text }), Type.Null()]),
  outputs: TextMap,
  problems: Type.Array(Type.Object({ code: Text, variable: Text, message: Text })),
  pending: Type.Optional(
    Type.Object({
      isSingle: Type.Boolean(),
      secrets: Type.Array(Text),
      host: Text,
      pid: Type.Number(),
      signature: Text
    })
  )
});

/**
 * Check what was read from a `run.json`. Whoever can write into a project can write one, so no path in
 * it leaves its folder and no digest is anything else. Members that we do not know are kept.
 *
 * @returns null when it is not the record of a run
 */
export function checkStoredRun(value: unknown): StoredRun | null {
  if (!Value.Check(StoredRunSchema, value)) {
    return null;
  }
  const run: Static<typeof StoredRunSchema> = value;
  const isSafe =
    staysInside(run.batch.folder) &&
    !Number.isNaN(Date.parse(run.created)) &&
    Object.entries(run.outputs).every(([name, digest]) => staysInside(name) && isDigest(digest));
  // Codes of errors and problems may be those of a newer version: they are shown, not decided upon.
  return isSafe ? (value as unknown as StoredRun) : null;
}

/** Leave out what only the queue needs, for the index and for final records. */
export function withoutMark({ pending: _pending, ...record }: StoredRun): IRunRecord {
  return record;
}
