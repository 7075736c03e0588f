import { expressionValue } from '../expressionValue';

describe('expressionValue()', () => {
  it.each([
    ['number', ' 4 ', 4],
    ['number', 4.5, 4.5],
    ['number', '-.5e1', -5],
    ['number', '', undefined],
    ['number', 'many', undefined],
    ['number', '1_000', undefined],
    ['number', true, undefined],
    ['slider', '7', 7],
    ['slider', [3, 7], [3, 7]],
    ['boolean', true, true],
    ['boolean', ' Yes', true],
    ['boolean', 'off', false],
    ['boolean', 'perhaps', undefined],
    ['multiselect', ['a', 'b'], ['a', 'b']],
    ['multiselect', '["a", 2]', ['a', 2]],
    ['multiselect', 'a\r\nb\n', ['a', 'b']],
    ['json', '[1, {"a": 2}, [null]]', [1, '{"a":2}', [null]]],
    ['json', '{"a": 1}', '{"a": 1}'],
    ['json', '[1', '[1'],
    ['string', '4', '4'],
    ['string', 4, '4'],
    ['string', '', ''],
    ['checkbox', 'a\nc', 'a\nc'],
    ['string', null, undefined],
    ['string', undefined, undefined],
    ['map-mapbox-location', { zoom: 1 }, '{"zoom":1}']
  ])('makes of a %s %j: %j', (view, raw, value) => {
    expect(expressionValue(view, raw)).toEqual(value);
  });
});
