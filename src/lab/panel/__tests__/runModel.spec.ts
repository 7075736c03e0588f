import type { ITurn } from '../../../core/api';
import type { JournalEntry } from '../../../core/run/journal';
import { FakeEvents, trans, until } from '../../__tests__/fakes';
import { RunModel } from '../runModel';
import { describeLeader, describeRun } from '../runWords';

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
    expect(describeRun(run, trans, 'en')).toBe('cell 3/7 “Fit the model” 64%');
    expect(run.isActive).toBe(true);
  });

  it('says its place in the queue', () => {
    send({ kind: 'state', state: 'queued', position: 3 });
    expect(describeRun(run, trans, 'en')).toBe('Waiting, number 3 in the queue');
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
    events.send('turn:r1', { position: null, seconds: null, isPaused: false, leader: null });
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

  describe('and its turn', () => {
    const turn: ITurn = { position: 3, seconds: null, isPaused: false, leader: null };
    const words = () => describeRun(run, trans, 'en');

    beforeEach(() => send({ kind: 'state', state: 'queued', position: 5 }));

    it('is told with position and time, and why it does not come', () => {
      expect(words()).toBe('Waiting, number 5 in the queue');
      events.send('turn:r1', { ...turn, seconds: { least: 120, most: 300 } });
      expect(words()).toBe('Waiting, number 3 in the queue, about 2 to 5 min');
      events.send('turn:r1', { ...turn, position: 1, seconds: { least: 5, most: 20 } });
      expect(words()).toBe('Waiting to start, about 5 to 20 sec');
      events.send('turn:r1', { ...turn, seconds: { least: 1000, most: 7200 } });
      expect(describeRun(run, trans, 'de')).toBe(
        'Waiting, number 3 in the queue, about 0 to 2 Std.'
      );
      events.send('turn:r1', { ...turn, seconds: { least: 100, most: 101 } });
      const german = Object.assign(Object.create(trans) as typeof trans, {
        getLocale: () => 'de_DE'
      });
      expect(describeRun(run, german)).toBe('Waiting, number 3 in the queue, about 2 Min.');
      events.send('turn:r1', { ...turn, isPaused: true });
      expect(words()).toBe('Paused: new runs wait. Number 3 in the queue');
      events.send('turn:r1', { ...turn, position: 1, isPaused: true });
      expect(words()).toBe('Paused: new runs wait');
      events.send('turn:r1', { error: { code: 'run-unknown' } });
      expect(words()).toBe('Paused: new runs wait');
    });

    it('names whom it follows, and shows what that one does', () => {
      expect(describeLeader(run.turn, trans)).toBe('');
      events.send('turn:r1', { ...turn, leader: { id: 'r0', batch: 'dry', batchName: 'Dry' } });
      expect(describeLeader(run.turn, trans)).toBe(
        'Follows the run of “Dry”: executed once for both.'
      );
      send({ kind: 'state', state: 'running', leader: 'r0' });
      const time = '2026-03-02T09:15:40.000Z';
      const text = { kind: 'output', script: 0, cell: null, stream: 'stdout', text: 'hello\n' };
      const said = { kind: 'progress', fraction: 0.5, message: 'half', source: 'explicit' };
      events.send('tail:r0', { seq: 8, time, ...said });
      events.send('tail:r0', { seq: 9, time, ...text });
      // Told twice, as after a lost connection.
      events.send('tail:r0', { seq: 9, time, ...text });
      expect(words()).toBe('half 50%');
      expect(run.log.lines.map(({ text: line }) => line)).toEqual(['hello']);
      expect(run.status.state).toBe('running');
      // Its work is another one now: it executes itself.
      events.send('turn:r1', turn);
      expect(events.topics.has('tail:r0')).toBe(false);
    });
  });
});
