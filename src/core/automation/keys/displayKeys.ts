import type { Key, KeyTable, Synonyms } from './key';

const BUTTON_ID_KEY: Key = {
  type: 'text',
  isRequired: true,
  values: ['continue', 'back'],
  code: 'unknown-button',
  noun: 'button',
  meaning: 'which button'
};

const BUTTON_KEYS: KeyTable = {
  id: BUTTON_ID_KEY,
  configuration: {
    type: 'dictionary',
    meaning: 'its settings',
    keys: { 'button-text': { type: 'text', meaning: 'its text; empty keeps the default' } }
  },
  text: { type: 'text', since: '1.0', meaning: 'its text, as 1.0 writes it' }
};

/** Buttons stand in `display`, and in the original's reference at the top level. */
export const BUTTONS_KEY: Key = {
  type: 'list',
  what: 'button',
  meaning: 'texts of the buttons of a form',
  keys: BUTTON_KEYS
};
/** Names of designs of other versions. */
const DESIGN_SYNONYMS: Synonyms = {
  'flex-vertical': { of: 'flex', isOlder: true },
  bare: { of: 'none', isOlder: true }
};

/** Keys of `display`. */
export const DISPLAY_KEYS: KeyTable = {
  styles: {
    type: 'list',
    what: 'style',
    default: '[]',
    meaning: 'style sheets, in order',
    keys: {
      path: { type: 'text', meaning: 'CSS file' },
      uri: { type: 'text', meaning: 'address of a style sheet' }
    }
  },
  templates: {
    type: 'list',
    what: 'template',
    default: '[]',
    meaning: 'Jinja templates that replace ours',
    keys: {
      path: { type: 'text', isRequired: true, meaning: 'template file' },
      id: {
        type: 'text',
        default: 'name of the file without suffix',
        meaning: 'which page: `base`, `live`, `root`, `automation`, `batch` or `step`'
      }
    }
  },
  pages: {
    type: 'list',
    what: 'page',
    meaning: 'designs of pages',
    keys: {
      id: {
        type: 'text',
        isRequired: true,
        values: ['automation', 'input', 'output', 'log', 'debug', 'print'],
        synonyms: { tool: { of: 'automation' } },
        code: 'unknown-page',
        noun: 'page',
        meaning: 'which page'
      },
      configuration: {
        type: 'dictionary',
        meaning: 'its settings',
        keys: {
          design: {
            type: 'text',
            synonyms: DESIGN_SYNONYMS,
            meaning:
              '`flex`, `none` or `accordion` for a step; `input`, `output` or `none` for the automation page'
          }
        }
      },
      design: {
        type: 'text',
        synonyms: DESIGN_SYNONYMS,
        since: '1.0',
        meaning: 'the same, as 1.0 writes it'
      },
      buttons: {
        type: 'list',
        what: 'button',
        since: '1.0',
        meaning: 'buttons of the page',
        keys: BUTTON_KEYS
      }
    }
  },
  buttons: BUTTONS_KEY,
  batch: { type: 'text', since: 'ours', meaning: 'slug of the featured batch' }
};
