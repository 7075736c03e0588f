import type { KeyTable } from './key';
import { NOT_YET, newWord } from './key';

/** Keys of `copyright`. */
export const COPYRIGHT_KEYS: KeyTable = {
  text: {
    type: 'text',
    meaning: 'Markdown with `{name}`, `{image_uri}`, `{owner_uri}` and `{year}`'
  },
  name: { type: 'text', default: 'CrossCompute', meaning: 'owner' },
  image_uri: { type: 'text', default: '/assets/logo.svg', meaning: 'address of an image' },
  owner_uri: { type: 'text', default: 'https://crosscompute.com', meaning: 'address of the owner' },
  year: { type: 'text', default: 'the current year', meaning: 'year' }
};

/** Keys of an item of `copyrights`. */
export const COPYRIGHTS_KEYS: KeyTable = {
  name: { type: 'text', isRequired: true, meaning: 'owner' },
  slug: { type: 'text', meaning: "last part of the owner's address" },
  years: { type: 'texts', what: 'year', meaning: 'years' }
};

/** Keys of an item of `imports`. */
export const IMPORT_KEYS: KeyTable = {
  path: {
    type: 'text',
    isRequired: true,
    isCheckedApart: true,
    meaning: 'configuration to import, or the folder that holds it'
  },
  id: { type: 'text', meaning: 'name in templates' },
  aka: newWord('id'),
  visibility: {
    type: 'text',
    since: '1.0',
    default: 'public',
    values: ['public', 'hidden', 'protected', 'private'],
    meaning: '`hidden` is not listed; `protected` and `private` need a group that allows it'
  },
  runnability: {
    type: 'text',
    since: '1.0',
    default: 'public',
    values: ['public', 'hidden', 'protected', 'private'],
    meaning: 'the same for running it'
  },
  environment: {
    type: 'any',
    since: '1.0',
    meaning: 'environment of the imported automation',
    unused: NOT_YET
  },
  repository: { type: 'any', since: '1.0', meaning: 'not supported; clone it and use `path`' },
  hashes: { type: 'any', since: '1.0', meaning: 'not supported; clone it and use `path`' },
  uri: { type: 'any', since: '1.0', meaning: 'not supported; clone it and use `path`' }
};

/** Keys of an item of `datasets`. */
export const DATASET_KEYS: KeyTable = {
  path: {
    type: 'text',
    isRequired: true,
    isCheckedApart: true,
    meaning: 'where scripts look'
  },
  folder: { type: 'alias', of: 'path', meaning: 'the same for a folder' },
  reference: {
    type: 'dictionary',
    meaning: 'where it comes from',
    keys: {
      path: { type: 'text', meaning: 'file or folder; a link to it is made' },
      folder: { type: 'alias', of: 'path', meaning: 'the same for a folder' },
      uri: { type: 'text', meaning: 'address; downloaded before a run when it has changed' }
    }
  },
  input: {
    type: 'text',
    since: '1.0',
    default: 'none',
    values: ['none', 'replace'],
    code: 'dataset-mode',
    noun: 'dataset input',
    meaning: '`replace` copies it into the input folder'
  },
  output: {
    type: 'text',
    since: '1.0',
    default: 'none',
    values: ['none', 'append', 'replace'],
    code: 'dataset-mode',
    noun: 'dataset output',
    meaning: 'takes the file of the same path from the output folder after a successful run'
  },
  id: { type: 'text', since: 'ours', meaning: 'name of the dataset', unused: NOT_YET },
  pull: { type: 'any', since: 'ours', meaning: 'when new data are taken', unused: NOT_YET },
  condition: { type: 'any', since: 'ours', meaning: 'when a change counts', unused: NOT_YET },
  publish: { type: 'any', since: 'ours', meaning: 'outputs that become data', unused: NOT_YET },
  ref: { type: 'text', since: 'ours', meaning: 'version of the data', unused: NOT_YET }
};

/** Keys of an item of `views`. */
export const CUSTOM_VIEW_KEYS: KeyTable = {
  name: { type: 'text', isRequired: true, meaning: 'name of the view, in lower case with `-`' },
  module: {
    type: 'text',
    since: 'ours',
    meaning: "JavaScript module in the automation's folder that exports the view by default"
  },
  configuration: {
    type: 'dictionary',
    default: '{}',
    meaning: 'defaults of the configuration of all variables with this view'
  },
  package: { type: 'any', since: '1.0', meaning: 'Python package; it is not loaded' }
};
