import { joinPath } from '../../core/path';
import { identityOf, type Identity } from '../../core/access/identity';
import { decideAccess, OPEN_RULES, type IAccess } from '../../core/access/rules';
import type { JsonObject } from '../../core/json';
import type { IRunRecord } from '../../core/run/run';
import type { Automations } from '../site/automations';
import type { LoadedAutomation } from '../site/loadedAutomation';
import type { RunService } from '../site/runService';
import type { AddedTokens, IAddedToken } from './addedTokens';
import { AutomationAccess, type IListedRun } from './automationAccess';
import { MatchedRuns } from './matchedRuns';
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

  /** True when groups decide anywhere here, so that it matters who asks. */
  get hasGroups(): boolean {
    return this._members.some(({ accessRules }) =>
      accessRules.some(({ authorization }) => authorization.groups.length)
    );
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
      isSignedIn: known !== null,
      values: batch => this._options.runService.values(loaded.get(), batch),
      mayReadProblems: this._options.hasSites || visitor.isLocal,
      areRunsListed: this._options.areRunsListed || this._options.hasSites,
      matchedRuns: this._matchedRuns
    });
  }

  /** What a visitor may do with the automation of a run; null when that is not open. */
  ofRun(visitor: IVisitor, run: IRunRecord): AutomationAccess | null {
    return this.ofId(visitor, run.automation.id);
  }

  /** The same by the id of the automation. */
  ofId(visitor: IVisitor, automation: string): AutomationAccess | null {
    const loaded = this._options.automations.find(automation);
    return loaded ? this.now(visitor, loaded) : null;
  }

  /** Tell whether a visitor may see all runs of automations, and know of them. */
  listsAllRuns(visitor: IVisitor, automations: readonly string[]): boolean {
    return automations.every(id => this.ofId(visitor, id)?.listsAllRuns ?? this._options.hasSites);
  }

  /** Tell whether a visitor may see a run, and know of it. */
  listsRun(visitor: IVisitor, run: IListedRun): boolean {
    return this.runsListedFor(visitor)(run);
  }

  /** The same for one look at many runs: what the visitor may do is found once for each automation. */
  runsListedFor(visitor: IVisitor): (run: IListedRun) => boolean {
    const known = new Map<string, AutomationAccess | null>();
    return run => {
      const { id } = run.automation;
      let access = known.get(id);
      if (access === undefined) {
        access = this.ofId(visitor, id);
        known.set(id, access);
      }
      // Inside Jupyter, the files of an automation that is not open are the user's own.
      return access ? access.listsRun(run) : this._options.hasSites;
    };
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
    await Promise.all(
      this._members.map(loaded => this._options.tokenFiles.refresh(tokenPaths(loaded)))
    );
    return this.tokensOf(visitor).length > 0;
  }

  /** What the token of a visitor gives, wherever it counts here; [] for who has none that does. */
  tokensOf(visitor: IVisitor): IAddedToken[] {
    return this._members.flatMap(loaded => this._findToken(visitor, loaded) ?? []);
  }

  /** Call a listener when tokens of a file changed. */
  onTokensChange(listener: () => void): { dispose(): void } {
    return this._options.tokenFiles.onChange(listener);
  }

  /** Resolves when changes of the files of tokens that were read are noticed by themselves. */
  whenTokensWatched(): Promise<void> {
    return this._options.tokenFiles.watched;
  }

  /** Remember whose something is, such as what a visitor prints. */
  own(thing: object, { owner }: IVisitor): void {
    this._owners.set(thing, owner);
  }

  /** Tell whether something is a visitor's own. */
  isOwner(thing: object, { owner }: IVisitor): boolean {
    return this._owners.get(thing) === owner;
  }

  private get _members(): LoadedAutomation[] {
    return this._options.automations.sites.flatMap(({ members }) => [...members]);
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

  private readonly _matchedRuns = new MatchedRuns();
  private readonly _owners = new WeakMap<object, string>();
}

/** Where the rules are not known: nothing of runs and their data. */
const UNKNOWN: IAccess = {
  isOpen: false,
  group: null,
  extentOf: permission =>
    permission === 'see_root' || permission === 'see_automation' ? 'accept' : 'refuse'
};

/** The printer of this process sees what it prints, and does nothing. */
const PRINTER: IAccess = {
  isOpen: false,
  group: null,
  extentOf: permission => (permission.startsWith('see_') ? 'accept' : 'refuse')
};

function tokenPaths(loaded: LoadedAutomation): string[] {
  return loaded.accessRules.flatMap(({ folder, authorization }) =>
    authorization.tokenFiles.map(({ path }) => joinPath(folder, path))
  );
}
