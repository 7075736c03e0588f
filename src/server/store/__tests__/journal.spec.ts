import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { JournalEntry, JournalEvent } from '../../../core/run/journal';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { createLog } from '../../log';
import { systemClock } from '../clock';
import { ensureRunFolder, journalPathOf } from '../history';
import { readJournal, recoverJournal } from '../journalFile';
import { Journals } from '../journals';

const ID = 'a'.repeat(32);
let automationFolder: string;
let file: string;
let journals: Journals;
let clock: HandTurnedClock;

beforeEach(async () => {
  automationFolder = await fs.mkdtemp(path.join(tmpdir(), 'journal-'));
  await ensureRunFolder(automationFolder, ID);
  file = journalPathOf(automationFolder, ID);
  clock = new HandTurnedClock();
  journals = new Journals(clock, createLog('silent'));
});
afterEach(async () => {
  await journals.closeAll();
  await fs.rm(automationFolder, { recursive: true });
});

const place = () => ({ id: ID, automationFolder });
const text = (value: string): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell: null,
  stream: 'stdout',
  text: value
});
const progress = (fraction: number): JournalEntry => ({
  kind: 'progress',
  fraction,
  message: null,
  source: 'explicit'
});
const DONE: JournalEntry = { kind: 'state', state: 'done', return_code: 0 };

async function events(): Promise<JournalEvent[]> {
  const all: JournalEvent[] = [];
  for await (const { event } of readJournal(file)) {
    all.push(event);
  }
  return all;
}

describe('JournalWriter', () => {
  it('numbers events from 1 in the order in which they were appended', async () => {
    const writer = await journals.open(place());
    for (let index = 0; index < 1200; index++) {
      writer.append(text(`line ${index}\n`));
    }
    await writer.flush();
    const all = await events();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(all).toHaveLength(1200);
    expect(all[1199]).toMatchObject({
      time: '2026-03-02T09:15:00.000Z',
      text: 'line 1199\n'
    });
  });

  it('goes on after the last whole line of a journal that was torn', async () => {
    await fs.writeFile(
      file,
      '{"seq":1,"time":"t","kind":"state","state":"queued"}\n{"seq":2,"time":"t","ki'
    );
    const writer = await journals.open(place());
    writer.append(text('é'));
    await writer.flush();
    expect((await events()).map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await fs.readFile(file, 'utf-8')).split('\n')).toHaveLength(3);
  });

  it('writes at most ten progress events a second, the newest wins, and none twice', async () => {
    const writer = await journals.open(place());
    for (let step = 1; step <= 50; step++) {
      writer.append(progress(step / 100));
    }
    writer.append(progress(0.5));
    clock.turn(100);
    writer.append(progress(0.5));
    clock.turn(1_000);
    writer.append(progress(0.6));
    writer.append(progress(0.7));
    writer.append(DONE);
    await writer.flush();
    const all = await events();
    expect(all.map(event => (event.kind === 'progress' ? event.fraction : event.kind))).toEqual([
      0.01,
      0.5,
      0.6,
      0.7,
      'state'
    ]);
  });

  it('keeps lines short: text is cut between letters, outputs go to the store', async () => {
    const writer = await journals.open(place());
    const long = '😀'.repeat(200_000);
    const html = '<p>'.repeat(200_000);
    writer.append(text(long));
    writer.append({
      kind: 'output',
      script: 0,
      cell: 1,
      message: { type: 'display_data', content: { data: { 'text/html': html } } }
    });
    writer.append({ ...(progress(0.5) as object), message: 'x'.repeat(600) } as JournalEntry);
    await writer.flush();
    const lines = (await fs.readFile(file, 'utf-8')).split('\n');
    expect(Math.max(...lines.map(line => Buffer.byteLength(line)))).toBeLessThan(256 * 1024);
    const stored = (await events()).find(event => event.kind === 'output' && 'message' in event);
    expect(stored).toMatchObject({
      message: { content: { blob: expect.stringMatching(/^sha256:/), bytes: expect.any(Number) } }
    });
    const read = [];
    for await (const event of journals.read(place())) {
      read.push(event);
    }
    const joined = read.map(event => ('text' in event ? event.text : '')).join('');
    expect(joined).toBe(long);
    expect(JSON.stringify(read)).toContain(html);
    expect(read[read.length - 1]).toMatchObject({ message: `${'x'.repeat(499)}…` });
  });

  it('drops what is appended after it was closed', async () => {
    const writer = await journals.open(place());
    writer.append(text('a'));
    await journals.close(ID);
    writer.append(text('b'));
    await writer.flush();
    expect(await events()).toHaveLength(1);
  });

  it('tells of an error, drops what follows, and can be tried again', async () => {
    const writer = await journals.open(place());
    const heard = new Promise(resolve => journals.onWriteError(ID, resolve));
    await fs.rm(path.dirname(file), { recursive: true });
    writer.append(text('a'));
    await writer.flush();
    expect(await heard).toMatchObject({ code: 'ENOENT' });
    await fs.mkdir(path.dirname(file));
    writer.append(text('dropped'));
    await writer.flush();
    writer.clearError();
    writer.append(DONE);
    await writer.flush();
    expect(writer.error).toBeNull();
    expect(await events()).toMatchObject([{ seq: 1, state: 'done' }]);
  });
});

