import type { IAutomation, IBatchDefinition } from '../automation/automation';
import { checkDynamicConfiguration } from '../automation/checkDynamicConfiguration';
import { WEIGHTS } from '../automation/problemCodes';
import type { ProblemWeight } from '../automation/problemCodes';
import { ProblemList } from '../automation/problemList';
import type { IViewSource } from '../automation/readContext';
import { didYouMean } from '../automation/suggest';
import { slug as slugOf } from '../automation/words';
import type { IFiles } from '../files';
import { joinPath, nameOf } from '../path';
import type { IProblem } from '../problem';
import type { IBatch, InputValues } from './batch';
import { BatchIndex } from './batchIndex';
import type { IBatchRow } from './batchRows';
import { readRows } from './batchRows';
import { createMissingInputs, type MissingInputs } from './missingInputs';
import type { INameTemplate } from './nameTemplate';
import { fillName, parseNameTemplate, textOf } from './nameTemplate';
import { ownValue } from './parseValue';
import { readInputFiles } from './readInputs';
import { readWrittenNumbers } from './writtenNumbers';

/** The batches of an automation, and what is wrong with them. */
export interface IReadBatches {
  /** In the order of the configuration and its rows; those that cannot be used are left out. */
  batches: IBatch[];
  /** Sorted by file and position. */
  problems: IProblem[];
}

/**
 * Read the batches of an automation: folders as they are, a batch for each row of a CSV or TXT.
 *
 * A row with a refused value, or a folder, name or slug that is taken, is a problem and no batch; the other rows stay
 * usable. A batch that lacks a value is a batch that cannot run. Writes nothing.
 */
export async function readBatches(
  files: IFiles,
  automation: IAutomation,
  { views }: { views: Pick<IViewSource, 'get'> }
): Promise<IReadBatches> {
  const problems = new ProblemList();
  const index = new BatchIndex(files, automation.folder, problems);
  const missing = await createMissingInputs(files, automation, views);
  for (const definition of automation.batches) {
    const context = { files, automation, definition, problems, index, missing };
    const reader = new DefinitionReader(context);
    const isPlain = definition.configurationPath === null && definition.referenceFolder === null;
    await (isPlain ? reader.readFolder() : reader.readRows(views));
  }
  return { batches: await index.finish(), problems: problems.sorted() };
}

interface IDefinitionContext {
  files: IFiles;
  automation: IAutomation;
  definition: IBatchDefinition;
  problems: ProblemList;
  index: BatchIndex;
  missing: MissingInputs;
}

/** Makes the batches of one definition. */
class DefinitionReader {
  constructor(private readonly _context: IDefinitionContext) {}

  /** A plain folder: its files are its inputs, and braces are only letters. */
  async readFolder(): Promise<void> {
    const { files, automation, definition, problems, index } = this._context;
    const { folder, name, slug, position } = definition;
    const texts = [folder, name ?? '', slug ?? ''];
    for (const id of new Set(texts.flatMap(text => parseNameTemplate(text).ids))) {
      const message = `"{${id}}" is not filled in, because this batch has no values from a file`;
      problems.add('batch-template-unused', position, message);
    }
    const source = { values: null, position, problems: [] };
    const batch = this._makeBatch({ folder, name, slug }, source, WEIGHTS.error);
    if (!batch || !(await index.addFolder(batch))) {
      return;
    }
    const absolute = joinPath(automation.folder, batch.folder);
    if ((await files.status(absolute))?.kind !== 'folder') {
      if (!automation.steps.input.variables.length) {
        return;
      }
      const message = `batch folder "${folder}" does not exist`;
      problems.add('batch-folder-missing', position, message, 'its inputs are empty');
      return;
    }
    const inputs = await readInputFiles(files, automation, absolute);
    problems.addAll(inputs.problems);
    problems.addAll(this._missing(batch, inputs.values, WEIGHTS.warning));
    await checkDynamicConfiguration(files, automation, absolute, problems);
  }

  /** Rows of a file, or one batch of the reference alone. */
  async readRows(views: Pick<IViewSource, 'get'>): Promise<void> {
    const { files, automation, definition, problems } = this._context;
    const reference = await this._readReference();
    const { configurationPath, position } = definition;
    const rows =
      configurationPath === null
        ? [{ columns: [], texts: new Map<string, string>(), values: {}, isUsable: true, position }]
        : await readRows({
            files,
            automation,
            views,
            path: configurationPath,
            problems,
            definition
          });
    const templates = this._parseTemplates();
    const reported = new Set<string>();
    for (const row of rows) {
      this._addRow(row, reference, templates, reported);
    }
  }

  private async _readReference(): Promise<IReference> {
    const { files, automation, definition, problems } = this._context;
    if (definition.referenceFolder === null) {
      return { values: {}, numbers: new Map() };
    }
    const folder = joinPath(automation.folder, definition.referenceFolder);
    const inputs = await readInputFiles(files, automation, folder);
    problems.addAll(inputs.problems);
    return { values: inputs.values, numbers: await readWrittenNumbers(files, automation, folder) };
  }

