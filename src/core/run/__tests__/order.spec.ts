import * as fc from 'fast-check';
import { LANES } from '../lane';
import {
  AGEING_MS,
  effectivePriority,
  findNext,
  orderQueue,
  positionOf,
  positionsInLanes
} from '../order';

const item = (sequence: number, priority: number, queuedAtMs = 0) => ({
  sequence,
  priority,
  queuedAtMs
});

describe('orderQueue()', () => {
  it('puts higher priority first, and first come first served among equals', () => {
    const ordered = orderQueue([item(4, -10), item(3, 10), item(2, 0), item(1, 10)], 0);
    expect(ordered.map(({ sequence }) => sequence)).toEqual([1, 3, 2, 4]);
  });

  it('lets a background run go before newer interactive ones once it has waited long enough', () => {
    const old = item(1, -10, 0);
    const fresh = item(2, 10, 20 * AGEING_MS);
    expect(orderQueue([fresh, old], 19 * AGEING_MS)[0]).toBe(fresh);
    expect(orderQueue([fresh, old], 20 * AGEING_MS)[0]).toBe(old);
  });

  it('never lets waiting overtake a run that was put first', () => {
    const first = item(2, 20, 1e9);
    expect(orderQueue([item(1, 0, 0), first], 1e10)[0]).toBe(first);
  });

  it('orders nothing and one', () => {
    expect(orderQueue([], 0)).toEqual([]);
    expect(orderQueue([item(1, 0)], 0)).toEqual([item(1, 0)]);
  });
});

describe('effectivePriority()', () => {
  it('gains one a minute up to the priority of a person', () => {
    expect(effectivePriority(item(1, 0), AGEING_MS - 1)).toBe(0);
    expect(effectivePriority(item(1, 0), AGEING_MS)).toBe(1);
    expect(effectivePriority(item(1, 0), 1e12)).toBe(10);
    expect(effectivePriority(item(1, 10), 1e12)).toBe(10);
  });

  it('loses nothing when the clock is set back', () => {
    expect(effectivePriority(item(1, 0, 1e6), 0)).toBe(0);
  });
});

describe('findNext() and positionOf()', () => {
  it('agree with the order', () => {
    const items = fc.uniqueArray(
      fc.record({
        sequence: fc.nat(1000),
        priority: fc.constantFrom(-10, 0, 10, 20),
        queuedAtMs: fc.nat(1e6)
      }),
      { selector: ({ sequence }) => sequence, maxLength: 20 }
    );
    fc.assert(
      fc.property(items, fc.nat(2e6), (queue, nowMs) => {
        const ordered = orderQueue(queue, nowMs);
        expect(findNext(queue, nowMs, () => true)).toBe(ordered[0] ?? null);
        ordered.forEach((one, index) => {
          expect(positionOf(one, queue, nowMs)).toBe(index + 1);
        });
      })
    );
  });

  it('passes over what is not eligible', () => {
    const queue = [item(1, 10), item(2, 0)];
    expect(findNext(queue, 0, ({ priority }) => priority === 0)).toBe(queue[1]);
    expect(findNext(queue, 0, () => false)).toBeNull();
  });
});

describe('positionsInLanes()', () => {
  it('are those that each run has among the others of its lane', () => {
    const items = fc.uniqueArray(
      fc.record({
        sequence: fc.nat(1000),
        priority: fc.constantFrom(-10, 0, 10, 20),
        queuedAtMs: fc.nat(1e6),
        lane: fc.constantFrom(...LANES)
      }),
      { selector: ({ sequence }) => sequence, maxLength: 30 }
    );
    fc.assert(
      fc.property(items, fc.nat(2e6), (made, nowMs) => {
        const queue = made.map(one => ({ ...one, id: String(one.sequence) }));
        const positions = positionsInLanes(orderQueue(queue, nowMs));
        for (const one of queue) {
          const others = queue.filter(({ lane }) => lane === one.lane);
          expect(positions.get(one.id)).toBe(positionOf(one, others, nowMs));
        }
      })
    );
  });
});
