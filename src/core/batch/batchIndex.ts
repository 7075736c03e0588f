import { liesWithin } from '../automation/checkPaths';
import type { ProblemWeight } from '../automation/problemCodes';
import { WEIGHTS } from '../automation/problemCodes';
import type { ProblemList } from '../automation/problemList';
import { formatPlace } from '../automation/problemList';
import type { IFiles } from '../files';
import { folderOf, joinPath, staysInside } from '../path';
import type { IPosition } from '../problem';
import type { IBatch } from './batch';

/**
 * Takes batches in as long as folder, name and slug are unique and the folder stays inside of the
 * automation; everything else is reported. Cost does not grow with the number of batches.
 */
export class BatchIndex {
  constructor(
    private readonly _files: IFiles,
    private readonly _automationFolder: string,
    private readonly _problems: ProblemList
  ) {}

  /** @returns false when the batch was refused */
  async addFolder(batch: IBatch): Promise<boolean> {
    const folder = joinPath(this._automationFolder, batch.folder);
    if (!(await liesWithin(this._files, this._automationFolder, folder))) {
      this._reportOutside(batch, WEIGHTS.error);
      return false;
    }
    return this._add(batch, WEIGHTS.error);
  }

  /**
   * Add a batch whose folder comes from values. Its links are looked at in `finish`, once for all
   * batches of the same parent, and again by whoever writes there.
   *
   * @param weight - of what is wrong with it
   * @returns false when the batch was refused
   */
  addRow(batch: IBatch, weight: ProblemWeight): boolean {
    return this._add(batch, weight);
  }

  /** Look at what concerns all batches together, and give those that can be used, in order. */
  async finish(): Promise<IBatch[]> {
    const isInside = new Map<string, boolean>();
    const usable: IBatch[] = [];
    for (const { batch, weight } of this._entries) {
      const parent = folderOf(joinPath(this._automationFolder, batch.folder));
      if (batch.kind === 'row' && !isInside.has(parent)) {
        const isParentInside = await liesWithin(this._files, this._automationFolder, parent);
        isInside.set(parent, isParentInside);
      }
      if (isInside.get(parent) === false || this._isNested(batch)) {
        this._reportOutside(batch, weight);
      } else {
        usable.push(batch);
      }
    }
    return usable;
  }

  private _add(batch: IBatch, weight: ProblemWeight): boolean {
    const { folder, name, slug, position } = batch;
    if (!staysInside(folder)) {
      this._reportOutside(batch, weight);
      return false;
    }
    const claims = [
      { taken: this._folders, what: 'batch folder', value: folder },
      { taken: this._names, what: 'batch name', value: name },
      { taken: this._slugs, what: 'batch slug', value: slug }
    ];
    const repeated = claims.filter(({ taken, value }) => taken.has(value));
    for (const { taken, what, value } of repeated) {
      const hint = `first at ${formatPlace(taken.get(value) ?? position, this._automationFolder)}`;
      const message = `${what} "${value}" is used twice`;
      this._problems.add('not-unique', position, message, hint, weight);
    }
    if (!repeated.length) {
      claims.forEach(({ taken, value }) => taken.set(value, position));
      this._entries.push({ batch, weight });
    }
    return !repeated.length;
  }

  /** Two batches must not write into one another. The automation's folder itself may be a batch. */
  private _isNested(batch: IBatch): boolean {
    for (let folder = folderOf(batch.folder); folder !== '.'; folder = folderOf(folder)) {
      if (this._folders.has(folder)) {
        return true;
      }
    }
    return false;
  }

  private _reportOutside({ folder, position }: IBatch, weight: ProblemWeight): void {
    const message = `batch folder "${folder}" must stay inside the automation`;
    const hint = 'it must not lie in the folder of another batch either';
    this._problems.add('batch-folder-outside', position, message, hint, weight);
  }

  private readonly _entries: { batch: IBatch; weight: ProblemWeight }[] = [];
  private readonly _folders = new Map<string, IPosition>();
  private readonly _names = new Map<string, IPosition>();
  private readonly _slugs = new Map<string, IPosition>();
}
