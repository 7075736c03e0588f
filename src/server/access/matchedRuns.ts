import type { JsonValue } from '../../core/json';

/** Questions whose answers are remembered. */
const KEPT = 16;

/** Answers to one question, by the object of a run. */
interface IAnswers {
  /** The answer for a run, found once as long as the same object stands for it. */
  of(run: object, find: () => boolean): boolean;
}

/**
 * Remembers whose inputs match whom: those of a run never change, and of thousands that wait they would be read anew each
 * time that somebody looks at the queue.
 */
export class MatchedRuns {
  /** @param question - all on which its answers depend, besides the run */
  answersTo(question: JsonValue | object): IAnswers {
    const key = JSON.stringify(question);
    const known = this._known.get(key) ?? new WeakMap<object, boolean>();
    // The one that was asked last is forgotten last.
    this._known.delete(key);
    this._known.set(key, known);
    if (this._known.size > KEPT) {
      const [oldest] = this._known.keys();
      this._known.delete(oldest);
    }
    return {
      of: (run, find) => {
        let answer = known.get(run);
        if (answer === undefined) {
          answer = find();
          known.set(run, answer);
        }
        return answer;
      }
    };
  }

  private readonly _known = new Map<string, WeakMap<object, boolean>>();
}
