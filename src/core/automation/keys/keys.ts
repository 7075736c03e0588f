import { AUTHORIZATION_KEYS } from './authorizationKeys';
import { BUTTONS_KEY, DISPLAY_KEYS } from './displayKeys';
import type { Key, KeyTable } from './key';
import { NOT_YET, newWord } from './key';
import { BATCH_KEYS, ENVIRONMENT_KEYS, SCRIPT_KEYS } from './runKeys';
import {
  COPYRIGHTS_KEYS,
  COPYRIGHT_KEYS,
  CUSTOM_VIEW_KEYS,
  DATASET_KEYS,
  IMPORT_KEYS
} from './siteKeys';
import { PRINTS_KEYS, stepKey } from './stepKeys';

/** A section of 1.0 that means nothing here. */
function accepted(): Key {
  return {
    type: 'any',
    since: '1.0',
    meaning: 'accepted',
    unused: 'it is accepted so that a configuration need not be changed'
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
  copyright: { type: 'dictionary', meaning: 'footer', keys: COPYRIGHT_KEYS },
  imports: {
    type: 'list',
    what: 'import',
    meaning: 'other automations',
    default: '[]',
    keys: IMPORT_KEYS
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
  datasets: {
    type: 'list',
    what: 'dataset',
    default: '[]',
    meaning: 'files and links used by scripts',
    keys: DATASET_KEYS
  },
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
  views: {
    type: 'list',
    what: 'view',
    default: '[]',
    meaning: 'custom views, and defaults for ours',
    keys: CUSTOM_VIEW_KEYS
  },
  tests: {
    type: 'list',
    what: 'test',
    default: '[]',
    meaning: 'inputs with expected outputs, for `crosscompute test`',
    keys: {
      folder: {
        type: 'text',
        isRequired: true,
        meaning: 'folder with `input/` and the expected `output/`'
      }
    }
  },
  buttons: BUTTONS_KEY,
  prints: {
    type: 'list',
    what: 'print',
    sameAs: 'print',
    meaning: 'older spelling of `print.variables`',
    keys: PRINTS_KEYS
  },
  copyrights: {
    type: 'list',
    what: 'copyright',
    sameAs: 'copyright',
    since: '1.0',
    meaning: 'footer with several owners',
    keys: COPYRIGHTS_KEYS
  },
  tools: newWord('imports'),
  results: { type: 'any', since: '1.0', meaning: 'stored results', unused: NOT_YET },
  presets: newWord('batches'),
  execution: newWord('environment'),
  network: accepted(),
  prices: accepted(),
  pricing: accepted(),
  compatibility: accepted(),
  progress: layer('expected durations'),
  services: layer('programs that run beside the server'),
  zmq: layer('ZeroMQ endpoint for datasets'),
  media: layer('conversions and previews')
};
