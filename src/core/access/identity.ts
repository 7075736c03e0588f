import type { JsonObject, JsonValue } from '../json';

/**
 * What is known of who asks, by property: `ip_address`, `username` behind Jupyter, and the dictionary of
 * the token. Never the token itself.
 */
export type Identity = Readonly<Record<string, JsonValue>>;

/** What the connection says of who asks. */
export interface IConnection {
  ipAddress: string;
  /** Name of Jupyter's user; null without Jupyter. */
  username: string | null;
}

/**
 * Put an identity together.
 *
 * @param dictionary - of the token; {} for none. It wins over the address, as in the original, and never over
 *   Jupyter's user, who has signed in before.
 */
export function identityOf(
  { ipAddress, username }: IConnection,
  dictionary: Readonly<JsonObject>
): Identity {
  const known: [string, JsonValue][] = [
    ['ip_address', ipAddress],
    ...Object.entries(dictionary),
    ...(username === null ? [] : [['username', username] as [string, JsonValue]])
  ];
  return Object.fromEntries(known);
}

/** The value of a property that the identity has itself; undefined for none. */
export function propertyOf(identity: Identity, name: string): JsonValue | undefined {
  return Object.prototype.hasOwnProperty.call(identity, name) ? identity[name] : undefined;
}

/** Who asks for a run. */
export interface IAsker {
  /** For lists and records. */
  name: string;
  /** What scripts may know of who asks. */
  identity: Identity;
}

/** A program of ours asks by its name alone. */
export function askerOf(asker: string | IAsker): IAsker {
  return typeof asker === 'string' ? { name: asker, identity: { username: asker } } : asker;
}

/** Properties that name a person, the best first. */
const NAMES = ['username', 'name', 'email', 'id'] as const;

/** The name by which lists and records call who asks; null when the identity has none. */
export function nameOfIdentity(identity: Identity): string | null {
  for (const property of NAMES) {
    const value = propertyOf(identity, property);
    if (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) {
      return String(value).trim().slice(0, 200);
    }
  }
  return null;
}
