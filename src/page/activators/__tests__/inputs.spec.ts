import { createVariable } from '../../../core/template/__tests__/sample';
import type { JsonObject, JsonValue } from '../../../core/json';
import { activatorContract, createPlace, type IActivatorSample } from './activatorContract';
import { colorActivator } from '../color';
import { dateActivator, datetimeActivator, timeActivator } from '../moment';
import {
  booleanActivator,
  multiselectActivator,
  selectActivator,
  sliderActivator
} from '../widgets';

const options = Array.from({ length: 30 }, (_, index) => ({
  value: `v${index}`,
  name: `Name ${index}`
}));

function inputOf(view: string, value: JsonValue, configuration: JsonObject = {}): IActivatorSample {
  const variables = [createVariable('input', 'x', view, { configuration })];
  return { step: 'input', sample: { variables, values: { x: value } } };
}

function outputOf(view: string, value: string, configuration: JsonObject = {}): IActivatorSample {
  const variables = [createVariable('output', 'x', view, { configuration })];
  return { step: 'output', sample: { variables, values: { x: value } } };
}

activatorContract(selectActivator, [inputOf('select', 'v1', { options })]);
activatorContract(multiselectActivator, [inputOf('multiselect', ['v1', 'v2'], { options })]);
activatorContract(sliderActivator, [
  inputOf('slider', 5),
  inputOf('slider', [1, 2], { two: true })
]);
activatorContract(booleanActivator, [inputOf('boolean', true)]);
activatorContract(colorActivator, [inputOf('color', '#123456', { suggestions: ['#ffffff'] })]);
activatorContract(datetimeActivator, [
  inputOf('datetime', '2026-01-31T08:30:00+01:00'),
  inputOf('datetime', '2026-01-31T08:30:00+01:00', { timezone: 'Asia/Kolkata' })
]);

describe('dates and times', () => {
  it.each([
    [dateActivator, outputOf('date', '2026-01-31'), 'January 31, 2026'],
    [timeActivator, outputOf('time', '08:30'), '8:30'],
    [
      datetimeActivator,
      outputOf('datetime', '2026-01-31T08:30:00+01:00', { timezone: 'Asia/Kolkata' }),
      '1:00'
    ]
  ])('are written as the reader does, and again as they were: %#', async (one, sample, text) => {
    const { place, context } = await createPlace(sample);
    const markup = document.body.innerHTML;
    const activated = one.activate(place.element, context);
    expect(place.element.textContent).toContain(text);
    expect(place.element.title).toBe(sample.sample.values?.x);
    activated?.dispose();
    expect(document.body.innerHTML).toBe(markup);
  });

  it('leave alone what is no date', async () => {
    const { place, context } = await createPlace(outputOf('date', 'soon'));
    expect(dateActivator.activate(place.element, context)).toBeNull();
  });
});
