import { joinPath, relativePath } from '../../../core/path';
import type { IScriptContext } from '../../../core/run/execution';
import { HOST_VARIABLES } from '../../site/environment';
import type { ScriptJournal } from '../scriptJournal';
import type { IPlaceFolder } from './placeFolder';
import { bringBack, findTravellers, insideOf } from './runFiles';

const WARN_BYTES = 100 * 1024 * 1024;
const NAMED_FILES = 5;

/** A script whose kernel shares no files with us: its files are there while it runs, and come back. */
export class RemoteRun {
  private constructor(
    private readonly _folder: IPlaceFolder,
    private readonly _context: IScriptContext,
    private readonly _journal: ScriptJournal
  ) {}

  /**
   * Send what the script needs.
   *
   * @throws {Error} when it is more than can travel, or the place does not answer
   */
  static async send(
    folder: IPlaceFolder,
    context: IScriptContext,
    journal: ScriptJournal
  ): Promise<RemoteRun> {
    const { files, left, bytes } = await findTravellers(context);
    if (folder.limitBytes !== null && bytes > folder.limitBytes) {
      throw new Error(
        `The files of this run have ${bytes} bytes, but no more than ${folder.limitBytes} get to a kernel of this ` +
          'language where it shares no files with us.'
      );
    }
    if (bytes > WARN_BYTES) {
      const megabytes = Math.round(bytes / 1_000_000);
      journal.text('stderr', `${megabytes} MB travel to the kernel of this run.\n`);
    }
    if (left.length) {
      journal.text(
        'stderr',
        `Too large to travel with the script, unless they are declared as datasets: ${nameSome(left)}\n`
      );
    }
    // Empty folders do not come with files.
    for (const path of [...Object.values(context.folders), scriptFolder(context)]) {
      await folder.makeFolder(insideOf(context.automation.folder, path));
    }
    for (const { source, path } of files) {
      if (context.signal.aborted) {
        break;
      }
      await folder.send(source, path);
    }
    return new RemoteRun(folder, context, journal);
  }

  /** Where a path of ours is for the kernel; one that is not of the automation stays as it is. */
  toPlace(path: string): string {
    const relative = relativePath(this._context.automation.folder, path);
    return relative === null ? path : relative === '.' ? this._folder.path : this._join(relative);
  }

  /** The environment of the script there: what our host says of itself means nothing to it. */
  environment(): Record<string, string> {
    const { automation, environment } = this._context;
    const declared = new Set(automation.environment.variables);
    return Object.fromEntries(
      Object.entries(environment)
        .filter(([name]) => declared.has(name) || !HOST_VARIABLES.has(name))
        .map(([name, value]) => [
          name,
          /^CROSSCOMPUTE_[A-Z]+_FOLDER$/.test(name) ? this.toPlace(value) : value
        ])
    );
  }

  /** Fetch what the script wrote, also when it failed. @throws when the place does not answer */
  async bringBack(): Promise<void> {
    const refused = await bringBack(this._folder, this._context);
    if (refused.length) {
      this._journal.text('stderr', `Not taken from the kernel: ${nameSome(refused)}\n`);
    }
  }

  /** Remove the files there, see `IPlaceFolder.remove`. */
  remove(options: { isKernelFree: boolean }): Promise<void> {
    return this._folder.remove(options);
  }

  private _join(relative: string): string {
    return `${this._folder.path}/${relative}`;
  }
}

function scriptFolder({ automation, script }: IScriptContext): string {
  return joinPath(automation.folder, script.folder);
}

function nameSome(paths: readonly string[]): string {
  const more = paths.length - NAMED_FILES;
  return paths.slice(0, NAMED_FILES).join(', ') + (more > 0 ? `, and ${more} more` : '');
}
