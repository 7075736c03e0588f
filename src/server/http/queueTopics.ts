import type { ITurn } from '../../core/api';
import type { IVisitor } from '../access/visitor';
import type { Services } from '../services';
import { PacedTelling } from './pacedTelling';
import { queueStateFor } from './queueState';
import { StateTopic } from './topics';

/** Topics that follow the queue; without readers nothing is done. */
abstract class FollowingTopics {
  constructor(protected readonly _services: Services) {}

  dispose(): void {
    this._telling.dispose();
    this._changes?.dispose();
  }

  /** The topic of a key, made when nobody has it yet. */
  protected _find(key: string, current: () => string | null): StateTopic {
    const known = this._topics.get(key);
    if (known) {
      return known;
    }
    const topic: StateTopic = new StateTopic(current, isActive => {
      if (isActive) {
        this._topics.set(key, topic);
        this._changes ??= this._services.queue.onChange(() => {
          if (this._topics.size) {
            this._telling.request();
          }
        });
      } else {
        this._topics.delete(key);
      }
    });
    return topic;
  }

  protected abstract _tell(): void;

  /** Those that somebody reads. */
  protected readonly _topics = new Map<string, StateTopic>();
  private readonly _telling = new PacedTelling(() => this._tell());
  private _changes: { dispose(): void } | undefined;
}

/** The state of the queue as each reader may see it. */
export class QueueTopics extends FollowingTopics {
  /** Readers with the same properties share a topic, so that many cost little more than one. */
  of(visitor: IVisitor): StateTopic {
    return this._find(keyOf(visitor), () => JSON.stringify(queueStateFor(this._services, visitor)));
  }

  protected _tell(): void {
    this._topics.forEach(topic => topic.publish());
  }
}

/** Milliseconds after which a waiting time is looked at again, though nothing happened meanwhile. */
const TURN_INTERVAL_MS = 5_000;

/** When it is the turn of a run; told on change alone. */
export class TurnTopics extends FollowingTopics {
  /** @param id - of a run that the visitor may see */
  of(visitor: IVisitor, id: string): StateTopic {
    const key = `${id} ${keyOf(visitor)}`;
    return this._find(key, () => {
      const turn = this._services.queue.turns([id]).get(id);
      const text = turn ? this._textFor(visitor, turn) : null;
      this._told.set(key, { id, visitor, text });
      this._lookAgain(turn);
      return text;
    });
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Time goes by for who waits. */
  private _lookAgain(turn: ITurn | undefined): void {
    if (turn?.seconds) {
      this._timer ??= setTimeout(() => {
        this._timer = undefined;
        this._tell();
      }, TURN_INTERVAL_MS).unref();
    }
  }

  protected _tell(): void {
    const read = [...this._told].filter(([key]) => this._topics.has(key));
    const turns = this._services.queue.turns(read.map(([, { id }]) => id));
    this._told = new Map(read);
    for (const [key, told] of read) {
      const turn = turns.get(told.id);
      const text = turn ? this._textFor(told.visitor, turn) : null;
      this._lookAgain(turn);
      if (text !== told.text) {
        told.text = text;
        this._topics.get(key)?.publish(text ?? undefined);
      }
    }
  }

  /** Another batch with the same inputs may be somebody else's. */
  private _textFor(visitor: IVisitor, turn: ITurn): string {
    const { access, queue } = this._services;
    const leader = turn.leader && queue.get(turn.leader.id);
    const isKnown = leader !== null && access.listsRun(visitor, leader);
    return JSON.stringify({ ...turn, leader: isKnown ? turn.leader : null });
  }

  private _timer: NodeJS.Timeout | undefined;
  private _told = new Map<string, { id: string; visitor: IVisitor; text: string | null }>();
}

function keyOf({ owner, connection, digest }: IVisitor): string {
  return JSON.stringify([owner, connection, digest?.toString('hex') ?? '']);
}
