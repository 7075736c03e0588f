import { joinHtml } from '../../view/html';
import type { IView } from '../../view/view';
import { InputProblem } from '../../view/view';
import type { IViewSource } from '../readContext';

const nothing = () => joinHtml([]);

/** A view with as little as specs of configurations and batches need. */
function fakeView(name: string, overrides: Partial<IView> = {}): IView {
  return {
    name,
    refresh: 'inline',
    acceptsEmpty: true,
    isInline: true,
    configurationKeys: [],
    parse: raw => {
      if (typeof raw !== 'string' && typeof raw !== 'number') {
        throw new InputProblem('it must be text.');
      }
      return String(raw);
    },
    input: nothing,
    output: nothing,
    ...overrides
  };
}

const VIEWS: readonly IView[] = [
  fakeView('string', { configurationKeys: ['suggestions'] }),
  fakeView('text', { aliases: ['prose'] }),
  fakeView('password', { isSecret: true }),
  fakeView('number', {
    acceptsEmpty: false,
    configurationKeys: ['min', 'max'],
    parse: raw => {
      const value =
        typeof raw === 'number' ? raw : Number(typeof raw === 'string' && raw ? raw : NaN);
      if (!Number.isFinite(value)) {
        const written = typeof raw === 'string' ? raw : JSON.stringify(raw);
        throw new InputProblem(`"${written}" is not a number`);
      }
      return value;
    },
    check: configuration =>
      'min' in configuration && typeof configuration.min !== 'number'
        ? [{ key: 'min', severity: 'error', message: '"min" must be a number' }]
        : []
  }),
  fakeView('radio', {
    configurationKeys: ['options'],
    check: ({ options }) =>
      (Array.isArray(options) ? options : []).flatMap((option, index) =>
        option !== null && typeof option === 'object' && 'value' in option
          ? []
          : [{ key: `options.${index}`, severity: 'warning' as const, message: 'no value' }]
      )
  }),
  fakeView('file', { acceptsEmpty: false, parse: raw => raw }),
  fakeView('json', { parse: raw => raw }),
  fakeView('image', { parse: undefined, input: undefined })
];

/** Views by name, as a registry gives them. */
export const fakeViews: IViewSource = {
  get: name => VIEWS.find(view => view.name === name || view.aliases?.includes(name)),
  names: () => VIEWS.map(({ name }) => name)
};
