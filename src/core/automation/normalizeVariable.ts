import { joinPath, staysInside } from '../path';
import type { IVariable, StepName, VariableLevel } from './automation';
import { ENVIRONMENT_PATH, VARIABLE_LEVELS } from './automation';
import { checkView } from './checkView';
import { WEIGHTS } from './problemCodes';
import type { IReadContext, IStepContext } from './readContext';
import type { Section } from './section';
import { formatName } from './words';

const ID_PATTERNS = {
  '0.9': { pattern: /^[A-Za-z0-9_ -]+$/, hint: 'use letters, digits, - _ and spaces' },
  '1.0': { pattern: /^[A-Za-z0-9_]+$/, hint: 'use letters, digits and _' }
} as const;

/**
 * Read a variable of a checked configuration. What is missing or wrong was or is reported, and reads as ''.
 */
export function normalizeVariable(
  section: Section,
  step: StepName,
  context: IStepContext
): IVariable {
  const id = section.text('id') ?? '';
  checkId(id, section, context);
  const named = section.text('view') ?? '';
  // Everything behind this line knows a view by its own name alone.
  const view = context.views.get(named)?.name ?? named;
  const mode = section.text('mode') === 'input' ? 'input' : null;
  const path = readPath(section, { step, view }, context);
  if (view) {
    checkView(section, { step, view, mode }, context);
  }
  const configuration = section.section('configuration');
  // An older place of the label of the variable.
  const { label: _label, ...settings } = configuration.jsonObject();
  const isRequired = section.boolean('required') ?? configuration.boolean('required');
  const custom = context.customViews.find(({ name }) => name === view);
  return {
    step,
    id,
    view,
    ...(custom?.module && !context.views.get(view)
      ? { viewModule: joinPath(context.folder, custom.module) }
      : {}),
    path,
    label: readLabel(section, id, context),
    configuration: {
      ...custom?.configuration,
      ...settings
    },
    mode,
    level: readLevel(section),
    isRequired: isRequired ?? step === 'input',
    isRequiredExplicit: isRequired === true,
    position: section.position
  };
}

function readLevel(section: Section): VariableLevel | null {
  const level = section.text('level')?.toLowerCase();
  return VARIABLE_LEVELS.find(name => name === level) ?? null;
}

function checkId(id: string, section: Section, context: IReadContext): void {
  const { pattern, hint } = ID_PATTERNS[context.vocabulary];
  if (id && !pattern.test(id)) {
    const message = `"${id}" is not a valid variable id`;
    context.problems.add('invalid-id', section.positionOf('id'), message, hint);
  }
}

/** @returns the path, normalised; '' when it cannot be used */
function readPath(
  section: Section,
  { step, view }: { step: StepName; view: string },
  context: IReadContext
): string {
  const written = section.text('path') ?? '';
  if (!written || written === ENVIRONMENT_PATH) {
    return written;
  }
  const { problems } = context;
  const position = section.positionOf('path');
  const path = joinPath(written);
  if (!staysInside(written) || path === '.') {
    problems.add(
      'path-outside',
      position,
      `path "${written}" must stay inside the folder "${step}"`
    );
    return '';
  }
  for (const [placeholder, name] of written.matchAll(/\{([^{}]*)\}/g)) {
    if (view !== 'file' || (name !== 'index' && name !== 'suffix')) {
      const message = `placeholder "${placeholder}" is not supported in path "${written}"`;
      const weight = view === 'file' ? WEIGHTS.error : undefined;
      problems.add('file-placeholder', position, message, 'it is taken as written', weight);
    }
  }
  return path;
}

/** An empty label is one: it removes the text above the field. */
function readLabel(section: Section, id: string, context: IReadContext): string {
  const configuration = section.section('configuration');
  const older = configuration.entry('label');
  if (older) {
    const message = '"configuration.label" is now "label"';
    context.problems.add('moved-key', older.position, message, 'it still works');
  }
  return section.text('label') ?? configuration.text('label') ?? formatName(id);
}
