import type { JsonObject } from '../../json';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { StepName } from '../../automation/automation';
import { renderStep } from '../stepPage';
import { createRequest, createVariable, type ISample } from './sample';

const INPUT = path.join(__dirname, 'input');
const OUTPUT = path.join(__dirname, 'output');
const OPTIONS: JsonObject = { options: [{ value: 'a', name: 'Ä & <b>' }, { value: 'b' }] };

const SAMPLE: ISample = {
  variables: [
    createVariable('input', 'guests', 'number', { configuration: { min: 1, unit: 'people' } }),
    createVariable('input', 'choice', 'radio', { configuration: OPTIONS }),
    createVariable('input', 'extras', 'checkbox', { configuration: { ...OPTIONS, help: 'Any' } }),
    createVariable('input', 'remark', 'text', { label: '' }),
    createVariable('input', 'document', 'file', { path: 'document.pdf' }),
    createVariable('input', 'secret', 'password', { path: 'ENVIRONMENT' }),
    createVariable('output', 'amount', 'number', { label: 'How <much>' }),
    createVariable('output', 'name', 'string', { label: '' }),
    createVariable('output', 'note', 'markdown', { path: 'note.md' }),
    createVariable('output', 'town name', 'string')
  ],
  values: {
    guests: 4,
    choice: 'b',
    extras: 'a',
    remark: '\n</textarea><b>{ amount }</b>',
    amount: 3.5,
    name: 'NEW <i>york</i> { amount }',
    note: '**bold** <script>evil()</script>',
    'town name': 'Étretat'
  },
  data: { document: { kind: 'file', name: 'a "b".pdf', type: 'application/pdf', size: 1234567 } }
};

/** Digests depend on everything; what they are does not matter here. */
function normalize(markup: string): string {
  return markup.replace(/(data-stamp="|[?&]v=)[0-9a-f]{16}/g, '$1STAMP').trimEnd() + '\n';
}

describe('renderStep()', () => {
  const names = fs.readdirSync(INPUT).filter(name => name.endsWith('.md'));

  it.each(names)('renders %s', async name => {
    const step = name.split('.')[1] as StepName;
    const template = fs.readFileSync(path.join(INPUT, name), 'utf-8');
    const rendered = await renderStep(createRequest(step, { ...SAMPLE, templates: [template] }));
    const actual = normalize(rendered.html);
    const file = path.join(OUTPUT, name.replace(/\.md$/, '.html'));
    const changed = file.replace(/\.html$/, '-changed.html');
    if (!fs.existsSync(file)) {
      expect(process.env.CI ?? '').toBe('');
      fs.writeFileSync(file, actual);
    }
    const expected = fs.readFileSync(file, 'utf-8');
    if (actual === expected) {
      fs.rmSync(changed, { force: true });
    } else {
      fs.writeFileSync(changed, actual);
    }
    expect(actual).toBe(expected);
  });
});
