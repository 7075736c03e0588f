import { liesWithin } from '../automation/checkPaths';
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
      this._reportOutside(batch);
      return false;
    }
    return this._add(batch);
  }

  /**
   * Add a batch whose folder comes from values. Its links are looked at in `finish`, once for all
   * batches of the same parent, and again by whoever writes there.
   *
   * @returns false when the batch was refused
   */
  addRow(batch: IBatch): boolean {
    return this._add(batch);
  }

  /** Look at what concerns all batches together, and give those that can be used, in order. */
  async finish(): Promise<IBatch[]> {
    const isInside = new Map<string, boolean>();
    const usable: IBatch[] = [];
    for (const batch of this._batches) {
      const parent = folderOf(joinPath(this._automationFolder, batch.folder));
      if (batch.kind === 'row' && !isInside.has(parent)) {
        const isParentInside = await liesWithin(this._files, this._automationFolder, parent);
        isInside.set(parent, isParentInside);
      }
      if (isInside.get(parent) === false || this._isNested(batch)) {
        this._reportOutside(batch);
      } else {
        usable.push(batch);
      }
    }
    return usable;
  }

  private _add(batch: IBatch): boolean {
    if (!staysInside(batch.folder)) {
      this._reportOutside(batch);
      return false;
    }
    const isUnique = [
      this._claim(this._folders, 'batch folder', batch.folder, batch.position),
      this._claim(this._names, 'batch name', batch.name, batch.position),
      this._claim(this._slugs, 'batch slug', batch.slug, batch.position)
    ].every(Boolean);
    if (isUnique) {
      this._batches.push(batch);
    }
    return isUnique;
  }

  private _claim(
    taken: Map<string, IPosition>,
    what: string,
    value: string,
    position: IPosition
  ): boolean {
    const first = taken.get(value);
    if (!first) {
      taken.set(value, position);
      return true;
    }
    const hint = `first at ${formatPlace(first, this._automationFolder)}`;
    this._problems.add('not-unique', position, `${what} "${value}" is used twice`, hint);
    return false;
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

  private _reportOutside({ folder, position }: IBatch): void {
    const message = `batch folder "${folder}" must stay inside the automation`;
    const hint = 'it must not lie in the folder of another batch either';
    this._problems.add('batch-folder-outside', position, message, hint);
  }

  private readonly _batches: IBatch[] = [];
  private readonly _folders = new Map<string, IPosition>();
  private readonly _names = new Map<string, IPosition>();
  private readonly _slugs = new Map<string, IPosition>();
}
