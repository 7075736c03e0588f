import { joinPath, suffixOf } from '../path';
import type { IAuthorization, IGroup, Permission } from './automation';
import { PERMISSIONS } from './automation';
import { WEIGHTS } from './problemCodes';
import type { IReadContext } from './readContext';
import type { Section } from './section';

/** Permissions that concern no inputs, so that `match` means nothing for them. */
const UNMATCHED: readonly Permission[] = ['add_token', 'see_root', 'see_automation'];

/**
 * Read who may see and run from a checked configuration.
 *
 * @returns null when the file has no rules
 */
export function normalizeAuthorization(
  configuration: Section,
  context: IReadContext
): IAuthorization | null {
  const authorization = configuration.section('authorization');
  if (!authorization.node.entries.length) {
    return null;
  }
  const groups = authorization.sections('groups').map(group => normalizeGroup(group, context));
  checkReachable(groups, context);
  return {
    tokenFiles: authorization.sections('tokens').flatMap(file => readTokenFile(file, context)),
    groups
  };
}

function readTokenFile(section: Section, context: IReadContext): IAuthorization['tokenFiles'] {
  const path = section.filledText('path');
  if (path === null) {
    return [];
  }
  const position = section.positionOf('path');
  if (!['.yaml', '.yml'].includes(suffixOf(path))) {
    const message = `token file "${path}" must end in .yaml or .yml`;
    context.problems.add('token-file-suffix', position, message);
    return [];
  }
  context.paths.push({
    noun: 'token file',
    path,
    base: context.folder,
    position,
    kind: 'file',
    within: context.vocabulary === '1.0' ? context.folder : null,
    code: 'token-file-missing',
    weight: WEIGHTS.warning,
    hint: 'nobody can sign in with it'
  });
  return [{ path: joinPath(path), position }];
}

function normalizeGroup(section: Section, context: IReadContext): IGroup {
  // Null is a value here: it matches everyone, as `{}` does. Only the absent key is an oversight.
  if (!section.node.entries.some(({ key }) => key === 'configuration')) {
    const message = 'each group needs a configuration';
    const hint = 'write configuration: {} for everyone';
    context.problems.add('group-configuration', section.position, message, hint);
  }
  const configuration = section.section('configuration');
  const given = configuration.jsonObject();
  // A property without a value matches nobody: left out, it would let everyone in.
  const properties = configuration.node.entries.map(({ key }) => {
    const value = given[key] ?? null;
    return [key, Array.isArray(value) ? value : [value]] as const;
  });
  return {
    properties: Object.fromEntries(properties),
    permissions: readPermissions(section, context),
    position: section.position
  };
}

function readPermissions(section: Section, { problems }: IReadContext): IGroup['permissions'] {
  const permissions: Partial<Record<Permission, 'accept' | 'match'>> = {};
  for (const item of section.sections('permissions')) {
    const id = PERMISSIONS.find(permission => permission === item.text('id'));
    if (id === undefined) {
      continue;
    }
    const isMatch = item.text('action') === 'match';
    if (isMatch && UNMATCHED.includes(id)) {
      const message = `match has no effect on "${item.written('id')}"`;
      problems.add('action-unused', item.positionOf('action'), message);
    }
    permissions[id] = isMatch ? 'match' : 'accept';
  }
  return permissions;
}

function checkReachable(groups: readonly IGroup[], { problems }: IReadContext): void {
  const open = groups.findIndex(({ properties }) => !Object.keys(properties).length);
  for (const { position } of open < 0 ? [] : groups.slice(open + 1)) {
    const hint = 'the group before it matches everyone; put it first';
    problems.add('group-unreachable', position, 'this group is never reached', hint);
  }
}
