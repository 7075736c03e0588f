import type { KernelMessage } from '@jupyterlab/services';
import type { JournalEntry } from '../../../core/run/journal';
import { createLog } from '../../log';
import type { IRequestHandler } from '../kernelSession';
import type { IScriptRequest } from '../requestFailure';
import { RequestSequence } from '../requestSequence';
import { ScriptJournal } from '../scriptJournal';

/** Says what a kernel would say, in the order that a spec wants. */
class TestSession {
  readonly contents: KernelMessage.IExecuteRequestMsg['content'][] = [];

  execute(content: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): void {
    this.contents.push(content);
    this._handlers.push(handler);
  }

  say(request: number, type: string, content: object): void {
    const message = { header: { msg_type: type, date: '' }, content };
    this._handlers[request].onOutput(message as unknown as KernelMessage.IIOPubMessage);
  }

  reply(request: number, content: object = { status: 'ok' }): void {
    const message = { header: { msg_type: 'execute_reply', date: '' }, content };
    this._handlers[request].onReply(message as unknown as KernelMessage.IExecuteReplyMsg);
  }

  /** All that a kernel says beside its reply. */
  work(request: number, count: number, text: string): void {
    this.say(request, 'status', { execution_state: 'busy' });
    this.say(request, 'execute_input', { execution_count: count });
    this.say(request, 'stream', { name: 'stdout', text });
    this.say(request, 'status', { execution_state: 'idle' });
  }

  private readonly _handlers: IRequestHandler[] = [];
}

describe('RequestSequence', () => {
  let session: TestSession;
  let entries: JournalEntry[];

  beforeEach(() => {
    session = new TestSession();
    entries = [];
  });

  const cell = (index: number): IScriptRequest => ({
    code: `cell ${index}`,
    role: 'author',
    cell: { index, number: index + 1, name: `cell ${index + 1}` },
    allowsError: false
  });
  const own = (role: 'prelude' | 'epilogue'): IScriptRequest => ({
    code: role,
    role,
    cell: null,
    allowsError: false
  });
  const start = (requests: IScriptRequest[], isPipelined = true) => {
    const journal = new ScriptJournal({
      index: 0,
      script: {
        kind: 'notebook',
        path: 'run.ipynb',
        kernel: null,
        folder: '.',
        position: { file: '', line: 1, column: 1 }
      },
      emit: entry => entries.push(entry)
    });
    journal.beginScript('run.ipynb');
    const log = createLog('silent');
    const sequence = new RequestSequence(requests, { session, journal, log, isPipelined });
    const ended = sequence.run().then(end => {
      journal.endScript({ isOk: end === null });
      return end;
    });
    return { sequence, ended };
  };
  const texts = () =>
    entries.flatMap(entry =>
      entry.kind === 'output' && 'text' in entry ? [[entry.cell, entry.text]] : []
    );
  const counts = () =>
    entries.flatMap(entry =>
      entry.kind === 'timing'
        ? entry.entries.flatMap(each =>
            each.ph === 'E' && each.cell !== undefined ? [each.execution_count] : []
          )
        : []
    );

  it('waits for outputs that come after all replies', async () => {
    const { ended } = start([own('prelude'), cell(0), cell(1), own('epilogue')]);
    [0, 1, 2, 3].forEach(request => session.reply(request));
    session.work(0, 0, 'of ours');
    session.work(1, 1, 'first\n');
    session.work(2, 2, 'second\n');
    session.say(3, 'status', { execution_state: 'idle' });
    expect(await ended).toBeNull();
    expect(texts()).toEqual([
      [0, 'first\n'],
      [1, 'second\n']
    ]);
    expect(counts()).toEqual([1, 2]);
  });

  it('keeps what a failed cell said, although the replies of all cells came before', async () => {
    const { ended } = start([cell(0), cell(1), own('epilogue')]);
    session.reply(0, { status: 'error', ename: 'ValueError', evalue: 'bad', traceback: [] });
    session.reply(1, { status: 'aborted' });
    session.reply(2, { status: 'aborted' });
    session.work(0, 1, 'last words\n');
    expect(await ended).toMatchObject({ name: 'ValueError', value: 'bad' });
    expect(texts()).toEqual([[0, 'last words\n']]);
    expect(counts()).toEqual([1]);
  });

  it('goes on when the end of a request got lost, as the kernel works on the next', async () => {
    const { sequence, ended } = start([cell(0), cell(1)]);
    session.say(0, 'execute_input', { execution_count: 1 });
    session.reply(0);
    expect(sequence.current?.code).toBe('cell 0');
    session.say(1, 'status', { execution_state: 'busy' });
    expect(sequence.current?.code).toBe('cell 1');
    session.say(1, 'status', { execution_state: 'idle' });
    session.reply(1);
    expect(await ended).toBeNull();
    expect(counts()).toEqual([1]);
  });

  it('goes on after a silence when the last words of all got lost', async () => {
    jest.useFakeTimers();
    try {
      const { ended } = start([cell(0), cell(1)]);
      session.reply(0);
      session.reply(1);
      jest.advanceTimersByTime(60_000);
      expect(await ended).toBeNull();
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks silently where nothing follows, and openly where an error must stop the rest', () => {
    start([own('prelude'), cell(0), own('epilogue')]);
    expect(session.contents.map(({ silent }) => silent)).toEqual([false, false, true]);
    session = new TestSession();
    start([own('prelude'), cell(0)], false);
    expect(session.contents.map(({ silent }) => silent)).toEqual([true]);
  });
});
