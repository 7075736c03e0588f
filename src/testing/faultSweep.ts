import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { isFinal, type IRunRecord } from '../core/run/run';
import { PROJECT_FOLDER } from './jupyterServer';
import { markedProcesses, type IMarkedProcess } from './markedProcesses';
import { OUTPUT_LINES, digestOf, linesOf, watchParts } from './partialResults';

/** The built command, as people start it. */
export const BUNDLE = path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute/server/crosscompute.cjs');

/** What the killer aims at. */
export const VICTIMS = ['kernel', 'fork server', 'Jupyter', 'server'] as const;

type Victim = (typeof VICTIMS)[number];

/** How many batches of each kind a sweep has. */
export interface ISweepSize {
  commands: number;
  forks: number;
  kernels: number;
}

/** How the command ended. */
export interface ICommandEnd {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Longer than any start or end takes on a slow machine; what takes longer hangs. */
const HANG_MS = 120_000;

const SOURCE = `from os import environ
from pathlib import Path
from json import loads
n = loads((Path(environ["CROSSCOMPUTE_INPUT_FOLDER"]) / "variables.dictionary").read_text())["n"]
Path(environ["CROSSCOMPUTE_OUTPUT_FOLDER"], "lines.txt").write_text(f"{n}\\n" * ${OUTPUT_LINES})
`;

/**
 * A sweep over commands, forks and kernels in a folder of its own, whose server and processes are killed at random
 * moments. All of its processes and temporary files are known by their folder for temporary files.
 */
export class FaultSweep {
  private constructor(
    private readonly _root: string,
    private readonly _python: string,
    private readonly _size: ISweepSize,
    seed: number
  ) {
    this.random = createRandom(seed);
  }

  /** Make the folder. */
  static async create(python: string, size: ISweepSize, seed: number): Promise<FaultSweep> {
    const root = await mkdtemp(path.join(tmpdir(), 'cc-faults-'));
    const sweep = new FaultSweep(root, python, size, seed);
    await sweep._write();
    return sweep;
  }

  /** Fractions of a fixed sequence. */
  readonly random: () => number;
  /** What was killed, in order. */
  readonly killed: Victim[] = [];
  /** What somebody who looked in the middle of it found in parts. */
  readonly partial = new Set<string>();

  /** Folder of each automation, with its batches and whether they exist. */
  get automations(): { folder: string; count: number }[] {
    return (Object.keys(this._size) as (keyof ISweepSize)[])
      .map(name => ({ folder: path.join(this._root, 'project', name), count: this._size[name] }))
      .filter(({ count }) => count > 0);
  }

  /** Run the command, and kill at random moments until it ended or the server was killed. */
  async runAmongKills(): Promise<ICommandEnd> {
    const { child, ended } = this._start();
    let isOver = false;
    void ended.then(() => (isOver = true));
    while (!isOver) {
      await Promise.race([ended, pause(100 + 1500 * this.random())]);
      if (!isOver) {
        await this._kill(child, VICTIMS[Math.floor(this.random() * VICTIMS.length)]);
      }
    }
    return ended;
  }

  /** Run what is not done, undisturbed. */
  runInPeace(): Promise<ICommandEnd> {
    return this._start().ended;
  }

  /** Processes that belong to the sweep. */
  processes(): Promise<IMarkedProcess[]> {
    return markedProcesses(`TMPDIR=${this._temporary}`);
  }

  /** Files that nobody should find after the end: temporary ones, drafts, leases, claims. */
  async leftOvers(): Promise<string[]> {
    const all = await readdir(this._temporary, { recursive: true });
    const found = [];
    for (const name of all) {
      if (!(await isPythonsTrial(path.join(this._temporary, name)))) {
        found.push(name);
      }
    }
    const names = await readdir(path.join(this._root, 'project'), { recursive: true });
    const isTemporary = (name: string) => /\.draft$|(^|\/)(lease|owner)\.json/.test(name);
    return [...found, ...names.filter(isTemporary)];
  }

  /** What is wrong with the histories and outputs of an automation; [] when every run ended once, and whole. */
  async faults({ folder, count }: { folder: string; count: number }): Promise<string[]> {
    const history = path.join(folder, '.crosscompute/history');
    const done = new Map<string, IRunRecord>();
    const faults: string[] = [];
    for (const id of await readdir(history)) {
      const text = await readFile(path.join(history, id, 'run.json'), 'utf-8').catch(() => null);
      const journal = await readFile(path.join(history, id, 'journal.ndjson'), 'utf-8').catch(
        () => ''
      );
      if (text === null) {
        faults.push(`${id}: no record`);
        continue;
      }
      const record = JSON.parse(text) as IRunRecord;
      faults.push(...journalFaults(record, journal).map(fault => `${id}: ${fault}`));
      if (record.state === 'done') {
        done.set(record.batch.slug, record);
        faults.push(...(await outputFaults(folder, record)).map(fault => `${id}: ${fault}`));
      }
    }
    if (done.size !== count) {
      faults.push(`${done.size} of ${count} batches are done`);
    }
    return faults;
  }

  /** End what is left, and remove the folder. */
  async remove(): Promise<void> {
    for (const { pid } of await this.processes()) {
      killQuietly(pid);
    }
    await rm(this._root, { recursive: true, force: true, maxRetries: 5 });
  }

