import type { StepName } from '../automation';
import type { Key, KeyTable } from './key';

const VARIABLE_KEYS: KeyTable = {
  id: { type: 'text', isRequired: true, meaning: 'name in templates and addresses' },
  view: { type: 'text', isRequired: true, meaning: 'how the variable is asked for and shown' },
  path: {
    type: 'text',
    isRequired: true,
    meaning: "file in the step's folder, `X.dictionary` for many variables, or `ENVIRONMENT`"
  },
  label: {
    type: 'text',
    default: 'format_name(id)',
    meaning: "text above the field; '' removes it"
  },
  configuration: { type: 'dictionary', default: '{}', meaning: 'settings of the view' },
  mode: {
    type: 'text',
    values: ['input'],
    code: 'unknown-mode',
    meaning: 'makes a variable of another step a control on its page'
  },
  level: {
    type: 'text',
    since: '1.0',
    values: ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'],
    isCaseIgnored: true,
    code: 'unknown-level',
    meaning: 'who may see a debug variable'
  },
  required: {
    type: 'boolean',
    since: 'ours',
    default: 'true for input, false elsewhere',
    meaning: 'an input must be given; an output must be written'
  }
};

/** Keys of the configuration of a `print` variable. */
const PRINT_CONFIGURATION_KEYS: KeyTable = {
  'header-footer': {
    type: 'dictionary',
    meaning: 'look of header and footer',
    keys: {
      'font-family': { type: 'text', default: 'sans-serif', meaning: 'font of header and footer' },
      'font-size': { type: 'text', default: '8pt', meaning: 'its size' },
      color: { type: 'text', default: '#808080', meaning: 'its colour' },
      padding: { type: 'text', default: '0.1in 0.25in', meaning: 'space around' },
      'skip-first': { type: 'boolean', default: 'false', meaning: 'first page without them' }
    }
  },
  'page-number': {
    type: 'dictionary',
    meaning: 'page numbers',
    keys: {
      location: {
        type: 'text',
        values: ['header', 'footer'],
        code: 'print-location',
        noun: 'page-number location',
        meaning: 'where the number stands; none without it'
      },
      alignment: {
        type: 'text',
        values: ['left', 'center', 'right'],
        default: 'right',
        code: 'print-alignment',
        noun: 'page-number alignment',
        meaning: 'side of the page'
      }
    }
  },
  name: { type: 'text', default: '{batch name}.{view}', meaning: 'file name, or a template of it' },
  folder: {
    type: 'text',
    meaning:
      'folder of the final documents, in place of one in `prints`; `~` and `{timestamp}` are allowed'
  },
  path: { type: 'text', meaning: 'JSON file with settings that win over those here' },
  'link-text': { type: 'text', meaning: 'text of a link' },
  'file-name': { type: 'text', meaning: 'name of the file when downloaded' }
};

const TEMPLATE_KEYS: KeyTable = {
  path: { type: 'text', isRequired: true, meaning: 'Markdown file' },
  expression: { type: 'text', default: "''", meaning: 'condition over input variables' }
};

/** Keys of an item of `prints`, which 0.9.2 and 0.9.3 have. */
export const PRINTS_KEYS: KeyTable = {
  format: { type: 'text', isRequired: true, meaning: 'kind of document, such as `pdf`' },
  configuration: {
    type: 'dictionary',
    meaning: 'settings of the printer',
    keys: PRINT_CONFIGURATION_KEYS
  },
  folder: PRINT_CONFIGURATION_KEYS.folder,
  name: PRINT_CONFIGURATION_KEYS.name
};

/** The key of a step, such as `input`. */
export function stepKey(step: StepName): Key {
  const variableKeys =
    step === 'print'
      ? {
          ...VARIABLE_KEYS,
          configuration: {
            type: 'dictionary' as const,
            meaning: 'settings of the printer',
            keys: PRINT_CONFIGURATION_KEYS
          }
        }
      : VARIABLE_KEYS;
  return {
    type: 'dictionary',
    default: '{}',
    meaning: `variables and templates of the step ${step}`,
    keys: {
      variables: { type: 'list', what: 'variable', meaning: 'variables', keys: variableKeys },
      templates: { type: 'list', what: 'template', meaning: 'pages', keys: TEMPLATE_KEYS }
    }
  };
}
