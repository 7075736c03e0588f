import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IFindResponse, IRunResource, IRunResponse } from '../core/api';
import { isText, type JournalEvent } from '../core/run/journal';
import { isFinal } from '../core/run/run';
import type { IJupyterPlace } from '../server/engine/place';
import { journalPathOf } from '../server/store/history';
import { until } from './jupyterServer';
import { startLabServer, type ILabServer, type ILabServerOptions } from './labServer';
import { createFolder } from './serverSetUp';

/** Cells of the notebook that `talkingTool` executes, and lines that each prints to both streams. */
export const CELLS = 6;
export const LINES = 4;

/** Servers and kernels start several times, on machines that do much else. */
export const waitFor = (what: string, condition: () => Promise<boolean>) =>
  until(what, condition, 90_000);

/** A tool of a spec. */
export interface ITestTool {
  /** View of its input. Default `string`. */
  view?: string;
  /** Of `environment`, as YAML. */
  environment?: string;
  /** Scripts by name, each the source of the cells of a notebook or a command; the talking notebook when left out. */
  scripts?: Readonly<Record<string, readonly string[] | string>>;
}

/** A cell that says something now and then, and shows something at its end; one waits for a file, one fails, and may. */
const cell = (number: number) => `import json, os, sys, time
from IPython.display import display, HTML
while ${number} == 2 and not os.path.exists("go"):
    time.sleep(0.02)
for line in range(${LINES}):
    print("cell ${number} line", line)
    print("note ${number}", line, file=sys.stderr)
    time.sleep(0.08)
display(HTML("<b>cell ${number}</b>"))
if ${number} == 4:
    raise ValueError("as it may")
if ${number} == ${CELLS - 1}:
    with open(os.environ["CROSSCOMPUTE_OUTPUT_FOLDER"] + "/variables.dictionary", "w") as file:
        json.dump({"total": 7}, file)
${number}`;

/** The cells of a notebook that talks for about 4 seconds, and waits for `goOn` after its second cell. */
export const TALKING = Array.from({ length: CELLS }, (_, number) => cell(number));

function notebookOf(cells: readonly string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
    cells: cells.map((source, number) => ({
      cell_type: 'code',
      id: `cell-${number}`,
      metadata: source.includes('as it may') && number === 4 ? { tags: ['raises-exception'] } : {},
      execution_count: null,
      outputs: [],
      source
    }))
  });
}

function filesOf(name: string, tool: ITestTool): Record<string, string> {
  const { view = 'string', environment, scripts = { [name]: TALKING } } = tool;
  const files: Record<string, string> = {};
  const lines = Object.entries(scripts).map(([script, source]) => {
    if (typeof source === 'string') {
      return `  - command: ${JSON.stringify(source)}`;
    }
    files[`${name}/${script}.ipynb`] = notebookOf(source);
    return `  - path: ${script}.ipynb`;
  });
  return {
    ...files,
    [`${name}/automate.yaml`]: `crosscompute: 0.9.4
name: ${name}
input:
  variables:
    - {id: key, view: ${view}, path: variables.dictionary}
output:
  variables:
    - {id: total, view: number, path: variables.dictionary}
batches:
  - folder: standard
${environment ? `environment: ${environment}\n` : ''}scripts:
${lines.join('\n')}
`,
    [`${name}/standard/input/variables.dictionary`]: '{"key": "correct horse"}'
  };
}

/** Text of a stream, of one script or of all. */
export function textOf(events: readonly JournalEvent[], stream: string, script?: number): string {
  return events
    .flatMap(event =>
      event.kind === 'output' &&
      isText(event) &&
      event.stream === stream &&
      (script ?? event.script) === event.script
        ? event.text
        : []
    )
    .join('');
}

/** What the talking notebook says in total: `cell` on stdout, `note` on stderr. */
export function linesOf(name: 'cell' | 'note'): string {
  return Array.from({ length: CELLS * LINES }, (_, index) => {
    const number = Math.floor(index / LINES);
    return `${name} ${number}${name === 'cell' ? ' line' : ''} ${index % LINES}\n`;
  }).join('');
}

/** How often a server went on with the run of another one. */
export function attachedIn(events: readonly JournalEvent[]): number {
  return events.filter(event => event.kind === 'state' && event.attached).length;
}

/** Tools in a folder with a bundled server that ends and starts again, and the runs that it makes. */
export class LabRuns {
  /** Make the tools and start a server. */
  static async open(
    jupyter: IJupyterPlace,
    tools: Readonly<Record<string, ITestTool>>,
    options: ILabServerOptions = {}
  ): Promise<LabRuns> {
    const files = Object.entries(tools).map(([name, tool]) => filesOf(name, tool));
    const runs = new LabRuns(await createFolder(Object.assign({}, ...files)), jupyter, options);
    await runs.startServer();
    return runs;
  }

