import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 of a token under the key of the server: what is kept of a token. */
export type TokenDigest = Buffer;

/** Tokens that are longer are none: nothing of that size is ever given out. */
export const MAX_TOKEN_LENGTH = 1024;

/** Makes digests of tokens, so that no token is kept anywhere and comparing tells nothing of them. */
export class TokenDigester {
  /**
   * @param _key - of this server alone
   */
  constructor(private readonly _key: Uint8Array) {}

  digest(token: string): TokenDigest {
    return createHmac('sha256', this._key).update(`token\n${token}`).digest();
  }

  /** A short name that stands for a secret of a visitor without telling it: 12 hex digits. */
  pseudonym(kind: string, secret: string): string {
    return createHmac('sha256', this._key).update(`${kind}\n${secret}`).digest('hex').slice(0, 12);
  }

  /** A text that only this server can make for a subject: 32 hex digits. */
  seal(purpose: string, subject: string): string {
    const text = `seal ${purpose}\n${subject}`;
    return createHmac('sha256', this._key).update(text).digest('hex').slice(0, 32);
  }
}

/** Tell whether two digests are equal, in constant time. */
export function isSameDigest(one: TokenDigest, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Tell whether two texts are equal, in a time that depends on their lengths alone. */
export function isSameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