  private _addRow(
    row: IBatchRow,
    reference: IReference,
    templates: ITemplates,
    reported: Set<string>
  ): void {
    const { definition, problems, index } = this._context;
    let lacking: string | null = null;
    const find = (id: string): string | null => {
      const referenced = ownValue(reference.values, id);
      const text =
        row.texts.get(id) ??
        reference.numbers.get(id) ??
        (referenced === undefined ? null : referenceText(referenced));
      if (text === null && referenced === undefined) {
        lacking ??= id;
        this._reportLacking(id, row, reference, reported);
      }
      return text;
    };
    const names = {
      folder: fillName(templates.folder, find),
      name: templates.name && fillName(templates.name, find),
      slug: templates.slug && fillName(templates.slug, find)
    };
    if (lacking !== null) {
      // What else there is to say of a batch without its name follows from this.
      return;
    }
    if (!row.isUsable) {
      return;
    }
    const values = { ...reference.values, ...row.values };
    const { position } = row;
    // One broken row leaves the other rows usable; a broken item of the configuration is mended there.
    const weight = definition.configurationPath === null ? WEIGHTS.error : WEIGHTS.batch;
    const batch = this._makeBatch(names, { values, position, problems: [] }, weight);
    const missing = batch ? this._missing(batch, values, WEIGHTS.batch) : [];
    if (batch && index.addRow({ ...batch, problems: missing }, weight)) {
      problems.addAll(missing);
    }
  }

  /** A cell that one row lacks is the row's fault; a column that all rows lack is the template's, and said once. */
  private _reportLacking(
    id: string,
    row: IBatchRow,
    reference: IReference,
    reported: Set<string>
  ): void {
    const { definition, problems } = this._context;
    if (row.columns.includes(id)) {
      const message = `row has no cell for "${id}", which names its batch`;
      const hint = `the header has ${row.columns.length} columns`;
      problems.add('csv-row', row.position, message, hint, WEIGHTS.batch);
    } else if (!reported.has(id)) {
      reported.add(id);
      const source = definition.configurationPath ?? definition.referenceFolder;
      const hint = didYouMean(id, [...row.columns, ...Object.keys(reference.values)]);
      const message = `"{${id}}" is not a column of "${source}"`;
      problems.add('batch-variable', definition.position, message, hint);
    }
  }

  private _parseTemplates(): ITemplates {
    const { definition, problems } = this._context;
    const { folder, name, slug } = definition;
    const templates = {
      folder: parseNameTemplate(folder),
      name: name === null ? null : parseNameTemplate(name),
      slug: slug === null ? null : parseNameTemplate(slug)
    };
    const all = [templates.folder, templates.name, templates.slug];
    for (const filter of new Set(all.flatMap(template => template?.unknownFilters ?? []))) {
      const message = `filter "${filter}" is not supported here`;
      problems.add('batch-filter', definition.position, message, 'use slug or title');
    }
    return templates;
  }

  /** @returns null when it has no slug, which is a problem */
  private _makeBatch(
    names: INames,
    source: Pick<IBatch, 'values' | 'position' | 'problems'>,
    weight: ProblemWeight
  ): IBatch | null {
    const { automation, problems } = this._context;
    const folder = joinPath(names.folder.trim());
    const name = names.name?.trim() || nameOf(joinPath(automation.folder, folder));
    const slug = this._makeSlug(names.slug?.trim() ?? '', name);
    if (slug === '') {
      const message = `batch "${name}" has an empty slug`;
      problems.add('batch-slug-empty', source.position, message, 'give it one', weight);
      return null;
    }
    const kind = source.values === null ? 'folder' : 'row';
    return { slug, name, folder, kind, ...source };
  }

  private _makeSlug(written: string, name: string): string {
    const isKept = this._context.definition.isSlugKept && /^[\w.~-]*[\w~-]$/.test(written);
    return isKept ? written : slugOf(written || name);
  }

  private _missing(batch: IBatch, values: InputValues, weight: ProblemWeight): IProblem[] {
    const missing = this._context.missing(values);
    if (!missing.length) {
      return NO_PROBLEMS;
    }
    const problems = new ProblemList();
    for (const { id } of missing) {
      const message = `input "${id}" has no value in batch "${batch.name}"`;
      problems.add('batch-value-missing', batch.position, message, '', weight);
    }
    return problems.sorted();
  }
}

const NO_PROBLEMS: IProblem[] = [];

/** Values under those of rows. */
interface IReference {
  values: InputValues;
  /** Numbers as they are written there. */
  numbers: ReadonlyMap<string, string>;
}

interface ITemplates {
  folder: INameTemplate;
  name: INameTemplate | null;
  slug: INameTemplate | null;
}

interface INames {
  folder: string;
  name: string | null;
  slug: string | null;
}

/** Files have no text that a name could use. */
function referenceText(value: InputValues[string]): string | null {
  const isFile = typeof value === 'object' && value !== null && 'files' in value;
  return isFile ? null : textOf(value).trim();
}
