import { BUTTONS_KEY, DISPLAY_KEYS } from './displayKeys';
import type { Key, KeyTable } from './key';
import { NOT_YET } from './key';
import { BATCH_KEYS, ENVIRONMENT_KEYS, SCRIPT_KEYS } from './runKeys';
import { stepKey } from './stepKeys';

const AUTHORIZATION_KEYS: KeyTable = {
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
      configuration: { type: 'dictionary', meaning: 'properties that an identity must have' },
      permissions: {
        type: 'list',
        what: 'permission',
        meaning: 'what the group may do',
        keys: {
          id: {
            type: 'text',
            isRequired: true,
            values: ['add_token', 'see_root', 'see_automation', 'see_batch', 'run_automation'],
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

const COPYRIGHT_KEYS: KeyTable = {
  text: { type: 'text', meaning: 'Markdown with placeholders' },
  name: { type: 'text', default: 'CrossCompute', meaning: 'owner' },
  image_uri: { type: 'text', default: '/assets/logo.svg', meaning: 'image' },
  owner_uri: { type: 'text', default: 'https://crosscompute.com', meaning: 'address of the owner' },
  year: { type: 'text', default: 'the current year', meaning: 'year' }
};

const IMPORT_KEYS: KeyTable = {
  path: { type: 'text', meaning: 'configuration to import' },
  id: { type: 'text', meaning: 'name in templates' }
};

/** A section of the 1.0 vocabulary that is not read yet. */
function later(oldName: string): Key {
  return {
    type: 'any',
    since: '1.0',
    meaning: `1.0 word for \`${oldName}\``,
    unused: `this version reads "${oldName}"`
  };
}

/** A section that another layer will read. */
function layer(meaning: string): Key {
  return { type: 'any', since: 'ours', meaning, unused: NOT_YET };
}

/**
 * Every key of a configuration: the one place that says which keys there are, of which type, and
 * what they mean.
 */
export const KEYS: KeyTable = {
  crosscompute: {
    type: 'text',
    isRequired: true,
    isCheckedApart: true,
    meaning: 'version of the format'
  },
  name: { type: 'text', default: 'Automation N', meaning: 'shown to people' },
  slug: { type: 'text', default: 'slug(name)', meaning: 'part of the address' },
  title: { type: 'text', default: 'name', meaning: 'title of the page' },
  description: { type: 'text', default: 'name', meaning: 'one sentence for lists' },
  version: { type: 'text', default: '0.0.0', meaning: 'version of the automation' },
  copyright: { type: 'dictionary', meaning: 'footer', keys: COPYRIGHT_KEYS, unused: NOT_YET },
  imports: {
    type: 'list',
    what: 'import',
    meaning: 'other automations',
    keys: IMPORT_KEYS,
    unused: NOT_YET
  },
  input: stepKey('input'),
  output: stepKey('output'),
  log: stepKey('log'),
  debug: stepKey('debug'),
  print: stepKey('print'),
  batches: {
    type: 'list',
    what: 'batch',
    default: '[]',
    meaning: 'predefined inputs',
    keys: BATCH_KEYS
  },
  datasets: { type: 'any', meaning: 'files and links used by scripts', unused: NOT_YET },
  scripts: {
    type: 'list',
    what: 'script',
    default: '[]',
    meaning: 'what runs, in order',
    keys: SCRIPT_KEYS
  },
  environment: {
    type: 'dictionary',
    default: '{}',
    meaning: 'where and how scripts run',
    keys: ENVIRONMENT_KEYS
  },
  display: { type: 'dictionary', default: '{}', meaning: 'how pages look', keys: DISPLAY_KEYS },
  authorization: {
    type: 'dictionary',
    default: '{}',
    meaning: 'who may see and run',
    keys: AUTHORIZATION_KEYS
  },
  views: { type: 'any', meaning: 'custom views', unused: NOT_YET },
  tests: {
    type: 'list',
    what: 'test',
    meaning: 'inputs with expected outputs',
    unused: NOT_YET,
    keys: { folder: { type: 'text', isRequired: true, meaning: 'folder of the test' } }
  },
  buttons: BUTTONS_KEY,
  prints: {
    type: 'any',
    meaning: 'older word for print variables',
    unused: 'this version reads "print"'
  },
  copyrights: later('copyright'),
  tools: later('imports'),
  results: { type: 'any', since: '1.0', meaning: 'stored results', unused: NOT_YET },
  presets: later('batches'),
  execution: later('environment'),
  network: { type: 'any', since: '1.0', meaning: 'accepted', unused: NOT_YET },
  prices: { type: 'any', since: '1.0', meaning: 'accepted', unused: NOT_YET },
  pricing: { type: 'any', since: '1.0', meaning: 'accepted', unused: NOT_YET },
  compatibility: { type: 'any', since: '1.0', meaning: 'accepted', unused: NOT_YET },
  progress: layer('expected durations'),
  services: layer('programs that run beside the server'),
  zmq: layer('ZeroMQ endpoint for datasets'),
  media: layer('conversions and previews')
};
