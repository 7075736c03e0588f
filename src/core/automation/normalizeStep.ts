import { joinPath, suffixOf } from '../path';
import type { IStep, ITemplate, IVariable, StepName } from './automation';
import { ENVIRONMENT_PATH, STEP_NAMES } from './automation';
import { checkPrint } from './checkPrint';
import { checkUnique } from './checkUnique';
import { WEIGHTS } from './problemCodes';
import type { IReadContext, IStepContext } from './readContext';
import { normalizeVariable } from './normalizeVariable';
import type { Section } from './section';
import { formatName } from './words';

/** Debug variables that every run has; written by us. */
const IMPLICIT_DEBUG_IDS = ['source_time', 'execution_time_in_seconds', 'return_code'] as const;
const RESERVED_IDS: readonly string[] = IMPLICIT_DEBUG_IDS;

/**
 * Read a step of a checked configuration.
 */
export function normalizeStep(
  configuration: Section,
  name: StepName,
  context: IStepContext
): IStep {
  const step = configuration.section(name);
  const declared = step
    .sections('variables')
    .map(section => normalizeVariable(section, name, context));
  checkVariables(declared, name, context);
  const implicit = name === 'debug' ? implicitVariables(declared, step) : [];
  const templates = step.sections('templates').map(section => normalizeTemplate(section, context));
  checkUnique(
    templates.map(({ path, position }) => ({ value: path, position })),
    'template',
    context
  );
  return { name, variables: [...implicit, ...declared], templates };
}

/** Check what concerns several steps: in 1.0 an id is unique over all of them. */
export function checkSteps(steps: Readonly<Record<StepName, IStep>>, context: IReadContext): void {
  if (context.vocabulary !== '1.0') {
    return;
  }
  const seen = new Set<string>();
  const given = STEP_NAMES.flatMap(name => {
    // What recurs in its own step was reported there.
    const declared = steps[name].variables.filter(({ id }) => !RESERVED_IDS.includes(id));
    const own = new Map(declared.map(variable => [variable.id, variable]));
    return [...own.values()];
  });
  const recurring = given.filter(({ id }) => seen.size === seen.add(id).size);
  const ids = new Set(recurring.map(({ id }) => id));
  checkUnique(
    given.flatMap(({ id, position }) => (ids.has(id) ? [{ value: id, position }] : [])),
    'variable',
    context
  );
}

function implicitVariables(declared: readonly IVariable[], step: Section): IVariable[] {
  const taken = new Set(declared.map(({ id }) => id));
  return IMPLICIT_DEBUG_IDS.filter(id => !taken.has(id)).map(id => ({
    step: 'debug',
    id,
    view: 'number',
    path: 'variables.dictionary',
    label: formatName(id),
    configuration: {},
    mode: null,
    isRequired: false,
    isRequiredExplicit: false,
    level: null,
    position: step.position
  }));
}

function checkVariables(
  variables: readonly IVariable[],
  step: StepName,
  context: IReadContext
): void {
  checkUnique(
    variables.map(({ id, position }) => ({ value: id, position })),
    'variable',
    context
  );
  for (const { id, position } of variables) {
    const isStrict = context.vocabulary === '1.0';
    if (RESERVED_IDS.includes(id) && (isStrict || step === 'debug')) {
      const weight = isStrict ? WEIGHTS.error : WEIGHTS.warning;
      context.problems.add('reserved-id', position, `"${id}" is set by the system`, '', weight);
    }
  }
  if (step === 'input') {
    checkShared(variables, context);
  }
  if (step === 'print') {
    checkPrint(variables, context.problems);
  }
}

/** Outside of dictionaries a file holds one input. */
function checkShared(variables: readonly IVariable[], context: IReadContext): void {
  const owners = new Map<string, IVariable>();
  for (const variable of variables) {
    const { path, id, position } = variable;
    if (!path || path === ENVIRONMENT_PATH || suffixOf(path) === '.dictionary') {
      continue;
    }
    const owner = owners.get(path);
    if (!owner) {
      owners.set(path, variable);
    } else if (owner.id !== id) {
      const message = `"${owner.id}" and "${id}" both use "${path}"`;
      context.problems.add('shared-file', position, message, 'use a path ending in .dictionary');
    }
  }
}

function normalizeTemplate(section: Section, context: IReadContext): ITemplate {
  const written = section.text('path') ?? '';
  const position = section.positionOf('path');
  if (written) {
    context.paths.push({
      noun: 'template',
      path: written,
      base: context.folder,
      position,
      kind: 'file',
      within: context.vocabulary === '1.0' ? context.folder : null
    });
  }
  const expression = section.text('expression') ?? '';
  const expressionPosition = section.textPosition('expression');
  return { path: written && joinPath(written), expression, expressionPosition, position };
}
