import { PERMISSIONS } from '../automation';
import type { KeyTable } from './key';

/** Keys of `authorization`. */
export const AUTHORIZATION_KEYS: KeyTable = {
  tokens: {
    type: 'list',
    what: 'token file',
    meaning: 'files of tokens',
    keys: { path: { type: 'text', isRequired: true, meaning: 'YAML file: token to identity' } }
  },
  groups: {
    type: 'list',
    what: 'group',
    meaning: 'who may do what; the first that matches decides',
    keys: {
      configuration: {
        type: 'dictionary',
        isRequired: true,
        isCheckedApart: true,
        meaning:
          'properties that an identity must have, each a value or a list of them; `{}` is everyone'
      },
      permissions: {
        type: 'list',
        what: 'permission',
        default: '[]',
        meaning: 'what the group may do',
        keys: {
          id: {
            type: 'text',
            isRequired: true,
            values: PERMISSIONS,
            synonyms: {
              see_tool: { of: 'see_automation' },
              see_preset: { of: 'see_batch' },
              run_tool: { of: 'run_automation' },
              add_authorization: { of: 'add_token', isOlder: true }
            },
            code: 'unknown-permission',
            noun: 'permission',
            meaning: 'which permission'
          },
          action: {
            type: 'text',
            default: 'accept',
            values: ['accept', 'match'],
            code: 'unknown-action',
            meaning: '`match` compares identity and inputs'
          }
        }
      }
    }
  }
};
