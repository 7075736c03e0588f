import { joinPath } from '../../core/path';
import { identityOf, nameOfIdentity, type IAsker, type Identity } from '../../core/access/identity';
import {
  decideAccess,
  inputsMatch,
  OPEN_RULES,
  type Extent,
  type IAccess
} from '../../core/access/rules';
import type { IVariable, Permission } from '../../core/automation/automation';
import type { InputValues } from '../../core/batch/batch';
import type { JsonObject } from '../../core/json';
import type { IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import type { Automations } from '../site/automations';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import type { RunService } from '../site/runService';
import type { AddedTokens, IAddedToken } from './addedTokens';
import type { TokenFiles } from './tokenFiles';
import type { IVisitor } from './visitor';

/** What decisions are made from. */
export interface IAccessControlOptions {
  automations: Automations;
  runService: Pick<RunService, 'values'>;
  tokenFiles: TokenFiles;
  addedTokens: AddedTokens;
  /** True when several sites live below `at/`, as inside Jupyter, whose user comes first. */
  hasSites: boolean;
  /** True lists runs that others made, too (`--no-hidden`). */
  areRunsListed: boolean;
}

/** Decides what visitors may see and do, automation by automation. */
export class AccessControl {
  constructor(private readonly _options: IAccessControlOptions) {}

  /** True inside Jupyter, where files that no open automation has are the user's own. */
  get hasSites(): boolean {
    return this._options.hasSites;
  }

  /** True when groups decide who may see every automation. */
  get isGuarded(): boolean {
    return this._options.automations
      .list()
      .every(({ accessRules }) =>
        accessRules.some(({ authorization }) => authorization.groups.length)
      );
  }

  /** What a visitor may do with an automation; token files are read again when they changed. */
  async of(visitor: IVisitor, loaded: LoadedAutomation): Promise<AutomationAccess> {
    await this._options.tokenFiles.refresh(tokenPaths(loaded));
    return this.now(visitor, loaded);
  }

  /** The same with the token files as they were last read, for what cannot wait. */
  now(visitor: IVisitor, loaded: LoadedAutomation): AutomationAccess {
    const known = this._findToken(visitor, loaded);
    const identity = identityOf(visitor.connection, known?.identity ?? {});
    return new AutomationAccess({
      loaded,
      visitor,
      identity,
      access: this._decide(visitor, loaded, identity),
      expiresMs: known?.expiresMs ?? null,
      values: batch => this._options.runService.values(loaded.get(), batch),
      mayReadProblems: this._options.hasSites || visitor.isLocal,
      areRunsListed: this._options.areRunsListed || this._options.hasSites
    });
  }

  /** What a visitor may do with the automation of a run; null when that is not open. */
  ofRun(visitor: IVisitor, run: IRunRecord): AutomationAccess | null {
    const loaded = this._options.automations.find(run.automation.id);
    return loaded ? this.now(visitor, loaded) : null;
  }

  /** Tell whether a visitor may see a run, and know of it. */
  listsRun(visitor: IVisitor, run: IRunRecord): boolean {
    const access = this.ofRun(visitor, run);
    // Inside Jupyter, the files of an automation that is not open are the user's own.
    return access ? access.listsRun(run) : this._options.hasSites;
  }

  /** What a visitor may do with the root page of a site; null where there is no automation yet. */
  async ofRoot(visitor: IVisitor): Promise<AutomationAccess | null> {
    const { automations, hasSites } = this._options;
    const [site] = automations.sites;
    if (!site || hasSites) {
      return null;
    }
    return this.of(visitor, (await automations.openSite(site.configuration)).root);
  }

  /** Tell whether the token of a visitor counts anywhere here. */
  async isKnown(visitor: IVisitor): Promise<boolean> {
    const automations = this._options.automations.sites.flatMap(({ members }) => members);
    await Promise.all(
      automations.map(loaded => this._options.tokenFiles.refresh(tokenPaths(loaded)))
    );
    return automations.some(loaded => this._findToken(visitor, loaded) !== null);
  }

  /** Remember whose something is, such as what a visitor prints. */
  own(thing: object, { owner }: IVisitor): void {
    this._owners.set(thing, owner);
  }

  /** Tell whether something is a visitor's own. */
  isOwner(thing: object, { owner }: IVisitor): boolean {
    return this._owners.get(thing) === owner;
  }

  private _findToken({ digest }: IVisitor, loaded: LoadedAutomation): IAddedToken | null {
    if (!digest) {
      return null;
    }
    const { tokenFiles, addedTokens } = this._options;
    const identity: JsonObject | null = tokenFiles.find(tokenPaths(loaded), digest);
    return identity ? { identity, expiresMs: null } : addedTokens.find(loaded.siteId, digest);
  }

  private _decide(visitor: IVisitor, loaded: LoadedAutomation, identity: Identity): IAccess {
    if (visitor.isPrinter) {
      return PRINTER;
    }
    if (!loaded.find()) {
      // It never was valid, so nobody knows its rules: that it is there is all there is to see.
      return this._options.hasSites ? decideAccess(OPEN_RULES, identity) : UNKNOWN;
    }
    const chain = loaded.accessRules.map(({ authorization }) => authorization);
    return decideAccess({ chain, needsGroup: loaded.needsGroup }, identity);
  }

  private readonly _owners = new WeakMap<object, string>();
}

interface IAutomationAccessOptions {
  loaded: LoadedAutomation;
  visitor: IVisitor;
  identity: Identity;
  access: IAccess;
  /** When the token expires; null for never. */
  expiresMs: number | null;
  values(batch: ILocatedBatch): Promise<InputValues>;
  /** True where the problems of a configuration whose rules nobody knows may be told. */
  mayReadProblems: boolean;
  areRunsListed: boolean;
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

  /** When the token of the visitor expires, in milliseconds since the epoch; null for never. */
  get expiresMs(): number | null {
    return this._options.expiresMs;
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

  /** Tell whether a list may name a run: it may be seen, and is of a predefined batch or made by the visitor. */
  listsRun(run: IRunRecord): boolean {
    const isListed =
      this._options.areRunsListed ||
      run.batch.kind !== 'form' ||
      run.askers.includes(this.userName);
    return isListed && this.allowsRun(run);
  }

  /** Tell whether a variable may be seen: those for debugging are for who may run. */
  allowsVariable(variable: IVariable): boolean {
    return variable.level !== 'debug' || this.allows('run_automation');
  }

  /** @throws {HttpError} 403 `not-authorized` */
  require(permission: Permission): void {
    if (!this.allows(permission)) {
      throw notAuthorized();
    }
  }

  private _matches(values: InputValues): boolean {
    const ids = this._options.loaded.get().steps.input.variables.map(({ id }) => id);
    return inputsMatch(ids, values, this._options.identity);
  }
}

/** Where the rules are not known: nothing of runs and their data. */
const UNKNOWN: IAccess = {
  isOpen: false,
  extentOf: permission =>
    permission === 'see_root' || permission === 'see_automation' ? 'accept' : 'refuse'
};

/** The printer of this process sees what it prints, and does nothing. */
const PRINTER: IAccess = {
  isOpen: false,
  extentOf: permission => (permission.startsWith('see_') ? 'accept' : 'refuse')
};

/** The answer to who may not see or do something. It says nothing about what is there. */
export function notAuthorized(): HttpError {
  return new HttpError(
    403,
    'not-authorized',
    'you may not see or do this; sign in with a token that allows it'
  );
}

function tokenPaths(loaded: LoadedAutomation): string[] {
  return loaded.accessRules.flatMap(({ folder, authorization }) =>
    authorization.tokenFiles.map(({ path }) => joinPath(folder, path))
  );
}
