import type { IAuthorization, IGroup, Permission } from '../automation/automation';
import type { InputValues } from '../batch/batch';
import type { JsonValue } from '../json';
import { propertyOf, type Identity } from './identity';
import { valuesMatch } from './matching';

/** The rules of access of an automation. */
export interface IAccessRules {
  /**
   * Sections `authorization` that apply: its own first, then those of the files that import it, nearest
   * first. [] when no file has one.
   */
  chain: readonly IAuthorization[];
  /** True when it is closed as long as no group allows it (1.0 `protected` and `private`). */
  needsGroup: boolean;
}

/** How far a permission goes: everything, only what matches the identity, or nothing. */
export type Extent = 'accept' | 'match' | 'refuse';

/** Where no file has a word about access. */
export const OPEN_RULES: IAccessRules = { chain: [], needsGroup: false };

/** What an identity may do, decided by the first group that it belongs to. */
export interface IAccess {
  /** True when there are no groups at all: everyone may see and run. */
  isOpen: boolean;
  /** The group that decided; null when none did. */
  group: IGroup | null;
  extentOf(permission: Permission): Extent;
}

/** Permissions for which the action `match` means something; on the others it is `accept`. */
const MATCHING: ReadonlySet<Permission> = new Set(['see_batch', 'run_automation']);

/**
 * Decide what an identity may do.
 *
 * Without groups everyone may see and run, and nobody may add tokens. With groups the first one decides, own
 * groups before those of importing files; who belongs to none may do nothing.
 */
export function decideAccess({ chain, needsGroup }: IAccessRules, identity: Identity): IAccess {
  const groups = chain.flatMap(authorization => authorization.groups);
  if (!groups.length) {
    return needsGroup ? CLOSED : OPEN;
  }
  const group = groups.find(candidate => belongsTo(candidate, identity));
  if (!group) {
    return CLOSED;
  }
  return {
    isOpen: false,
    group,
    extentOf: permission => {
      const action = Object.prototype.hasOwnProperty.call(group.permissions, permission)
        ? group.permissions[permission]
        : undefined;
      return action === 'match' && !MATCHING.has(permission) ? 'accept' : (action ?? 'refuse');
    }
  };
}

/** Tell whether an identity has every property of a group, with one of its values. */
export function belongsTo(group: Pick<IGroup, 'properties'>, identity: Identity): boolean {
  return Object.entries(group.properties).every(([name, values]) => {
    const value = propertyOf(identity, name);
    return value !== undefined && valuesMatch([...values], value);
  });
}

/**
 * Tell whether the inputs of a batch match an identity: every property whose name is an input variable has one of
 * its values there. Properties that are no inputs are ignored; an input without a value matches nothing.
 *
 * @param inputIds - ids of the input variables of the automation
 */
export function inputsMatch(
  inputIds: Iterable<string>,
  values: InputValues,
  identity: Identity
): boolean {
  for (const id of inputIds) {
    const wanted = propertyOf(identity, id);
    if (wanted !== undefined) {
      const value: JsonValue | undefined = Object.prototype.hasOwnProperty.call(values, id)
        ? values[id]
        : undefined;
      if (value === undefined || !valuesMatch(wanted, value)) {
        return false;
      }
    }
  }
  return true;
}

const OPEN: IAccess = {
  isOpen: true,
  group: null,
  extentOf: permission => (permission === 'add_token' ? 'refuse' : 'accept')
};

const CLOSED: IAccess = { isOpen: false, group: null, extentOf: () => 'refuse' };
