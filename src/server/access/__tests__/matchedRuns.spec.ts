import { MatchedRuns } from '../matchedRuns';

describe('MatchedRuns', () => {
  it('finds the answer for a run once, and another one for another question', () => {
    const matched = new MatchedRuns();
    const run = {};
    let looks = 0;
    const ask = (question: object, answer: boolean, asked = run) =>
      matched.answersTo(question).of(asked, () => {
        looks += 1;
        return answer;
      });
    expect(ask({ school: 'north' }, false)).toBe(false);
    expect(ask({ school: 'north' }, true)).toBe(false);
    expect(ask({ school: 'south' }, true)).toBe(true);
    expect(looks).toBe(2);
    expect(ask({ school: 'north' }, true, {})).toBe(true);
    expect(looks).toBe(3);
    for (let other = 0; other < 16; other++) {
      ask({ other }, false);
    }
    expect(ask({ school: 'north' }, true)).toBe(true);
  });
});
