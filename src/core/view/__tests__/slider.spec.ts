import { checkBy, parseBy, renderBy } from './renderView';

describe('slider', () => {
  it('takes whole numbers from 0 to 100 unless it is told otherwise', () => {
    expect(parseBy('slider', ' 42 ')).toBe(42);
    expect(parseBy('range', 100)).toBe(100);
    expect(parseBy('slider', 101)).toBe('refused: must be at most 100');
    expect(parseBy('slider', -1)).toBe('refused: must be at least 0');
    expect(parseBy('slider', 1.5)).toBe('refused: must be a whole number');
    expect(parseBy('slider', 1.5, { step: 0.5, max: 2 })).toBe(1.5);
    expect(parseBy('slider', '')).toBe('refused: must be a number');
  });

  it('takes two numbers in their order where two are asked for', () => {
    const two = { two: true };
    expect(parseBy('slider', [3, '7'], two)).toEqual([3, 7]);
    expect(parseBy('slider', '[3, 7]', two)).toEqual([3, 7]);
    expect(parseBy('slider', '3, 7', two)).toEqual([3, 7]);
    expect(parseBy('slider', [7, 3], two)).toMatch(/^refused: the first number must not be above/);
    expect(parseBy('slider', 5, two)).toBe('refused: must be two numbers, such as [3, 7]');
    expect(parseBy('slider', '3, x', two)).toBe('refused: "x" is not a number');
    expect(parseBy('slider', [3, 700], two)).toBe('refused: must be at most 100');
    expect(parseBy('slider', [3, 7])).toMatch(/^refused/);
  });

  it('has a box and a slider for each number, named', () => {
    const one = renderBy('slider', 'input', 5, { configuration: { unit: 'mm', max: 9 } });
    expect(one.match(/aria-label="Some label"/g)).toHaveLength(2);
    expect(one).toMatch(/type="range"[^>]* max="9" value="5"/);
    expect(one).toContain('<span class="_unit">mm</span>');
    const two = renderBy('slider', 'input', [3, 7], { configuration: { two: true } });
    expect(two.match(/aria-label="Some label: from"/g)).toHaveLength(2);
    expect(two.match(/aria-label="Some label: to"/g)).toHaveLength(2);
  });

  it('shows the number with a bar', () => {
    expect(renderBy('slider', 'output', 25, { configuration: { unit: '%' } })).toMatch(
      />25 <span class="_unit">%<\/span> <svg class="_bar" aria-hidden="true"> <rect x="0%" width="25%"/
    );
    expect(renderBy('slider', 'output', [20, 50])).toMatch(/>20 – 50 <svg.* x="20%" width="30%"/);
    expect(renderBy('slider', 'output', 'high')).not.toContain('<svg');
  });

  it('says when its limits make no slider', () => {
    expect(checkBy('slider', { min: 100 })).toEqual([
      'max: a slider needs "min" below "max"; they are 100 and 100'
    ]);
    expect(checkBy('slider', { two: 1, step: 0 })).toEqual([
      'step: configuration "step" must be above 0',
      'two: configuration "two" must be true or false'
    ]);
  });
});
