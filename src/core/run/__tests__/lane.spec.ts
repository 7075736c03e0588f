import { laneOf } from '../lane';

describe('laneOf()', () => {
  it('is what the record says, and that of runs for what says nothing, or nothing that we know', () => {
    expect(laneOf({ lane: 'media' })).toBe('media');
    expect(laneOf({ lane: 'run' })).toBe('run');
    expect(laneOf({})).toBe('run');
    expect(laneOf({ lane: 'of a later version' })).toBe('run');
  });
});
