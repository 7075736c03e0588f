import * as fc from 'fast-check';
import {
  PERMISSIONS,
  type IAuthorization,
  type IGroup,
  type Permission
} from '../../automation/automation';
import type { JsonValue } from '../../json';
import { identityOf, nameOfIdentity, type Identity } from '../identity';
import { valuesMatch } from '../matching';
import { belongsTo, decideAccess, inputsMatch, OPEN_RULES, type IAccessRules } from '../rules';

const position = { file: '/x/automate.yaml', line: 1, column: 1 };

function group(
  properties: Record<string, JsonValue[]>,
  permissions: Partial<Record<Permission, 'accept' | 'match'>>
): IGroup {
  return { properties, permissions, position };
}

function rules(...chain: IGroup[][]): IAccessRules {
  return {
    chain: chain.map((groups): IAuthorization => ({ tokenFiles: [], groups })),
    needsGroup: false
  };
}

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(scalar, fc.array(scalar));
const anyIdentity: fc.Arbitrary<Identity> = fc.dictionary(
  fc.constantFrom('role', 'school', 'ip_address', '__proto__', 'constructor'),
  anyValue
);

describe('valuesMatch()', () => {
  it.each<[JsonValue, JsonValue, boolean]>([
    ['a', 'a', true],
    ['a', 'A', false],
    [['a', 'b'], 'b', true],
    ['b', ['a', 'b'], true],
    [['a', 'b'], ['b', 'c'], true],
    [['a'], ['b'], false],
    [[], 'a', false],
    [5, '5', true],
    ['5.0', 5, true],
    ['1e1', 10, true],
    [5, '5x', false],
    [5, '', false],
    [0, '', false],
    [0, ' ', false],
    [16, '0x10', false],
    [true, 'true', false],
    [true, 1, false],
    [null, null, true],
    [null, '', false],
    [{ a: 1 }, { a: 1 }, false]
  ])('%j and %j: %s', (one, other, isMatch) => {
    expect(valuesMatch(one, other)).toBe(isMatch);
  });

  it('does not care about the side', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (one, other) => {
        expect(valuesMatch(one, other)).toBe(valuesMatch(other, one));
      })
    );
  });

  it('finds every value in a list that holds it', () => {
    fc.assert(
      fc.property(scalar, fc.array(scalar), (value, others) => {
        expect(valuesMatch([...others, value], value)).toBe(true);
      })
    );
  });
});

describe('decideAccess()', () => {
  it('lets everyone see and run where there are no groups, and nobody add tokens', () => {
    const access = decideAccess(OPEN_RULES, {});
    expect(PERMISSIONS.map(permission => access.extentOf(permission))).toEqual([
      'refuse',
      'accept',
      'accept',
      'accept',
      'accept'
    ]);
    expect(access.isOpen).toBe(true);
  });

  it('keeps closed what needs a group, as long as there is none', () => {
    const access = decideAccess({ chain: [], needsGroup: true }, { role: 'head' });
    expect(PERMISSIONS.every(permission => access.extentOf(permission) === 'refuse')).toBe(true);
  });

  it('takes the first group that the identity belongs to', () => {
    const applied = rules([
      group({ role: ['head'] }, { see_batch: 'accept' }),
      group({ role: ['head', 'teacher'] }, { see_batch: 'match', run_automation: 'accept' }),
      group({}, { see_root: 'accept' })
    ]);
    const extent = (role: JsonValue, permission: Permission) =>
      decideAccess(applied, { role }).extentOf(permission);
    expect(extent('head', 'see_batch')).toBe('accept');
    expect(extent('head', 'run_automation')).toBe('refuse');
    expect(extent('teacher', 'see_batch')).toBe('match');
    expect(extent(['x', 'teacher'], 'run_automation')).toBe('accept');
    expect(extent('parent', 'see_root')).toBe('accept');
    expect(extent('parent', 'see_batch')).toBe('refuse');
  });

  it('asks own groups before those of importing files', () => {
    const own = [group({ role: ['a'] }, { run_automation: 'accept' })];
    const importing = [
      group({ role: ['a'] }, { see_root: 'accept' }),
      group({ role: ['b'] }, { see_root: 'accept' })
    ];
    expect(decideAccess(rules(own, importing), { role: 'a' }).extentOf('see_root')).toBe('refuse');
    expect(decideAccess(rules(own, importing), { role: 'b' }).extentOf('see_root')).toBe('accept');
  });

  it('allows nothing to who belongs to no group', () => {
    const applied = rules([
      group({ role: ['head'] }, Object.fromEntries(PERMISSIONS.map(id => [id, 'accept'])))
    ]);
    const identities: Identity[] = [{}, { role: 'x' }, { role: [] }, { role: null }];
    for (const identity of identities) {
      const access = decideAccess(applied, identity);
      expect(PERMISSIONS.map(permission => access.extentOf(permission))).toEqual(
        PERMISSIONS.map(() => 'refuse')
      );
    }
  });

  it('gives match a meaning for batches and runs only', () => {
    const all = Object.fromEntries(PERMISSIONS.map(id => [id, 'match']));
    const access = decideAccess(rules([group({}, all)]), {});
    expect(PERMISSIONS.filter(permission => access.extentOf(permission) === 'match')).toEqual([
      'see_batch',
      'run_automation'
    ]);
  });

  it('never takes a property from the prototype', () => {
    const applied = rules([group({ constructor: ['x'], toString: ['x'] }, { see_root: 'accept' })]);
    expect(decideAccess(applied, {}).extentOf('see_root')).toBe('refuse');
    const access = decideAccess(rules([group({}, {})]), {});
    expect(access.extentOf('constructor' as Permission)).toBe('refuse');
  });

  it('is decided by one group alone, whatever the identity', () => {
    const groups = fc.array(
      fc.record({
        properties: fc.dictionary(fc.constantFrom('role', 'school'), fc.array(scalar)),
        permissions: fc.dictionary(fc.constantFrom(...PERMISSIONS), fc.constant('accept' as const)),
        position: fc.constant(position)
      }),
      { minLength: 1, maxLength: 5 }
    );
    fc.assert(
      fc.property(groups, anyIdentity, (given, identity) => {
        const decided = decideAccess(rules(given), identity);
        const first = given.find(candidate => belongsTo(candidate, identity));
        for (const permission of PERMISSIONS) {
          const isGiven = first !== undefined && first.permissions[permission] === 'accept';
          expect(decided.extentOf(permission)).toBe(isGiven ? 'accept' : 'refuse');
        }
      })
    );
  });
});

