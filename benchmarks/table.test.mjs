import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCellSeconds } from './journal.mjs';
import { formatTable, getMedian, getQuantile, isReached } from './table.mjs';

const FASTER = {
  text: 'faster',
  isReached: ({ ours, papermill }) => (papermill === undefined ? null : ours < papermill)
};

function makeRow(values) {
  return { name: 'sweep', unit: 's', values, reach: FASTER };
}

describe('formatTable()', () => {
  it('shows values, ratios and a tick when the reach is kept', () => {
    const text = formatTable([
      makeRow({
        ours: { amount: 2 },
        papermill: { amount: 8 },
        original: { amount: 4 },
        floor: { amount: 1 }
      })
    ]);
    assert.match(text, /2\.00 s +8\.00 s +4\.00 s +– +1\.00 s +× 0\.50 +× 2\.00 +faster +✔/);
  });

  it('shows a cross when it is not kept', () => {
    assert.match(formatTable([makeRow({ ours: { amount: 9 }, papermill: { amount: 8 } })]), /✘$/m);
  });

  it('says below the table why a peer is missing, and does not judge without it', () => {
    const text = formatTable([
      makeRow({ ours: { amount: 2 }, papermill: { reason: 'cannot be installed' } })
    ]);
    assert.match(text, /✘ 1\).* \?$/m);
    assert.match(text, /^1\) sweep, papermill: cannot be installed$/m);
  });

  it('numbers the reasons of several rows', () => {
    const row = makeRow({ ours: { reason: 'a' }, papermill: { reason: 'b' } });
    assert.match(formatTable([row, row]), /^4\) sweep, papermill: b$/m);
  });
});

describe('isReached()', () => {
  it('answers null for what nobody asked for', () => {
    assert.equal(isReached({ ...makeRow({ ours: { amount: 1 } }), reach: null }), null);
  });
});

describe('getMedian()', () => {
  it('takes the middle of an odd number and the mean of the middle of an even one', () => {
    assert.equal(getMedian([3, 1, 2]), 2);
    assert.equal(getMedian([4, 1, 2, 3]), 2.5);
    assert.equal(getMedian([7]), 7);
  });

  it('refuses to make up one', () => {
    assert.throws(() => getMedian([]), RangeError);
  });
});

describe('getQuantile()', () => {
  it('is a value that was measured, and never too small', () => {
    const values = Array.from({ length: 20 }, (_, index) => 20 - index);
    assert.equal(getQuantile(values, 0.5), 10);
    assert.equal(getQuantile(values, 0.95), 19);
    assert.equal(getQuantile([7], 0.95), 7);
    assert.throws(() => getQuantile([], 0.5), RangeError);
  });
});

describe('readCellSeconds()', () => {
  const timing = entries => JSON.stringify({ seq: 1, kind: 'timing', entries });

  it('spans from the first begin to the last end of cells, and leaves scripts out', () => {
    const text = [
      timing([{ ph: 'B', t: 0, script: 0 }]),
      timing([
        { ph: 'B', t: 1_000_000, cell: 0 },
        { ph: 'E', t: 1_200_000, cell: 0 }
      ]),
      '{"seq": 3, "kind": "output", "cell": 1, "stream": "stdout", "text": "x"}',
      timing([
        { ph: 'B', t: 1_200_000, cell: 1 },
        { ph: 'E', t: 1_500_000, cell: 1 }
      ]),
      timing([{ ph: 'E', t: 9_000_000, script: 0 }]),
      ''
    ].join('\n');
    assert.equal(readCellSeconds(text), 0.5);
  });

  it('does not take a run without cells for a fast one', () => {
    assert.throws(() => readCellSeconds(''), /no cell/);
  });
});
