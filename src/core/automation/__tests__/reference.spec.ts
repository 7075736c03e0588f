import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv from 'ajv/dist/2020';
import { parse } from 'yaml';
import { createViewRegistry } from '../../view/registry';
import { VIEW_KEYS } from '../keys/viewKeys';
import { PROBLEM_CODES } from '../problemCodes';
import { PROBLEM_GROUPS } from '../problemTexts';
import { writeReference } from '../reference';
import { createSchema } from '../schema';

const ROOT = path.join(__dirname, '../../../..');
const views = createViewRegistry();

describe('the reference', () => {
  const file = path.join(ROOT, 'docs/format.md');
  const text = writeReference(views);
  if (process.env.WRITE_REFERENCE) {
    fs.writeFileSync(file, text);
  }

  it('is what the tables say; write it anew with `npm run format:reference`', () => {
    expect(fs.readFileSync(file, 'utf8')).toBe(text);
  });

  it('says of every problem when it is reported', () => {
    const told = PROBLEM_GROUPS.flatMap(({ conditions }) => Object.keys(conditions));
    expect(told.sort()).toEqual(Object.keys(PROBLEM_CODES).sort());
  });

  it('says of every key of a view what it means', () => {
    const keys = views.names().flatMap(name => [...(views.get(name)?.configurationKeys ?? [])]);
    expect(keys.filter(key => !VIEW_KEYS[key])).toEqual([]);
  });
});

describe('the JSON Schema', () => {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false }).compile(
    createSchema(views)
  );
  const examples = fs
    .readdirSync(path.join(ROOT, 'examples'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => path.join(ROOT, 'examples', name, 'automate.yaml'))
    .filter(example => fs.existsSync(example));

  it.each(examples.map(example => [path.relative(ROOT, example)]))('takes %s', example => {
    validate(parse(fs.readFileSync(path.join(ROOT, example), 'utf8')));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['0.9', '{crosscompute: 0.9.4, output: null, batches: [{folder: x}, null], x-mine: {a: 1}}'],
    [
      '1.0',
      '{crosscompute: 1.0, tools: [{path: a, aka: b}], presets: [{folder: x}], execution: {concurrency: None, packages: [{uri: x, manager: pip}]}}'
    ]
  ])('takes the words of %s', (_, text) => {
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['{output: {}}', ''],
    ['{crosscompute: 0.9.4, nam: x}', ''],
    ['{crosscompute: 0.9.4, scripts: 5}', '/scripts'],
    ['{crosscompute: 0.9.4, environment: {batch: many}}', '/environment/batch'],
    ['{crosscompute: 0.9.4, input: {variables: [{id: a, view: string}]}}', '/input/variables/0'],
    ['{crosscompute: 0.9.4, display: {buttons: [{id: next}]}}', '/display/buttons/0/id']
  ])('refuses %s', (text, place) => {
    expect(validate(parse(text))).toBe(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toContain(place);
  });

  it('describes the configuration of each view', () => {
    expect(JSON.stringify(createSchema(views))).toContain('"const":"slider"');
  });
});