describe('inputsMatch()', () => {
  const ids = ['school', 'grade'];

  it.each<[Identity, Record<string, JsonValue>, boolean]>([
    [{ school: 'north' }, { school: 'north', grade: 3 }, true],
    [{ school: 'north' }, { school: 'south' }, false],
    [{ school: ['north', 'south'] }, { school: 'south' }, true],
    [{ school: 'north', grade: '3' }, { school: 'north', grade: 3 }, true],
    [{ school: 'north', grade: 4 }, { school: 'north', grade: 3 }, false],
    [{ school: 'north' }, { grade: 3 }, false],
    [{ role: 'teacher', ip_address: '::1' }, { school: 'south' }, true],
    [{}, {}, true]
  ])('%j on %j: %s', (identity, values, isMatch) => {
    expect(inputsMatch(ids, values, identity)).toBe(isMatch);
  });

  it('allows no batch that differs from the identity in an input', () => {
    fc.assert(
      fc.property(
        anyIdentity,
        fc.dictionary(fc.constantFrom('role', 'school'), scalar),
        (who, values) => {
          const isMatch = inputsMatch(['role', 'school'], values, who);
          for (const id of ['role', 'school']) {
            if (isMatch && Object.prototype.hasOwnProperty.call(who, id)) {
              expect(valuesMatch(who[id], values[id])).toBe(true);
            }
          }
        }
      )
    );
  });
});

describe('identityOf()', () => {
  it('adds the dictionary of the token to the address', () => {
    const connection = { ipAddress: '10.0.0.1', username: null };
    expect(identityOf(connection, { role: 'teacher' })).toEqual({
      ip_address: '10.0.0.1',
      role: 'teacher'
    });
  });

  it("lets no token speak for Jupyter's user", () => {
    const identity = identityOf({ ipAddress: '::1', username: 'ana' }, { username: 'root' });
    expect(identity.username).toBe('ana');
  });

  it('takes a property called __proto__ as a property', () => {
    const dictionary = JSON.parse('{"__proto__": {"role": "head"}}');
    const identity = identityOf({ ipAddress: '::1', username: null }, dictionary);
    expect(identity.role).toBeUndefined();
  });
});

describe('nameOfIdentity()', () => {
  it.each<[Identity, string | null]>([
    [{ name: ' Ana ', email: 'ana@x' }, 'Ana'],
    [{ username: 'ana', name: 'Ana' }, 'ana'],
    [{ id: 7 }, '7'],
    [{ role: 'teacher', name: '', email: ['a'] }, null]
  ])('%j: %j', (identity, name) => {
    expect(nameOfIdentity(identity)).toBe(name);
  });
});
