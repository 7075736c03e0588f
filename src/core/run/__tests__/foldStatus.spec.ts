import { foldStatus, initialStatus } from '../foldStatus';
import { numberEvents } from './arbitraryJournal';

describe('foldStatus()', () => {
  it('tells the story of a failed run', () => {
    const error = { code: 'command-failed' as const, message: 'Exited with code 3' };
    const events = numberEvents([
      { kind: 'state', state: 'queued', position: 3, asker: 'ana' },
      { kind: 'state', state: 'queued', asker: 'Zoë' },
      { kind: 'state', state: 'running' },
      { kind: 'state', state: 'running', asker: 'ana' },
      { kind: 'state', state: 'failed', return_code: 3, error }
    ]);
    const queued = events.slice(0, 2).reduce(foldStatus, initialStatus);
    expect(queued).toMatchObject({ state: 'queued', position: 3, askers: ['ana', 'Zoë'] });
    expect(events.reduce(foldStatus, initialStatus)).toEqual({
      state: 'failed',
      error,
      returnCode: 3,
      queued: events[0].time,
      started: events[2].time,
      ended: events[4].time,
      position: null,
      askers: ['ana', 'Zoë'],
      isAttached: false,
      seq: 5
    });
  });

  it('never leaves a final state', () => {
    const events = numberEvents([
      { kind: 'state', state: 'done', return_code: 0 },
      { kind: 'state', state: 'running' },
      { kind: 'state', state: 'failed', return_code: 1 }
    ]);
    expect(events.reduce(foldStatus, initialStatus)).toMatchObject({
      state: 'done',
      returnCode: 0,
      ended: events[0].time
    });
  });

  it('tells of a run that another server goes on with', () => {
    const events = numberEvents([
      { kind: 'state', state: 'running' },
      { kind: 'state', state: 'running', attached: true },
      { kind: 'state', state: 'running', asker: 'ana' }
    ]);
    const attached = events.map((_, count) =>
      events.slice(0, count + 1).reduce(foldStatus, initialStatus)
    );
    expect(attached.map(({ isAttached }) => isAttached)).toEqual([false, true, true]);
    expect(attached[2].started).toBe(events[0].time);
  });

  it('ignores an event that comes twice', () => {
    const [event] = numberEvents([{ kind: 'state', state: 'running' }]);
    const once = foldStatus(initialStatus, event);
    expect(foldStatus(once, event)).toBe(once);
  });
});
