import type { IScriptContext } from '../../core/run/execution';
import type { IEngineRecord } from '../../core/run/run';
import type { IAutomation } from '../../core/automation/automation';
import type { Journals } from '../store/journals';
import { readSnapshot } from './attachment';
import type { OutputSnapshot } from './outputs';
import { SaidBefore } from './saidBefore';
import type { Workplace } from './workplace';

/** Where a run is kept. */
interface IRunHome {
  id: string;
  /** Absolute. */
  automationFolder: string;
}

/** A run that a server before this one began: one of its scripts executes, those before it are over. */
export class BegunRun {
  /** Read what the journal of a run holds, which goes on in the kernel of its record. */
  static async read(home: IRunHome, engine: IEngineRecord, journals: Journals): Promise<BegunRun> {
    const begun = new BegunRun(home, engine, journals);
    for await (const event of journals.read(home)) {
      begun.said.take(event);
    }
    return begun;
  }

  private constructor(
    private readonly _home: IRunHome,
    private readonly _engine: IEngineRecord,
    private readonly _journals: Journals
  ) {
    this.said = new SaidBefore(this._script);
  }

  /** What the run said before. */
  readonly said: SaidBefore;

  /** Tell whether a script was over before this server began. */
  isOver(script: number): boolean {
    return script < this._script;
  }

  /** The kernel that executes a script already; null for other scripts. */
  kernelOf(script: number): NonNullable<IScriptContext['attached']> | null {
    const { id: engine, kernel, session } = this._engine;
    return script === this._script && kernel !== null && session !== undefined
      ? { engine, id: kernel, session }
      : null;
  }

  /** The declared outputs as they lay before the scripts; null when nobody knows. */
  snapshot(): Promise<OutputSnapshot | null> {
    return readSnapshot(this._home.automationFolder, this._home.id);
  }

  /** Let a workplace have what the scripts that are over said: its files are written anew. */
  async sayOver(place: Workplace, automation: IAutomation): Promise<void> {
    if (this._script === 0) {
      return;
    }
    for (const [index, script] of automation.scripts.slice(0, this._script).entries()) {
      await place.addScript(automation, { script, index, isOver: true });
    }
    for await (const event of this._journals.read(this._home)) {
      if (event.kind === 'output' && this.isOver(event.script)) {
        place.emit(event);
      }
    }
    place.flushText();
    await place.flushCells();
  }

  private get _script(): number {
    return this._engine.script ?? 0;
  }
}
