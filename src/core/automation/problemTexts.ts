import type { ProblemCode } from './problemCodes';

/** When each problem is reported, in groups for the reference; markup is Markdown. */
export const PROBLEM_GROUPS: readonly {
  title: string;
  conditions: Readonly<Partial<Record<ProblemCode, string>>>;
}[] = [
  {
    title: 'The file',
    conditions: {
      'configuration-not-found': 'a folder has no configuration',
      'path-not-found': 'a path is neither a file nor a folder',
      'configuration-ambiguous': '`automate.yaml` and `automate.yml` both exist; the first is used',
      'format-unsupported': 'a file has another suffix than `.yaml .yml .toml .ini .cfg`',
      'file-unreadable': 'a file cannot be read, such as for lack of permission',
      'file-too-large': 'a configuration has more than 1 MiB, or aliases that grow beyond measure',
      encoding: 'a file is not UTF-8',
      syntax: 'a file is no YAML, TOML, INI or JSON',
      'duplicate-key': 'a key is given twice in one dictionary',
      'multiple-documents': 'a YAML file has a second document',
      'not-a-mapping': 'the file holds something else than keys with values'
    }
  },
  {
    title: 'Values',
    conditions: {
      'unknown-key': 'a key is not in this reference; keys that start with `x-` are yours',
      'moved-key': 'a spelling of an earlier version; `crosscompute check --fix` rewrites it',
      'unused-key': 'a key is known, but has no effect here',
      'section-conflict': 'a section is given in two spellings',
      'wrong-type': 'a value has another type than its key',
      'item-type': 'an item of a list has another type',
      'not-quoted': 'a text that starts with a brace needs quotes',
      required: 'a key is missing that must be given',
      empty: 'a text is empty that must not be',
      'too-long': 'a text has more than 10,000 characters',
      'unknown-value': 'a value is none of those that its key takes',
      'not-unique': 'a name, id, path or address is used twice',
      'path-outside': 'a path leaves the folder that it must stay in, perhaps through a link',
      'path-outside-root': 'a path leaves the root folder, which 0.9 allows',
      'file-not-found': 'a file or folder that is named does not exist',
      'file-not-a-file': 'a folder stands where a file is meant, or the reverse'
    }
  },
  {
    title: 'The version',
    conditions: {
      'version-missing': 'the key `crosscompute` is missing',
      'version-empty': 'it is empty',
      'version-invalid': 'it is no version number',
      'version-unknown': 'it is neither 0.9 nor 1.0; what is near is taken',
      'vocabulary-mixed': 'keys of both vocabularies are used, which works'
    }
  },
  {
    title: 'Imports',
    conditions: {
      'import-path-required': 'an import has no path',
      'import-cycle': 'a configuration imports itself, perhaps through others',
      'import-invalid': 'an imported configuration has errors; they are listed at their own places',
      'import-unsupported': 'an import comes from a repository; clone it and give its path'
    }
  },
  {
    title: 'Variables',
    conditions: {
      'invalid-id':
        'an id has other characters than letters, digits, `-`, `_` and spaces (1.0: letters, digits and `_`)',
      'reserved-id': 'an id is one that the system sets, such as `return_code` (1.0: an error)',
      'unknown-view': 'a view is neither ours nor defined in `views`',
      'view-unavailable': 'the module of a view cannot be loaded, or fails',
      'view-package': 'a view comes from a Python package, which is not loaded',
      'view-step': 'a view cannot be used for input, or for output',
      'view-configuration':
        'the configuration of a view is wrong, or (a warning) has an unknown key',
      'configuration-path-suffix': '`configuration.path` does not end in `.json`',
      'dynamic-configuration': 'a file with further configuration holds no JSON object',
      'shared-file': 'two inputs use one file that is no `.dictionary`',
      'unknown-mode': 'a mode is not `input`',
      'unknown-level': 'a level is none',
      'file-placeholder':
        'a path has a placeholder other than `{index}` and `{suffix}` of view `file`'
    }
  },
  {
    title: 'Print',
    conditions: {
      'unknown-printer': 'the view of a print variable is neither `pdf` nor `link`',
      'printer-unavailable': 'documents are to be printed, and no Chromium was found',
      'print-location': 'page numbers stand neither in `header` nor in `footer`',
      'print-alignment': 'their alignment is not `left`, `center` or `right`',
      'print-link': 'a link points to what nothing prints',
      'print-name-conflict': 'two documents of a batch would have the same name'
    }
  },
  {
    title: 'Templates',
    conditions: {
      'template-variable': 'a template names what is no variable',
      'template-filter': 'a filter is unknown, or the view of the variable has none',
      'template-syntax':
        'a template that replaces a page does not parse; the page is shown as usual',
      'expression-syntax': 'an expression does not parse',
      'expression-forbidden': 'an expression has what is not allowed there',
      'expression-variable': 'an expression names what is no input variable'
    }
  },
  {
    title: 'Batches',
    conditions: {
      'no-batches': 'there is an `output`, and no batch',
      'batch-source': 'the file of a batch ends neither in `.csv` nor in `.txt`',
      'batch-folder-missing': 'the folder of a batch does not exist',
      'batch-folder-outside':
        'the folder of a batch leaves the automation, or lies in another batch',
      'batch-template-unused': 'a template stands where no file gives values',
      'batch-variable': 'a template names what neither row nor reference has',
      'batch-filter': 'a filter is neither `slug` nor `title`',
      'batch-slug-empty': 'the address of a batch would be empty',
      'batch-value-missing': 'an input has no value in a batch',
      'batch-value-invalid': 'the view of an input refuses its value',
      'csv-header': 'a column is given twice, or (a warning) has no name',
      'csv-separator': 'the cells of a file are separated by something else than commas',
      'csv-column': 'the name of a column is near that of an input, but not the same',
      'csv-row':
        'a row has more cells than columns, or lacks one that names its batch (1.0: another number, an error)',
      'csv-syntax': 'a quote is not closed',
      'csv-empty': 'a file has no rows',
      'txt-variables': 'a `.txt` is given, and there is not exactly one input',
      'reference-not-found': 'the reference has no folder `input`'
    }
  },
  {
    title: 'Datasets',
    conditions: {
      'dataset-path': 'a dataset has no path',
      'dataset-reference': 'what a dataset refers to does not exist',
      'dataset-conflict': 'something that is no link lies where a dataset is to be',
      'dataset-link': 'it is a broken link',
      'dataset-uri': 'an address does not start with `http://` or `https://`',
      'dataset-mode': 'a mode is none of those that there are'
    }
  },
  {
    title: 'Scripts',
    conditions: {
      'script-method': 'a script has neither `command` nor `path` nor `function`',
      'script-conflict': 'it has more than one of them',
      'script-suffix': 'its path ends neither in `.ipynb` nor in `.py` (1.0: or `.sh`)',
      'script-language': 'its language is not supported',
      'script-placeholder': 'a command names in braces what is no folder; it stays as written',
      'script-quotes': 'a quote in a command is not closed',
      'script-function': 'a function does not look like `module.function`',
      'notebook-invalid': 'a notebook is none of format 4 or later',
      'kernel-unknown': 'the kernel of a script is not installed',
      'argument-unknown': 'an argument is the id of no input',
      'argument-secret':
        'an argument is an input with path `ENVIRONMENT`, which is given by environment only',
      'script-result': 'a result is the id of no output with a file of its own'
    }
  },
  {
    title: 'Environment',
    conditions: {
      'unknown-engine': 'an engine is neither `unsafe` nor `podman`',
      'engine-default': 'a 1.0 file names no engine, so scripts run on this host',
      'engine-unavailable': 'containers are asked for, and podman is not installed',
      'container-only':
        '`setup` or `apis` is given, and scripts run on this host, where it has no effect',
      'api-domain': 'a domain of `apis` is not written as a host',
      'file-variable':
        'the name of a variable with `target: file` makes no plain file name, or a debug variable shows its file',
      'limit-syntax': '`memory` or `processor` is not understood',
      'packages-missing': 'declared packages are not installed',
      'unknown-manager': 'a package manager is not `apt`, `dnf`, `npm` or `pip`',
      'port-variable': 'the id of a port is no log or debug variable',
      'port-number': 'a port is no whole number from 1 to 65535',
      'environment-variable': 'an environment variable is not set',
      'unknown-concurrency': '`batch` is not `thread`, `process` or `single`',
      'interval-syntax': 'an interval is not understood',
      'interval-unit': 'its unit is not supported',
      'schedule-syntax': 'a schedule is not understood',
      'retry-count': '`retry: count` is no whole number from 0 to 10',
      'retry-code': '`retry: on` names no error after which a run can be tried again'
    }
  },
  {
    title: 'Display',
    conditions: {
      'style-source': 'a style has neither a path nor an address',
      'page-repeated': 'a page is given twice; the last one counts',
      'unknown-template': 'a template would replace a page that does not exist',
      'unknown-page': 'a page is not supported',
      'unknown-design': 'a design is not supported for its page',
      'unknown-button': 'a button is neither `continue` nor `back`'
    }
  },
  {
    title: 'Authorization',
    conditions: {
      'token-file-missing': 'a token file does not exist; nobody can sign in with it',
      'token-file-suffix': 'a token file ends neither in `.yaml` nor in `.yml`',
      'token-variable': 'a token is in an environment variable that is not set',
      'token-identity': 'the identity of a token is no dictionary',
      'token-weak': 'a token has fewer than 16 characters',
      'group-configuration': 'a group has no configuration; `{}` is everyone',
      'unknown-permission': 'a permission is not supported',
      'unknown-action': 'an action is neither `accept` nor `match`',
      'action-unused': '`match` stands where it has no effect',
      'group-unreachable': 'a group stands after one that matches everyone'
    }
  }
];
