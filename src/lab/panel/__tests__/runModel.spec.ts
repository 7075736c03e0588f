import type { JournalEntry } from '../../../core/run/journal';
import { FakeEvents, trans, until } from '../../__tests__/fakes';
import { RunModel } from '../runModel';
import { describeRun } from '../runWords';

describe('RunModel', () => {
  let events: FakeEvents;
  let run: RunModel;
  let seq: number;

  beforeEach(() => {
    events = new FakeEvents();
    run = new RunModel('r1', 'standard', true, events);
    seq = 0;
  });

  afterEach(() => run.dispose());

  function send(...entries: JournalEntry[]): void {
    for (const entry of entries) {
      seq += 1;
      events.send('tail:r1', { seq, time: '2026-03-02T09:15:40.000Z', ...entry });
    }
  }

  const begin = (cell: number, name: string): JournalEntry => ({
    kind: 'timing',
    entries: [
      { n: 2, ph: 'B', id: cell + 10, parent: 1, lane: '', name, t: 0, cpu: null, script: 0, cell }
    ]
  });

  const script: JournalEntry = {
    kind: 'timing',
    entries: [
      {
        n: 1,
        ph: 'B',
        id: 1,
        parent: 0,
        lane: '',
        name: 'run.ipynb',
        t: 0,
        cpu: null,
        script: 0,
        cells: 7
      }
    ]
  };

  it('says which cell runs and how far it is', () => {
    send(
      { kind: 'state', state: 'queued', position: 1 },
      { kind: 'state', state: 'running' },
      script,
      begin(4, 'cell 3 “Fit the model”'),
      { kind: 'progress', fraction: 0.64, message: null, source: 'explicit' }
    );
    expect(describeRun(run.status, run.progress, trans, 'en')).toBe('cell 3/7 “Fit the model” 64%');
    expect(run.isActive).toBe(true);
  });

  it('says its place in the queue', () => {
    send({ kind: 'state', state: 'queued', position: 3 });
    expect(describeRun(run.status, run.progress, trans, 'en')).toBe(
      'Waiting, number 3 in the queue'
    );
  });

  it('gathers text for the log, whatever cell it came from', () => {
    send(
      { kind: 'output', script: 0, cell: 0, stream: 'stdout', text: 'a\n' },
      { kind: 'output', script: 0, cell: null, stream: 'stderr', text: 'b\n' }
    );
    expect(run.log.toString()).toBe('a\nb\n');
  });

  it('takes an event that comes twice once', () => {
    send({ kind: 'output', script: 0, cell: 0, stream: 'stdout', text: 'a' });
    seq -= 1;
    send({ kind: 'output', script: 0, cell: 0, stream: 'stdout', text: 'a' });
    expect(run.log.toString()).toBe('a\n');
  });

  it('shows many events with few redraws', async () => {
    let redraws = 0;
    run.changed.connect(() => void (redraws += 1));
    for (let line = 0; line < 1000; line++) {
      send({ kind: 'output', script: 0, cell: 0, stream: 'stdout', text: `${line}\n` });
    }
    await until(() => redraws > 0);
    expect(redraws).toBeLessThan(5);
    expect(run.log.lines).toHaveLength(1000);
  });

  it('tells its end once and listens no more', () => {
    let ends = 0;
    run.ended.connect(() => void (ends += 1));
    send({ kind: 'state', state: 'running' }, { kind: 'state', state: 'done' });
    expect(ends).toBe(1);
    expect(run.isActive).toBe(false);
    expect(events.topics.size).toBe(0);
  });

  it('says why the server does not tell of it', () => {
    events.refuse('tail:r1', 'this run does not exist');
    expect(run.refusal).toBe('this run does not exist');
    expect(run.isActive).toBe(false);
  });

  it('passes over what is no event', () => {
    events.send('tail:r1', 'nonsense');
    events.send('tail:r1', null);
    expect(run.status.state).toBeNull();
  });

  it('listens no more once it is disposed', () => {
    run.dispose();
    run.dispose();
    expect(events.topics.size).toBe(0);
  });
});