describe('follow()', () => {
  /** Follow until the end; the sequence numbers in the order of delivery. */
  const follow = (after: number, isOver = false, isTail = false) => {
    const seen: number[] = [];
    let end = () => undefined as void;
    const ended = new Promise<void>(resolve => {
      end = resolve;
    });
    const gaps: number[] = [];
    const take = (event: JournalEvent) => {
      seen.push(event.seq);
      if ('isAfterGap' in event) {
        gaps.push(event.seq);
      }
    };
    const subscription = journals.follow(place(), { after, isOver, isTail }, take, end);
    return { seen, gaps, ended, subscription };
  };

  it('delivers each event once to readers who come while a run writes fast', async () => {
    journals = new Journals(systemClock, createLog('silent'));
    const writer = await journals.open(place());
    const readers = [];
    for (let round = 0; round < 40; round++) {
      for (let index = 0; index < 100; index++) {
        writer.append(text(`${round} ${index} ${'x'.repeat(50)}\n`));
      }
      // Nobody knows of an event that is not written yet; on a slow disk there are none in the first rounds.
      const after = Math.min(round, writer.seq);
      readers.push({ after, ...follow(after) });
      await new Promise(resolve => setImmediate(resolve));
    }
    writer.append(DONE);
    for (const { after, seen, ended } of readers) {
      await ended;
      expect(seen).toEqual(Array.from({ length: 4001 - after }, (_, index) => after + index + 1));
    }
  });

  it('leaves out the begin of long text for who wants the tail, and says so', async () => {
    const writer = await journals.open(place());
    const fill = (lines: number) => {
      for (let line = 0; line < lines; line++) {
        writer.append(text(`${'x'.repeat(10_000)}\n`));
      }
    };
    fill(10);
    writer.append(progress(0.5));
    fill(100);
    writer.append(progress(0.7));
    fill(1);
    await writer.flush();
    const { seen, gaps, ended } = follow(0, false, true);
    const late = follow(50, false, true);
    writer.append(text('more\n'));
    writer.append(DONE);
    await Promise.all([ended, late.ended]);
    const first = gaps[0];
    // 256 KiB are at least 25 of these lines.
    expect(first).toBeGreaterThan(80);
    expect(first).toBeLessThan(90);
    const rest = Array.from({ length: 116 - first }, (_, index) => first + index);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...rest]);
    expect(gaps).toEqual([first]);
    expect(late.seen).toEqual(rest);
    expect(late.gaps).toEqual([first]);
  });

  it('tells nothing before it has returned, and nothing after it was disposed', async () => {
    const writer = await journals.open(place());
    writer.append(text('a'));
    await writer.flush();
    const { seen, subscription } = follow(0);
    expect(seen).toEqual([]);
    subscription.dispose();
    writer.append(DONE);
    await writer.flush();
    await new Promise(resolve => setImmediate(resolve));
    expect(seen).toEqual([]);
  });

  it('ends at once for a run that is over, even one whose journal is gone', async () => {
    const { seen, ended } = follow(0, true);
    await ended;
    expect(seen).toEqual([]);
  });

  it('goes on for the others when one listener fails', async () => {
    const writer = await journals.open(place());
    const { seen, ended } = follow(0);
    journals.follow(
      place(),
      { after: 0, isOver: false },
      () => {
        throw new Error('a reader that fails');
      },
      () => undefined
    );
    writer.append(text('a'));
    await writer.flush();
    writer.append(DONE);
    await ended;
    expect(seen).toEqual([1, 2]);
  });

  it('delivers the rest to a reader whose number the disk has lost', async () => {
    const writer = await journals.open(place());
    writer.append(text('a'));
    await writer.flush();
    const { seen, ended } = follow(500);
    await new Promise(resolve => setImmediate(resolve));
    while (!seen.length) {
      writer.append(text('b'));
      await writer.flush();
      await new Promise(resolve => setImmediate(resolve));
    }
    writer.append(DONE);
    await ended;
    expect(seen[0]).toBeGreaterThan(1);
  });
});

describe('recoverJournal()', () => {
  it('finds the end of a journal, of an empty one and of none', async () => {
    expect(await recoverJournal(file)).toEqual({ seq: 0, bytes: 0, last: null });
    await fs.writeFile(file, '');
    expect(await recoverJournal(file)).toEqual({ seq: 0, bytes: 0, last: null });
    await fs.writeFile(file, '{"seq":7,"time":"t","kind":"state","state":"done"}\nnot json\n');
    expect(await recoverJournal(file)).toMatchObject({ seq: 7, last: { state: 'done' } });
    expect(await fs.readFile(file, 'utf-8')).not.toContain('not json');
  });

  it('passes over events that folds could not read', async () => {
    const bad = ['{"kind":"output"}', '{"seq":1,"time":"","kind":"output","message":3}', '[]', '3'];
    await fs.writeFile(file, `${bad.join('\n')}\n`);
    expect(await events()).toEqual([]);
  });
});
