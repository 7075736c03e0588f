import type { JsonObject, JsonValue } from '../json';
import { isJsonObject } from '../json';
import type { IAutomation, ICopyright, IStep, StepName } from './automation';
import { STEP_NAMES } from './automation';
import { WEIGHTS } from './problemCodes';
import { normalizeBatches } from './normalizeBatches';
import { normalizeDisplay } from './normalizeDisplay';
import { normalizeEnvironment } from './normalizeEnvironment';
import { normalizeScripts } from './normalizeScripts';
import { normalizeStep } from './normalizeStep';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { slug } from './words';

/** The owner that pages name when the file names none. */
export const DEFAULT_COPYRIGHT: ICopyright = {
  text: null,
  name: 'CrossCompute',
  imageUri: '/assets/logo.svg',
  ownerUri: 'https://crosscompute.com',
  year: null
};

/**
 * Read an automation from a checked configuration, filling in every default.
 *
 * @param path - absolute path of the configuration
 */
export function normalizeAutomation(
  configuration: Section,
  path: string,
  context: IReadContext
): IAutomation {
  const name = configuration.filledText('name') ?? 'Automation 0';
  const stepOf = (step: StepName): IStep => normalizeStep(configuration, step, context);
  return {
    configuration: path,
    folder: context.folder,
    name,
    slug: readSlug(configuration, name),
    title: configuration.filledText('title') ?? name,
    description: configuration.filledText('description') ?? name,
    version: configuration.filledText('version') ?? '0.0.0',
    steps: {
      input: stepOf('input'),
      output: stepOf('output'),
      log: stepOf('log'),
      debug: stepOf('debug'),
      print: stepOf('print')
    },
    batches: normalizeBatches(configuration, context),
    scripts: normalizeScripts(configuration, context),
    environment: normalizeEnvironment(configuration, context),
    display: normalizeDisplay(configuration, context),
    copyrights: [DEFAULT_COPYRIGHT],
    imports: [],
    datasets: [],
    authorization: warnOfAuthorization(configuration, context)
      ? { tokenFiles: [], groups: [] }
      : null,
    customViews: [],
    tests: [],
    codeSections: readCodeSections(configuration)
  };
}

/** A slug that an address can hold stays as written; anything else is made into one. */
function readSlug(configuration: Section, name: string): string {
  const written = configuration.filledText('slug');
  if (written !== null && /^[\p{L}\p{N}_-]+$/u.test(written)) {
    return written;
  }
  return slug(written ?? name) || slug(name) || 'automation-0';
}

/**
 * Rules of access that are not applied must not go unsaid, as somebody relies on them.
 *
 * @returns true when there are any
 */
function warnOfAuthorization(configuration: Section, { problems }: IReadContext): boolean {
  const entry = configuration.entry('authorization');
  if (!entry || !configuration.section('authorization').node.entries.length) {
    return false;
  }
  const message = '"authorization" has no effect: this version does not apply it yet';
  const hint = 'it is not served; in JupyterLab, everyone who may use this Jupyter sees everything';
  problems.add('unused-key', entry.position, message, hint, WEIGHTS.warning);
  return true;
}

/** What the digest of the code covers: no labels, templates or positions. */
function readCodeSections(configuration: Section): JsonObject {
  const sections: JsonObject = {};
  for (const key of ['scripts', 'environment', 'datasets']) {
    if (configuration.has(key)) {
      sections[key] = configuration.json(key);
    }
  }
  for (const step of STEP_NAMES.filter(name => name === 'input' || name === 'output')) {
    const variables = configuration.section(step).sections('variables');
    sections[step] = variables.map(variable => withoutLabel(variable.jsonObject()));
  }
  return sections;
}

function withoutLabel(variable: JsonObject): JsonObject {
  const { label: _label, configuration, ...rest } = variable;
  if (!isJsonObject(configuration)) {
    return rest;
  }
  const { label: _olderLabel, ...settings }: Record<string, JsonValue> = configuration;
  return { ...rest, configuration: settings };
}
