import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** A call of the fake. */
export interface IPodmanRecord {
  words: string[];
  environment: Record<string, string>;
}

/** What a fake does at a call, by the first word: prints, then ends or waits to be killed. */
export interface IFakeAnswer {
  output?: string;
  error?: string;
  code?: number;
  /** Goes on until something kills it, and minds neither SIGINT nor SIGTERM. */
  hangs?: boolean;
}

/** A program called `podman` that records how it is called, and does what a spec says. */
export class FakePodman {
  private constructor(
    /** Folder of the program, to be put on PATH. */
    readonly folder: string
  ) {}

  static async create(): Promise<FakePodman> {
    const fake = new FakePodman(await mkdtemp(path.join(tmpdir(), 'crosscompute-podman-')));
    const program = path.join(fake.folder, 'podman');
    // A first line takes no path with a blank, such as that of a project's own Node.
    const node = path.join(fake.folder, 'node');
    await symlink(process.execPath, node);
    await writeFile(program, `#!${node}\n${PROGRAM}`);
    await chmod(program, 0o755);
    await fake.answer({});
    return fake;
  }

  /** Environment in which it is found before any other. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${this.folder}${path.delimiter}${process.env.PATH ?? ''}` };
  }

  /** Say what it does, by the first word; what is left out ends well, and a build is found afterwards. */
  async answer(answers: Readonly<Record<string, IFakeAnswer>>): Promise<void> {
    await writeFile(path.join(this.folder, 'answers.json'), JSON.stringify(answers));
  }

  /** How it was called, in order. */
  async records(first?: string): Promise<IPodmanRecord[]> {
    const text = await readFile(path.join(this.folder, 'records'), 'utf8').catch(() => '');
    const records = text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as IPodmanRecord);
    return records.filter(({ words }) => first === undefined || words[0] === first);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The id of every image that it has built. */
export const FAKE_IMAGE = '1'.repeat(64);

const PROGRAM = `
const fs = require('node:fs');
const words = process.argv.slice(2);
const file = name => __dirname + '/' + name;
fs.appendFileSync(file('records'), JSON.stringify({ words, environment: process.env }) + '\\n');
const answer = JSON.parse(fs.readFileSync(file('answers.json'), 'utf8'))[words[0]] ?? {};
fs.writeSync(1, answer.output ?? '');
fs.writeSync(2, answer.error ?? '');
if (words[0] === 'build' && !answer.code && !answer.hangs) {
  fs.writeFileSync(file('built'), '');
}
if (words[0] === 'images' && fs.existsSync(file('built'))) {
  fs.writeSync(1, '${FAKE_IMAGE}\\n');
}
if (answer.hangs) {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => words[0] === 'build' && process.exit(1));
  setInterval(() => undefined, 1000);
} else {
  process.exit(answer.code ?? 0);
}
`;
