import type { IAccess } from '../../core/access/rules';
import type { Permission } from '../../core/automation/automation';
import { HttpError } from '../httpError';
import type { LoadedAutomation } from '../site/loadedAutomation';

/** What is known of a refusal. */
export interface IRefusal {
  loaded: Pick<LoadedAutomation, 'accessRules' | 'relative' | 'relativeConfiguration'>;
  access: IAccess;
  permission: Permission;
  /** Name of Jupyter's user; null without Jupyter. */
  username: string | null;
  /** Name of who has signed in, '' for one without a name; null for who has not. */
  signedInAs: string | null;
}

const ANONYMOUS = 'you may not see or do this; sign in with a token that allows it';

const DEEDS: Readonly<Record<Permission, string>> = {
  add_token: 'add tokens',
  see_root: 'see this list',
  see_automation: 'see this automation',
  see_batch: 'see this',
  run_automation: 'do this'
};

/** The answer to who may not see or do something. It says nothing about what is there. */
export function notAuthorized(message = ANONYMOUS): HttpError {
  return new HttpError(403, 'not-authorized', message);
}

/**
 * Why something is refused, in one sentence that says what to do. Jupyter's user, who can read the files, is told which
 * rule it was; visitors of a served site learn nothing of the rules.
 */
export function refusalText(refusal: IRefusal): string {
  const { username, signedInAs, permission } = refusal;
  if (username !== null) {
    return textForJupyter({ ...refusal, username });
  }
  if (signedInAs === null) {
    return ANONYMOUS;
  }
  const who = signedInAs ? `as ${signedInAs}` : 'with a token';
  return `you are signed in ${who} and may not ${DEEDS[permission]}; sign in with another token that allows it`;
}

function textForJupyter({
  loaded,
  access,
  permission,
  username
}: IRefusal & { username: string }): string {
  const { group } = access;
  const user = JSON.stringify(username);
  if (!group) {
    const files = loaded.accessRules.flatMap(({ authorization }) =>
      authorization.groups.map(({ position }) => loaded.relative(position.file))
    );
    const where = [...new Set(files)].join(' and ') || loaded.relativeConfiguration;
    return (
      `no group of "authorization" in ${where} is for Jupyter's user ${user}; ` +
      `add one with "configuration: {username: ${user}}" and the permissions`
    );
  }
  const { file, line } = group.position;
  const place = `the group at ${loaded.relative(file)}:${line}, which decides for Jupyter's user ${user},`;
  return access.extentOf(permission) === 'match'
    ? `${place} permits ${permission} with "action: match" alone, and the values here are others`
    : `${place} does not permit ${permission}; add it there, or a group before it`;
}
