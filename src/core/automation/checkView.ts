import { staysInside, suffixOf } from '../path';
import type { IView } from '../view/view';
import type { StepName } from './automation';
import { COMMON_VIEW_KEYS } from './keys/viewKeys';
import { WEIGHTS } from './problemCodes';
import type { ProblemList } from './problemList';
import type { IReadContext, IStepContext } from './readContext';
import type { Section } from './section';
import { didYouMean } from './suggest';

/** Views of the step `print`: they make or link documents and are no views of the registry. */
const PRINT_VIEWS: readonly string[] = ['pdf', 'link'];

/** Which view a variable has, and where. */
interface IViewUse {
  step: StepName;
  view: string;
  mode: 'input' | null;
}

/**
 * Check that a variable's view exists, can be used where it stands, and understands its configuration.
 */
export function checkView(section: Section, use: IViewUse, context: IStepContext): void {
  const { problems, views, customViews } = context;
  const position = section.positionOf('view');
  const configuration = section.section('configuration');
  checkConfigurationPath(configuration, use.step, context);
  if (use.step === 'print') {
    if (!PRINT_VIEWS.includes(use.view)) {
      const message = `printer "${use.view}" is not supported`;
      problems.add('unknown-printer', position, message, 'use pdf or link');
    }
    return;
  }
  const view = views.get(use.view);
  if (!view) {
    const custom = customViews.map(({ name }) => name);
    if (custom.includes(use.view)) {
      // What it can do is known once its module is loaded.
      return;
    }
    const hint = didYouMean(use.view, [...views.names(), ...custom]);
    problems.add('unknown-view', position, `view "${use.view}" is not known`, hint);
    return;
  }
  const isInput = use.step === 'input' || use.mode === 'input';
  if (isInput ? !view.input : !view.output) {
    const purpose = isInput ? 'input' : 'output';
    problems.add('view-step', position, `view "${use.view}" cannot be used for ${purpose}`);
  }
  checkViewConfiguration(configuration, view, context);
}

function checkViewConfiguration(
  configuration: Section,
  view: IView,
  { problems }: IReadContext
): void {
  const known = [...view.configurationKeys, ...Object.keys(COMMON_VIEW_KEYS)];
  for (const { key, position } of configuration.node.entries) {
    if (!known.includes(key) && !key.startsWith('x-')) {
      const message = `configuration "${key}" of view "${view.name}" is not known`;
      const hint = didYouMean(key, known);
      problems.add('view-configuration', position, message, hint, WEIGHTS.warning);
    }
  }
  checkCommonKeys(configuration, view, problems);
  for (const { key, severity, message } of view.check?.(configuration.jsonObject()) ?? []) {
    const position = configuration.positionAt(key);
    problems.add('view-configuration', position, message, '', WEIGHTS[severity]);
  }
}

/** Check the keys that every view takes. */
function checkCommonKeys(configuration: Section, view: IView, problems: ProblemList): void {
  const wrong = (key: string, type: string) => {
    const message = `configuration "${key}" of view "${view.name}" must be ${type}`;
    problems.add('view-configuration', configuration.positionOf(key), message);
  };
  const values = configuration.jsonObject();
  for (const key of ['required', 'disabled']) {
    if ((values[key] ?? null) !== null && typeof values[key] !== 'boolean') {
      wrong(key, 'true or false');
    }
  }
  if (typeof (values.help ?? '') === 'object') {
    wrong('help', 'text');
  }
}

/** Check the path of a JSON file with further configuration. */
function checkConfigurationPath(
  configuration: Section,
  step: StepName,
  context: IReadContext
): void {
  const path = configuration.filledText('path');
  if (path === null) {
    return;
  }
  const position = configuration.positionOf('path');
  if (suffixOf(path) !== '.json') {
    const message = `configuration path "${path}" must end in .json`;
    context.problems.add('configuration-path-suffix', position, message);
  } else if (!staysInside(path)) {
    const message = `path "${path}" must stay inside the folder "${step}"`;
    context.problems.add('path-outside', position, message);
  }
}
