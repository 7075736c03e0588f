import type { IAutomation, IStep, StepName } from '../core/automation/automation';
import { DEFAULT_COPYRIGHT } from '../core/automation/normalizeCopyrights';

/** Make an automation without variables, batches or scripts, with the defaults of the format. */
export function createEmptyAutomation(more: Partial<IAutomation> = {}): IAutomation {
  const step = (name: StepName): IStep => ({ name, variables: [], templates: [] });
  return {
    configuration: '/x/automate.yaml',
    folder: '/x',
    vocabulary: '0.9',
    name: 'Sample',
    slug: 'sample',
    title: 'Sample',
    description: 'Sample',
    version: '0.0.0',
    steps: {
      input: step('input'),
      output: step('output'),
      log: step('log'),
      debug: step('debug'),
      print: step('print')
    },
    batches: [],
    scripts: [],
    environment: {
      engine: 'kernel',
      enginePosition: null,
      image: 'python',
      packages: [],
      ports: [],
      interval: null,
      hasFigures: true,
      memory: null,
      processor: null,
      variables: [],
      fileVariables: [],
      setupVariables: [],
      setup: { root: null, user: null },
      apis: [],
      concurrency: 'thread',
      retry: null,
      isCached: false,
      timeoutMs: null,
      isolation: 'auto'
    },
    display: {
      styles: [],
      overrides: [],
      automationDesign: 'input',
      stepDesigns: { input: 'flex', output: 'flex', log: 'flex', debug: 'flex', print: 'flex' },
      featuredBatch: null,
      continueText: 'Continue',
      backText: 'Back',
      stepButtons: {}
    },
    copyrights: [DEFAULT_COPYRIGHT],
    imports: [],
    datasets: [],
    authorization: null,
    customViews: [],
    tests: [],
    codeSections: {},
    ...more
  };
}