  private _start(): { child: ChildProcess; ended: Promise<ICommandEnd> } {
    const project = path.join(this._root, 'project');
    const child = spawn(process.execPath, [BUNDLE, 'run', project, '--resume', '--jobs', '4'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TMPDIR: this._temporary,
        CROSSCOMPUTE_PYTHON: this._python,
        PATH: `${path.dirname(this._python)}${path.delimiter}${process.env.PATH ?? ''}`,
        PYTHONPATH: PROJECT_FOLDER
      }
    });
    const ended = new Promise<ICommandEnd>(resolve => {
      const timer = setTimeout(() => child.kill('SIGABRT'), HANG_MS);
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', chunk => (stdout += chunk));
      child.stderr.on('data', chunk => (stderr += chunk));
      child.once('close', (status, signal) => {
        clearTimeout(timer);
        resolve({ status, signal, stdout, stderr });
      });
    });
    let isOver = false;
    const watched = watchParts(this.automations, this.partial, () => isOver);
    const watchedEnd = ended.then(async end => {
      isOver = true;
      await watched;
      return end;
    });
    return { child, ended: watchedEnd };
  }

  private async _kill(server: ChildProcess, victim: Victim): Promise<void> {
    const words: Record<Victim, string> = {
      kernel: 'ipykernel_launcher',
      'fork server': 'fork_server.py',
      Jupyter: 'jupyterlab_crosscompute.private_server',
      server: BUNDLE
    };
    const all = await this.processes();
    const found = all
      .filter(({ command }) => command.includes(words[victim]))
      // Forks look like their parent.
      .filter(({ parent }) => victim !== 'fork server' || parent === server.pid);
    const chosen = found[Math.floor(this.random() * found.length)];
    if (chosen) {
      this.killed.push(victim);
      killQuietly(chosen.pid);
    }
  }

  private async _write(): Promise<void> {
    const project = path.join(this._root, 'project');
    await mkdir(this._temporary, { recursive: true });
    const scripts: Record<keyof ISweepSize, string> = {
      commands: '{command: sh write.sh, protocol: progress, arguments: [n], result: lines}',
      forks: '{path: write.ipynb}',
      kernels: '{path: write.ipynb}'
    };
    const notebook = {
      cells: [
        { cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source: SOURCE }
      ],
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
      nbformat: 4,
      nbformat_minor: 4
    };
    for (const { folder, count } of this.automations) {
      const name = path.basename(folder) as keyof ISweepSize;
      const isolation = name === 'commands' ? 'auto' : name.slice(0, -1);
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'batches.csv'), `n\n${numbers.join('\n')}\n`);
      await writeFile(path.join(folder, 'write.ipynb'), JSON.stringify(notebook));
      await writeFile(path.join(folder, 'write.sh'), `yes "$1" | head -n ${OUTPUT_LINES} > "$2"\n`);
      await writeFile(
        path.join(folder, 'automate.yaml'),
        `crosscompute: 0.9.4
name: ${name}
input: {variables: [{id: n, view: number, path: variables.dictionary}]}
output: {variables: [{id: lines, view: text, path: lines.txt}]}
batches: [{folder: 'batches/{n}', configuration: {path: batches.csv}}]
scripts: [${scripts[name]}]
environment: {isolation: ${isolation}}
`
      );
    }
    const imports = this.automations.map(
      ({ folder }) => `{path: ${path.basename(folder)}/automate.yaml}`
    );
    await writeFile(
      path.join(project, 'automate.yaml'),
      `crosscompute: 0.9.4\nname: All\nimports: [${imports.join(', ')}]\n`
    );
  }

  private get _temporary(): string {
    return path.join(this._root, 'tmp');
  }
}

function journalFaults(record: IRunRecord, text: string): string[] {
  const lines = text.split('\n');
  const faults = lines.pop() === '' ? [] : ['the journal ends within a line'];
  const events = lines.map(
    line => JSON.parse(line) as { seq: number; kind: string; state?: string }
  );
  const ends = events.filter(
    ({ kind, state }) => kind === 'state' && isFinal(state as IRunRecord['state'])
  );
  if (!isFinal(record.state)) {
    faults.push(`it is ${record.state} for ever`);
  }
  if (ends.length !== 1 || events.at(-1) !== ends[0]) {
    faults.push(`it ended ${ends.length} times`);
  } else if (ends[0].state !== record.state) {
    faults.push(`the journal says ${ends[0].state}, the record ${record.state}`);
  }
  if (events.some(({ seq }, index) => seq !== index + 1)) {
    faults.push('numbers of its events are missing or twice there');
  }
  return faults;
}

async function outputFaults(folder: string, record: IRunRecord): Promise<string[]> {
  const expected = linesOf(record.batch.slug);
  const digest = record.outputs['output/lines.txt'] ?? '';
  const stored = path.join(
    folder,
    '.crosscompute/blobs/sha256',
    digest.slice(7, 9),
    digest.slice(9)
  );
  const blob = await readFile(stored, 'utf-8').catch(() => '');
  const file = path.join(folder, record.batch.folder, 'output/lines.txt');
  const shown = await readFile(file, 'utf-8').catch(() => '');
  const faults = [];
  if (blob !== expected || `sha256:${digestOf(blob)}` !== digest) {
    faults.push(`its stored output has ${blob.length} bytes`);
  }
  if (shown !== expected) {
    faults.push(`its output has ${shown.length} bytes`);
  }
  return faults;
}

/** Every Python tries its folder for temporary files out once; one that is killed at that moment leaves the trial there. */
async function isPythonsTrial(file: string): Promise<boolean> {
  const content = await readFile(file, 'utf-8').catch(() => null);
  return /^[a-z0-9_]{8}$/.test(path.basename(file)) && (content === '' || content === 'blat');
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** Fractions from 0 to 1 that only depend on a seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
