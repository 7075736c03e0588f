import { EMPTY_STATE, panelStateToJson, readPanelState } from '../panelState';

describe('readPanelState()', () => {
  it('reads what was saved', () => {
    const state = { ...EMPTY_STATE, path: 'a/run.ipynb', tab: 'live' as const, isOwnRun: true };
    expect(readPanelState(panelStateToJson(state))).toEqual(state);
  });

  it('has defaults for what is missing or wrong', () => {
    expect(readPanelState({})).toEqual(EMPTY_STATE);
    expect(readPanelState({ tab: 'timeline', run: 7, isOwnRun: 'yes' })).toEqual(EMPTY_STATE);
  });
});
