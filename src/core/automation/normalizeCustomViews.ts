import { joinPath, staysInside, suffixOf } from '../path';
import type { ICustomView } from './automation';
import { checkUnique } from './checkUnique';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { didYouMean } from './suggest';

/** Suffixes of modules that can export a view. */
const MODULE_SUFFIXES: readonly string[] = ['.mjs', '.js'];

/**
 * Read the section `views` of a checked configuration: modules that bring views, and defaults for known ones.
 */
export function normalizeCustomViews(configuration: Section, context: IReadContext): ICustomView[] {
  const views = configuration.sections('views').flatMap(section => {
    const view = normalizeCustomView(section, context);
    return view ? [view] : [];
  });
  checkUnique(
    views.map(({ name, position }) => ({ value: name, position })),
    'view',
    context
  );
  return views;
}

function normalizeCustomView(section: Section, context: IReadContext): ICustomView | null {
  const { problems, views } = context;
  const name = section.filledText('name');
  if (name === null) {
    return null;
  }
  const module = readModule(section, context);
  if (module !== null) {
    checkName(name, section, context);
  }
  const package_ = section.entry('package');
  if (package_) {
    const message = `view "${name}" comes from a Python package, which is not loaded`;
    problems.add('view-package', package_.position, message, 'give a module');
  }
  if (module === null && !section.has('module') && !package_ && !views.get(name)) {
    const hint = didYouMean(name, views.names(), 'give a module');
    const message = `view "${name}" is not known`;
    problems.add('unknown-view', section.positionOf('name'), message, hint);
  }
  return {
    name: views.get(name)?.name ?? name,
    module,
    configuration: section.section('configuration').jsonObject(),
    position: section.position
  };
}

/** A view of ours cannot be replaced: forms elsewhere rely on what it takes. */
function checkName(name: string, section: Section, { problems, views }: IReadContext): void {
  const position = section.positionOf('name');
  if (views.get(name)) {
    const message = `view "${name}" comes with CrossCompute, so no module can bring it`;
    problems.add('not-unique', position, message, 'choose another name');
  } else if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    const hint = 'use small letters, digits and - such as seat-map';
    problems.add('unknown-value', position, `name "${name}" of a view is not supported`, hint);
  }
}

function readModule(section: Section, context: IReadContext): string | null {
  const module = section.filledText('module');
  if (module === null) {
    return null;
  }
  const position = section.positionOf('module');
  if (!MODULE_SUFFIXES.includes(suffixOf(module))) {
    const message = `module "${module}" is not supported`;
    context.problems.add('unknown-value', position, message, 'use a file that ends in .mjs or .js');
    return null;
  }
  if (!staysInside(module)) {
    const message = `path "${module}" must stay inside the automation's folder`;
    context.problems.add('path-outside', position, message);
    return null;
  }
  // Whether it is there is seen when it is loaded: without it the rest of the tool works.
  return joinPath(module);
}
