import { nameOfIdentity, type IAsker, type Identity } from '../../core/access/identity';
import { inputsMatch, type Extent, type IAccess } from '../../core/access/rules';
import type { IVariable, Permission } from '../../core/automation/automation';
import type { InputValues } from '../../core/batch/batch';
import type { IRunBatch, IRunRecord } from '../../core/run/run';
import type { HttpError } from '../httpError';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import type { MatchedRuns } from './matchedRuns';
import { notAuthorized, refusalText } from './refusal';
import { isOwner, type IVisitor } from './visitor';

/** What decides whether a list may name a run. */
export interface IListedRun {
  readonly automation: { readonly id: string };
  readonly batch: { readonly kind: IRunBatch['kind'] };
  readonly askers: readonly string[];
  readonly inputs: IRunRecord['inputs'];
}

interface IAutomationAccessOptions {
  loaded: LoadedAutomation;
  visitor: IVisitor;
  identity: Identity;
  access: IAccess;
  /** True when the visitor has a token that counts here. */
  isSignedIn: boolean;
  values(batch: ILocatedBatch): Promise<InputValues>;
  /** True where the problems of a configuration whose rules nobody knows may be told. */
  mayReadProblems: boolean;
  areRunsListed: boolean;
  matchedRuns: MatchedRuns;
}

/** What one visitor may do with one automation. */
export class AutomationAccess {
  constructor(private readonly _options: IAutomationAccessOptions) {}

  /** The automation. */
  get loaded(): LoadedAutomation {
    return this._options.loaded;
  }

  /** Properties of who asks. */
  get identity(): Identity {
    return this._options.identity;
  }

  /** Name by which records call the visitor. */
  get userName(): string {
    return nameOfIdentity(this._options.identity) ?? this._options.visitor.owner;
  }

  /** Who asks, for runs. */
  get asker(): IAsker {
    return { name: this.userName, identity: this.identity };
  }

  /** True when errors may tell of files and code. */
  get mayReadDetails(): boolean {
    const { loaded, mayReadProblems } = this._options;
    return loaded.find() ? this.allows('run_automation') : mayReadProblems;
  }

  /**
   * True for who may change the machine for its sake: who may run all of it, and is the owner of the server (Jupyter's
   * user, or who sits at the machine).
   */
  get mayInstall(): boolean {
    return isOwner(this._options.visitor) && this.extentOf('run_automation') === 'accept';
  }

  extentOf(permission: Permission): Extent {
    return this._options.access.extentOf(permission);
  }

  /** True when a permission is given for everything, or at least for what matches. */
  allows(permission: Permission): boolean {
    return this.extentOf(permission) !== 'refuse';
  }

  /** Tell whether a batch may be seen (or run), by its values as they are now. */
  async allowsBatch(
    batch: ILocatedBatch,
    permission: 'see_batch' | 'run_automation' = 'see_batch'
  ): Promise<boolean> {
    const extent = this.extentOf(permission);
    return extent === 'match'
      ? this._matches(await this._options.values(batch))
      : extent === 'accept';
  }

  /** Tell whether values may be run. */
  allowsValues(values: InputValues): boolean {
    const extent = this.extentOf('run_automation');
    return extent === 'match' ? this._matches(values) : extent === 'accept';
  }

  /** Tell whether a run may be seen (or stopped and repeated), by the values that it ran on. */
  allowsRun(run: IRunRecord, permission: 'see_batch' | 'run_automation' = 'see_batch'): boolean {
    const extent = this.extentOf(permission);
    return extent === 'match' ? this._matches(run.inputs) : extent === 'accept';
  }

  /** True when lists may name every run. */
  get listsAllRuns(): boolean {
    return this._options.areRunsListed && this.extentOf('see_batch') === 'accept';
  }

  /** Tell whether a list may name a run: it may be seen, and is of a predefined batch or made by the visitor. */
  listsRun(run: IListedRun): boolean {
    const isListed =
      this._options.areRunsListed ||
      run.batch.kind !== 'form' ||
      run.askers.includes(this.userName);
    if (!isListed || this.extentOf('see_batch') !== 'match') {
      return isListed && this.allows('see_batch');
    }
    this._answers ??= this._options.matchedRuns.answersTo([this._inputIds, this.identity]);
    return this._answers.of(run, () => this._matches(run.inputs));
  }

  /** Tell whether a variable may be seen: those for debugging are for who may run. */
  allowsVariable(variable: IVariable): boolean {
    return variable.level !== 'debug' || this.allows('run_automation');
  }

  /** @throws {HttpError} 403 `not-authorized` */
  require(permission: Permission): void {
    if (!this.allows(permission)) {
      throw this.refusal(permission);
    }
  }

  /** The answer to who may not do this here: 403 `not-authorized`, with the reason as far as it may be told. */
  refusal(permission: Permission): HttpError {
    const { loaded, access, identity, isSignedIn, visitor } = this._options;
    const { username } = visitor.connection;
    const name = nameOfIdentity(identity);
    return notAuthorized(
      refusalText({
        loaded,
        access,
        permission,
        username,
        signedInAs: isSignedIn ? (name ?? '') : null
      })
    );
  }

  private _matches(values: InputValues): boolean {
    return inputsMatch(this._inputIds, values, this._options.identity);
  }

  private get _inputIds(): string[] {
    return this._options.loaded.get().steps.input.variables.map(({ id }) => id);
  }

  private _answers: ReturnType<MatchedRuns['answersTo']> | null = null;
}
