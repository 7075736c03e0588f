import type { IDisposable } from '../queue/queue';

/** What a topic delivers: a sequence number, 0 for "no number", and one line of JSON. */
export type TopicListener = (seq: number, data: string) => void;

/** A source of events behind a name such as `run:<id>` or `queue`. */
export interface ITopic {
  /**
   * Deliver events after a sequence number, then go on live.
   *
   * @param after - 0 for everything (a journal) or the present state (all others)
   * @throws {HttpError} when the topic is unknown or may not be seen
   */
  subscribe(after: number, listener: TopicListener): IDisposable;
  /** True when events can be read again by their number, so that a slow reader loses none. */
  readonly isReplayable: boolean;
}

/** Finds the topic behind a name. */
export type TopicResolver = (name: string) => ITopic | null;

/** A topic asked for by a reader. */
export interface ITopicRequest {
  name: string;
  after: number;
}

/**
 * Read the query and the `Last-Event-ID` of a request for events.
 *
 * @param topics - `run:<id>@12,queue`
 * @param lastEventId - last sequence number of each topic, in the order of the request, joined by commas
 * @returns null when the query is empty, too long, or holds more than one line
 */
export function parseTopics(topics: string, lastEventId: string): ITopicRequest[] | null {
  const names = topics.split(',').filter(Boolean);
  // A name becomes a line of the stream.
  if (!names.length || names.length > 100 || /[\0-\x1f\x7f]/.test(topics)) {
    return null;
  }
  const last = lastEventId ? lastEventId.split(',').map(Number) : [];
  return names.map((text, index) => {
    const at = text.lastIndexOf('@');
    const name = at < 0 ? text : text.slice(0, at);
    const asked = at < 0 ? 0 : Number(text.slice(at + 1));
    const after = last.length === names.length ? last[index] : asked;
    return { name, after: Number.isSafeInteger(after) && after > 0 ? after : 0 };
  });
}

/**
 * A topic that says what is the case now, and again after every change; its numbers count the changes
 * since the server started.
 */
export class StateTopic implements ITopic {
  readonly isReplayable = false;

  /**
   * @param _current - the present state as JSON; null when there is nothing to say before a change
   * @param _onActive - called when the first listener comes (true) and the last one goes (false)
   */
  constructor(
    private readonly _current: () => string | null,
    private readonly _onActive: (isActive: boolean) => void = () => undefined
  ) {}

  subscribe(_after: number, listener: TopicListener): IDisposable {
    this._listeners.add(listener);
    if (this._listeners.size === 1) {
      this._onActive(true);
    }
    const current = this._current();
    if (current !== null) {
      listener(this._seq, current);
    }
    return {
      dispose: () => {
        if (this._listeners.delete(listener) && this._listeners.size === 0) {
          this._onActive(false);
        }
      }
    };
  }

  /** Tell every listener; without data the present state is told. */
  publish(data: string | null = this._current()): void {
    if (data !== null) {
      this._seq += 1;
      this._listeners.forEach(listener => listener(this._seq, data));
    }
  }

  private readonly _listeners = new Set<TopicListener>();
  private _seq = 0;
}
