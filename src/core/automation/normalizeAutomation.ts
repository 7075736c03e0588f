import type { JsonObject, JsonValue } from '../json';
import { isJsonObject } from '../json';
import { joinPath } from '../path';
import type { IAutomation, IStep, StepName } from './automation';
import { STEP_NAMES } from './automation';
import { normalizeAuthorization } from './normalizeAuthorization';
import { normalizeBatches } from './normalizeBatches';
import { normalizeCopyrights } from './normalizeCopyrights';
import { normalizeCustomViews } from './normalizeCustomViews';
import { normalizeDatasets } from './normalizeDatasets';
import { normalizeDisplay } from './normalizeDisplay';
import { normalizeEnvironment } from './normalizeEnvironment';
import { normalizeImports } from './normalizeImports';
import { normalizeScripts } from './normalizeScripts';
import { checkSteps, normalizeStep } from './normalizeStep';
import { WEIGHTS } from './problemCodes';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { slug } from './words';

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
  const name = configuration.filledText('name') ?? `Automation ${context.index}`;
  const customViews = normalizeCustomViews(configuration, context);
  const stepContext = { ...context, customViews };
  const stepOf = (step: StepName): IStep => normalizeStep(configuration, step, stepContext);
  const steps = {
    input: stepOf('input'),
    output: stepOf('output'),
    log: stepOf('log'),
    debug: stepOf('debug'),
    print: stepOf('print')
  };
  checkSteps(steps, context);
  return {
    configuration: path,
    folder: context.folder,
    vocabulary: context.vocabulary,
    name,
    slug: readSlug(configuration, name, context.index),
    title: configuration.filledText('title') ?? name,
    description: configuration.filledText('description') ?? name,
    version: configuration.filledText('version') ?? '0.0.0',
    steps,
    batches: normalizeBatches(configuration, context),
    scripts: normalizeScripts(configuration, context),
    environment: normalizeEnvironment(configuration, context),
    display: normalizeDisplay(configuration, context),
    copyrights: normalizeCopyrights(configuration),
    imports: normalizeImports(configuration, context),
    datasets: normalizeDatasets(configuration, context),
    authorization: normalizeAuthorization(configuration, context),
    customViews,
    tests: readTests(configuration, context),
    codeSections: readCodeSections(configuration)
  };
}

/** A slug that an address can hold stays as written; anything else is made into one. */
function readSlug(configuration: Section, name: string, index: number): string {
  const written = configuration.filledText('slug');
  if (written !== null && /^[\p{L}\p{N}_-]+$/u.test(written)) {
    return written;
  }
  return slug(written ?? name) || slug(name) || `automation-${index}`;
}

function readTests(configuration: Section, context: IReadContext): IAutomation['tests'] {
  return configuration.sections('tests').flatMap(section => {
    const folder = section.filledText('folder');
    if (folder === null) {
      return [];
    }
    const position = section.positionOf('folder');
    context.paths.push({
      noun: 'test folder',
      path: folder,
      base: context.folder,
      position,
      kind: 'folder',
      within: context.folder,
      // Only `crosscompute test` needs it.
      weight: WEIGHTS.warning
    });
    return [{ folder: joinPath(folder), position }];
  });
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