  private constructor(
    readonly folder: string,
    private readonly _jupyter: IJupyterPlace,
    private readonly _options: ILabServerOptions
  ) {}

  get server(): ILabServer {
    if (!this._server) {
      throw new Error('there is no server');
    }
    return this._server;
  }

  async startServer(): Promise<void> {
    this._server = await startLabServer(this.folder, this._jupyter, this._options);
  }

  /** Kill the server, and start the next. */
  async restart(): Promise<void> {
    await this.server.kill();
    await this.startServer();
  }

  /** End the server as Jupyter does. */
  async close(): Promise<void> {
    await this.server.close();
  }

  /** Remove all files, after `close`. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  /** Let the run of a tool go on that waits. */
  goOn(name: string): Promise<void> {
    return writeFile(path.join(this.folder, name, 'go'), '');
  }

  /** Ask for the run of a tool. */
  async start(name: string): Promise<LabRun> {
    const asked = { path: `${name}/automate.yaml` };
    const found = await this.server.request<IFindResponse>('POST', '/api/automations/find', asked);
    const body = { automation: found.chosen, batch: 'standard' };
    const { id } = await this.server.request<IRunResponse>('POST', '/api/runs', body);
    return new LabRun(this, name, id);
  }

  private _server: ILabServer | null = null;
}

/** A run of a tool, and what is known of it. */
export class LabRun {
  constructor(
    private readonly _runs: LabRuns,
    readonly name: string,
    readonly id: string
  ) {
    this._journal = journalPathOf(path.join(_runs.folder, name), id);
    this.debug = path.join(_runs.folder, name, 'standard', 'debug');
  }

  /** Absolute folder of its batch's `debug`. */
  readonly debug: string;

  /** Names of what is kept of it. */
  home(): Promise<string[]> {
    return readdir(path.dirname(this._journal));
  }

  async events(): Promise<JournalEvent[]> {
    return (await readFile(this._journal, 'utf-8').catch(() => ''))
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as JournalEvent);
  }

  resource(): Promise<IRunResource> {
    return this._runs.server.request<IRunResource>('GET', `/api/runs/${this.id}`);
  }

  goOn(): Promise<void> {
    return this._runs.goOn(this.name);
  }

  says(text: string): Promise<void> {
    const isSaid = async () => textOf(await this.events(), 'stdout').includes(text);
    return waitFor(`${this.name} says "${text}"`, isSaid);
  }

  async ended(): Promise<IRunResource> {
    await waitFor(`${this.name} is over`, async () => isFinal((await this.resource()).state));
    return this.resource();
  }

  /** Expect numbers without gaps, one end, and nothing that was kept for a server that goes on. */
  async expectEnded(): Promise<JournalEvent[]> {
    const events = await this.events();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const ends = events.filter(event => event.kind === 'state' && isFinal(event.state));
    expect(ends).toEqual(events.slice(-1));
    expect(await this.home()).not.toContain('attach');
    return events;
  }

  /**
   * Expect that the talking notebook said everything once, in order, and other scripts nothing but given text.
   *
   * @param script - its index
   */
  async expectWhole({ script = 0, before = '', after = '' } = {}): Promise<JournalEvent[]> {
    expect(await this.ended()).toMatchObject({ state: 'done', return_code: 0 });
    const { record } = await this.resource();
    expect(Object.keys(record.outputs)).toEqual(['output/variables.dictionary']);
    const events = await this.expectEnded();
    expect(textOf(events, 'stdout')).toBe(before + linesOf('cell') + after);
    expect(textOf(events, 'stdout', script)).toBe(linesOf('cell'));
    expect(textOf(events, 'stderr')).toBe(linesOf('note'));
    const shown = events.flatMap(event =>
      event.kind === 'output' && !isText(event) && event.script === script
        ? `${event.cell} ${event.message.type}`
        : []
    );
    const numbers = Array.from({ length: CELLS }, (_, number) => number);
    expect(shown).toEqual(
      numbers.flatMap(number => [
        `${number} display_data`,
        `${number} ${number === 4 ? 'error' : 'execute_result'}`
      ])
    );
    const entries = events.flatMap(event => (event.kind === 'timing' ? event.entries : []));
    const spans = entries.flatMap(entry =>
      entry.cell === undefined || entry.script !== script ? [] : entry.ph + entry.cell
    );
    expect(spans.sort()).toEqual(['B', 'E'].flatMap(ph => numbers.map(number => ph + number)));
    expect(new Set(entries.map(({ n }) => n)).size).toBe(entries.length);
    for (const { id } of entries) {
      expect(entries.filter(entry => entry.id === id).map(({ ph }) => ph)).toEqual(['B', 'E']);
    }
    expect(await readFile(path.join(this.debug, 'stdout.txt'), 'utf-8')).toBe(
      before + linesOf('cell') + after
    );
    return events;
  }

  private readonly _journal: string;
}
