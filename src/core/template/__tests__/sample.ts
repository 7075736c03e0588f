import type { IAutomation, IStep, IVariable, StepName } from '../../automation/automation';
import { STEP_NAMES } from '../../automation/automation';
import type { JsonObject, JsonValue } from '../../json';
import { valueAsData } from '../../view/data';
import { createViewRegistry } from '../../view/registry';
import type { VariableData } from '../../view/view';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import type { IStepRequest } from '../stepPage';

const POSITION = { file: '/x/automate.yaml', line: 1, column: 1 };

/** Make a variable with defaults as the format gives them. */
export function createVariable(
  step: StepName,
  id: string,
  view: string,
  more: Partial<IVariable> = {}
): IVariable {
  return {
    step,
    id,
    view,
    path: 'variables.dictionary',
    label: id.toUpperCase(),
    configuration: {},
    mode: null,
    level: null,
    isRequired: step === 'input',
    isRequiredExplicit: false,
    position: POSITION,
    ...more
  };
}

/** Make an automation that has these variables. */
export function createAutomation(variables: readonly IVariable[]): IAutomation {
  const step = (name: StepName): IStep => ({
    name,
    variables: variables.filter(variable => variable.step === name),
    templates: []
  });
  const steps = Object.fromEntries(STEP_NAMES.map(name => [name, step(name)]));
  return createEmptyAutomation({
    title: 'A <sample>',
    version: '1.0.0',
    steps: steps as unknown as IAutomation['steps']
  });
}

/** What a sample page shows. */
export interface ISample {
  variables: readonly IVariable[];
  /** Values by id; a variable without one has no data. */
  values?: Readonly<Record<string, JsonValue>>;
  /** Data by id, for what is no value in memory. */
  data?: Readonly<Record<string, VariableData>>;
  templates?: readonly string[];
  configurations?: Readonly<Record<string, JsonObject>>;
}

/** Make a request for the page of a sample. */
export function createRequest(
  step: StepName,
  sample: ISample,
  more: Partial<IStepRequest> = {}
): IStepRequest {
  const { values = {}, data = {}, templates = [], configurations = {} } = sample;
  return {
    automation: createAutomation(sample.variables),
    step,
    batch: { slug: 'standard', name: 'Standard' },
    templates,
    views: createViewRegistry(),
    data: async ({ id, configuration }) => ({
      data: data[id] ?? (id in values ? valueAsData(values[id]) : { kind: 'none' }),
      configuration: configurations[id] ?? configuration,
      stamp: JSON.stringify([values[id] ?? null, data[id] ?? null])
    }),
    uriOf: variable => `/root/a/sample/b/standard/${variable.step[0]}/${variable.id}`,
    rootUri: '/root',
    isPrint: false,
    isAuthorTrusted: true,
    ...more
  };
}
