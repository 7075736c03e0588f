import { isIPv6 } from 'node:net';
import type { TokenDigest } from './tokenDigest';

/** How many wrong tokens are borne. */
export const FAILURE_LIMITS = {
  /** Different wrong tokens of one address. */
  maxTokens: 20,
  /** Milliseconds until they are forgotten. */
  windowMs: 5 * 60 * 1000,
  /** Addresses that are remembered; the oldest go first. */
  maxAddresses: 10_000
} as const;

interface IFailures {
  since: number;
  wrong: Set<string>;
}

/**
 * Counts the wrong tokens of each address. A token that is out of date and comes again with every request
 * of a page counts once; guesses differ.
 */
export class FailureLimit {
  /**
   * @param _now - milliseconds
   */
  constructor(private readonly _now: () => number = Date.now) {}

  /**
   * Seconds that an address has to wait before another token is looked at; 0 when it need not.
   *
   * @param digest - of the token that it sends now; one that was right lately is never refused
   */
  secondsToWait(address: string, digest: TokenDigest): number {
    const key = keyOf(address);
    const failures = this._current(key);
    const text = digest.toString('hex');
    const isKnown = failures?.wrong.has(text) || this._right.has(`${key} ${text}`);
    if (!failures || isKnown || failures.wrong.size < FAILURE_LIMITS.maxTokens) {
      return 0;
    }
    return Math.max(1, Math.ceil((failures.since + FAILURE_LIMITS.windowMs - this._now()) / 1000));
  }

  /** Remember that a token was wrong. */
  addWrong(address: string, digest: TokenDigest): void {
    const key = keyOf(address);
    const failures = this._current(key) ?? { since: this._now(), wrong: new Set<string>() };
    if (failures.wrong.size < FAILURE_LIMITS.maxTokens) {
      failures.wrong.add(digest.toString('hex'));
    }
    this._failures.set(key, failures);
    trim(this._failures);
  }

  /** Remember that a token was right. */
  addRight(address: string, digest: TokenDigest): void {
    this._right.add(`${keyOf(address)} ${digest.toString('hex')}`);
    trim(this._right);
  }

  private _current(key: string): IFailures | undefined {
    const failures = this._failures.get(key);
    if (failures && this._now() - failures.since >= FAILURE_LIMITS.windowMs) {
      this._failures.delete(key);
      return undefined;
    }
    return failures;
  }

  private readonly _failures = new Map<string, IFailures>();
  private readonly _right = new Set<string>();
}

/** Who has one address of IPv6 has the whole network of it. */
function keyOf(address: string): string {
  return isIPv6(address) && !address.startsWith('::ffff:')
    ? address.split(':').slice(0, 4).join(':')
    : address;
}

function trim(items: Map<string, unknown> | Set<string>): void {
  if (items.size > FAILURE_LIMITS.maxAddresses) {
    const [oldest] = items.keys();
    items.delete(oldest);
  }
}
