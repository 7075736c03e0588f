import { PACKAGE_MANAGERS } from '../automation';
import type { Key, KeyTable } from './key';
import { NOT_YET, newWord } from './key';

/** Keys of an item of `batches`. */
export const BATCH_KEYS: KeyTable = {
  folder: { type: 'text', isRequired: true, meaning: "folder in the automation's, or a template" },
  name: {
    type: 'text',
    default: 'last part of folder',
    meaning: 'shown to people; may be a template'
  },
  slug: { type: 'text', default: 'name', meaning: 'part of the address; may be a template' },
  configuration: {
    type: 'dictionary',
    meaning: 'where the values of many batches come from',
    keys: { path: { type: 'text', meaning: '`.csv` or `.txt`: one batch a row' } }
  },
  reference: {
    type: 'dictionary',
    meaning: 'where default values come from',
    keys: {
      folder: { type: 'text', meaning: 'folder whose `input` fills what a row does not give' }
    }
  },
  datasets: { type: 'any', since: 'ours', meaning: 'pinned datasets', unused: NOT_YET }
};

/** Keys of an item of `scripts`. */
export const SCRIPT_KEYS: KeyTable = {
  command: { type: 'text', meaning: 'program and arguments, run without a shell' },
  path: { type: 'text', meaning: 'notebook, or Python file; in 1.0 also a shell script' },
  function: { type: 'text', meaning: '`module.function`' },
  folder: { type: 'text', default: '.', meaning: 'working folder' },
  language: {
    type: 'text',
    since: '1.0',
    values: ['python'],
    isCaseIgnored: true,
    code: 'script-language',
    meaning: 'language of the function'
  },
  kernel: { type: 'text', since: 'ours', meaning: "kernel spec in place of the notebook's own" },
  protocol: {
    type: 'text',
    since: 'ours',
    values: ['progress'],
    meaning: '`progress`: lines of stdout are a fraction, a tab and a message'
  },
  arguments: {
    type: 'texts',
    what: 'argument',
    since: 'ours',
    meaning: 'ids of inputs that a command with `protocol` gets as arguments, in this order'
  },
  result: {
    type: 'text',
    since: 'ours',
    meaning: 'id of the output whose file it writes: the path of an empty file is its last argument'
  }
};

/** When something is needed. */
const STAGE_KEY: Key = {
  type: 'text',
  since: '1.0',
  default: 'run',
  values: ['setup-root', 'setup-user', 'run'],
  meaning: 'when it is needed: while the image is made, or in runs'
};

const SETUP_KEY: Key = {
  type: 'dictionary',
  meaning: 'a script that runs as this user',
  keys: { path: { type: 'text', isRequired: true, meaning: 'shell script' } }
};

/** Keys of `environment`. */
export const ENVIRONMENT_KEYS: KeyTable = {
  engine: {
    type: 'text',
    default: 'unsafe',
    values: ['unsafe', 'podman'],
    synonyms: { kernel: { of: 'unsafe' } },
    code: 'unknown-engine',
    meaning: '`unsafe` runs kernels and processes of this host, `podman` a container'
  },
  image: {
    type: 'text',
    default: 'python',
    meaning: 'parent image of the container'
  },
  packages: {
    type: 'list',
    what: 'package',
    meaning: 'packages that scripts need',
    keys: {
      id: {
        type: 'text',
        isRequired: true,
        meaning: 'name of the package, as its manager takes it'
      },
      uri: { type: 'alias', of: 'id', meaning: 'address of the package' },
      mode: {
        type: 'text',
        since: '1.0',
        values: ['production', 'development'],
        meaning: '`development` is left out when something runs'
      },
      manager: {
        type: 'text',
        isRequired: true,
        values: PACKAGE_MANAGERS,
        code: 'unknown-manager',
        noun: 'package manager',
        meaning: 'package manager'
      }
    }
  },
  ports: {
    type: 'list',
    what: 'port',
    meaning: 'ports of the container',
    keys: {
      id: { type: 'text', isRequired: true, meaning: 'id of a log or debug variable' },
      number: { type: 'number', isRequired: true, meaning: 'port number, 1 to 65535' }
    }
  },
  variables: {
    type: 'list',
    what: 'environment variable',
    default: '[]',
    meaning: 'environment variables of the server handed to scripts',
    keys: {
      id: { type: 'text', isRequired: true, meaning: 'name of the variable' },
      stage: { ...STAGE_KEY },
      target: {
        type: 'text',
        since: '1.0',
        default: 'environment',
        values: ['environment', 'file'],
        meaning: '`file` gives it in a file that is removed after the run'
      }
    }
  },
  batch: {
    type: 'text',
    default: 'thread',
    values: ['thread', 'process', 'single'],
    synonyms: { none: { of: 'single' } },
    isCaseIgnored: true,
    code: 'unknown-concurrency',
    meaning: '`single` runs one batch at a time'
  },
  concurrency: newWord('batch'),
  interval: {
    type: 'text',
    meaning: 'run again every `N unit`; with `!` also when nobody watches'
  },
  schedule: {
    type: 'text',
    since: '1.0',
    sameAs: 'interval',
    meaning:
      'start and repetition, such as `20250611-0500 daily lazy`; `lazy` only while somebody watches'
  },
  setup: {
    type: 'dictionary',
    since: '1.0',
    meaning: 'scripts that prepare the image of the container',
    keys: { root: SETUP_KEY, user: SETUP_KEY }
  },
  apis: {
    type: 'list',
    what: 'API',
    since: '1.0',
    default: '[]',
    meaning: 'the hosts that a container may reach, and no other',
    keys: {
      domain: {
        type: 'text',
        isRequired: true,
        meaning:
          'name of the host, reached at the ports 80 and 443; `*.` for its subdomains, `:8443` for another port'
      },
      stage: { ...STAGE_KEY }
    }
  },
  isolation: {
    type: 'text',
    since: 'ours',
    default: 'auto',
    values: ['auto', 'kernel', 'fork'],
    meaning: 'a kernel or a warm fork for each run'
  },
  figures: {
    type: 'boolean',
    since: 'ours',
    default: 'true',
    meaning: 'show figures at the end of cells'
  },
  timeout: { type: 'text', since: 'ours', meaning: '`N unit` after which a run ends' },
  memory: { type: 'text', since: '1.0', meaning: 'limit of a container, such as `512m` or `2g`' },
  processor: {
    type: 'text',
    since: '1.0',
    meaning: 'limit of a container in processors, such as `1.5`'
  },
  cache: {
    type: 'boolean',
    since: 'ours',
    default: 'false',
    meaning: 'equal work that was done is answered by its result, and not done again'
  },
  retry: {
    type: 'dictionary',
    since: 'ours',
    meaning: 'runs that failed are tried again by themselves',
    keys: {
      count: { type: 'number', default: '0', meaning: 'further attempts, 0 to 10' },
      delay: {
        type: 'text',
        default: '10 seconds',
        meaning: '`N unit` before the first of them; doubles each time, up to 10 minutes'
      },
      on: {
        type: 'texts',
        what: 'code',
        default: '`[kernel-died, lost, timeout]`',
        meaning: 'codes of errors after which it is tried again'
      }
    }
  }
};
