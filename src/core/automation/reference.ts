import type { Key, KeyTable } from './keys/key';
import { KEYS } from './keys/keys';
import { COMMON_VIEW_KEYS, VIEW_KEYS } from './keys/viewKeys';
import type { ProblemCode } from './problemCodes';
import { PROBLEM_CODES } from './problemCodes';
import { PROBLEM_GROUPS } from './problemTexts';
import type { IViewSource } from './readContext';

const INTRODUCTION = `# The format of a configuration

<!-- Written by a program from the tables in \`src/core/automation\`: change those, then run \`npm run format:reference\`. -->

A folder becomes an automation by a configuration, usually \`automate.yaml\`:

\`\`\`yaml
crosscompute: 0.9.4
name: Tip Calculator
input:
  variables:
    - { id: bill, view: number, path: variables.dictionary }
output:
  variables:
    - { id: tip, view: number, path: variables.dictionary }
batches:
  - folder: batches/standard
scripts:
  - path: run.ipynb
\`\`\`

- **Files.** \`automate.yaml\` or \`automate.yml\`, else any \`.yaml .yml .toml .cfg .ini\` of the folder with the key
  \`crosscompute\`. TOML has the same structure (\`[[input.variables]]\`). In INI a section is a dotted path with numbers
  for the items of lists (\`[input.variables.1]\`), and values are JSON where they parse as JSON, else text.
- **Versions.** The words of 0.9 and of 1.0 are both understood, in every file. \`crosscompute: 1.0\` is stricter: ids of
  letters, digits and \`_\` that are unique over all steps, and paths that stay inside the folder.
- **Nothing** (\`key:\` without a value) counts as absent. Keys that start with \`x-\` are yours.
- **Texts** may be written as numbers, booleans or dates; the written characters count.
- **Paths** use \`/\` and are relative to the folder of the file that names them.

\`crosscompute check\` lists all problems with file, line and column; \`crosscompute schema\` prints a JSON Schema for editors.

In the tables, **required** keys are bold; _ours_ marks what the CrossCompute framework does not have, _1.0_ what comes from
version 1.0.
`;

/**
 * Write the reference of the format as Markdown: keys, configurations of views, problem codes.
 *
 * @returns ends with a line break
 */
export function writeReference(views: IViewSource): string {
  return [
    INTRODUCTION,
    '## Keys\n',
    ...listSections('The configuration', '', KEYS).map(writeSection),
    writeViews(views),
    writeProblems()
  ].join('\n');
}

interface IKeySection {
  title: string;
  meaning: string;
  keys: KeyTable;
}

/** A table for each dictionary, outer ones first; the steps are alike, so one stands for all. */
function listSections(title: string, meaning: string, keys: KeyTable, path = ''): IKeySection[] {
  const below = Object.entries(keys).flatMap(([name, key]) => {
    if (
      (key.type !== 'dictionary' && key.type !== 'list') ||
      !key.keys ||
      isLikeInput(name, path)
    ) {
      return [];
    }
    const item = key.type === 'list' ? '[]' : '';
    const shown = path === '' && name === 'input' ? '<step>' : name;
    const below = `${path}${shown}${item}`;
    return listSections(`\`${below}\``, key.meaning, key.keys, `${below}.`);
  });
  return [{ title, meaning, keys }, ...below];
}

function isLikeInput(name: string, path: string): boolean {
  return path === '' && ['output', 'log', 'debug'].includes(name);
}

function writeSection({ title, meaning, keys }: IKeySection): string {
  const rows = Object.entries(keys).map(([name, key]) => [
    key.isRequired ? `**\`${name}\`**` : `\`${name}\``,
    typeOf(key, keys),
    key.default === undefined ? '' : code(key.default),
    describe(key)
  ]);
  const intro = title === '`<step>`' ? STEPS : meaning.includes(' ') && `${raiseFirst(meaning)}.\n`;
  return `### ${title}\n\n${intro ? `${intro}\n` : ''}${writeTable(['key', 'type', 'default', 'meaning'], rows)}`;
}

const STEPS =
  'Of the steps `input`, `output`, `log` and `debug`. Only a configuration with the key `output` is listed and served.\n';

function typeOf(key: Key, keys: KeyTable): string {
  switch (key.type) {
    case 'alias':
      return typeOf(keys[key.of], keys);
    case 'text':
      return key.values ? key.values.map(code).join(' ') : 'text';
    case 'boolean':
      return 'true or false';
    case 'texts':
      return 'list of texts';
    case 'any':
      return 'any';
    default:
      return key.type;
  }
}

function describe(key: Key): string {
  const synonyms = key.type === 'text' ? Object.entries(key.synonyms ?? {}) : [];
  const facts = [
    key.meaning,
    ...synonyms.map(([name, { of }]) => `${code(name)} is ${code(of)}`),
    ...(key.unused === undefined ? [] : ['no effect yet'])
  ];
  const isTold = key.since === undefined || key.type === 'alias';
  return `${facts.join('; ')}${isTold ? '' : ` _(${key.since})_`}`;
}

function writeViews(views: IViewSource): string {
  const seen = new Set<string>();
  const rows = views.names().flatMap(name => {
    const view = views.get(name);
    if (!view || seen.has(view.name)) {
      return [];
    }
    seen.add(view.name);
    const names = [view.name, ...(view.aliases ?? [])].map(code).join(', ');
    const uses = [...(view.input ? ['input'] : []), ...(view.output ? ['output'] : [])];
    return [[names, uses.join(', '), view.configurationKeys.map(code).join(' ')]];
  });
  const used = new Set(
    views.names().flatMap(name => [...(views.get(name)?.configurationKeys ?? [])])
  );
  const meanings = [...used].sort().map(key => [code(key), VIEW_KEYS[key] ?? '']);
  const common = Object.entries(COMMON_VIEW_KEYS).map(([key, meaning]) => [code(key), meaning]);
  return [
    '## Views\n',
    'A view is how a variable is asked for and shown.\n',
    writeTable(['view', 'for', 'keys of its configuration'], rows),
    'Every view takes these:\n',
    writeTable(['key', 'meaning'], common),
    'The others mean:\n',
    writeTable(['key', 'meaning'], meanings)
  ].join('\n');
}

/** What an error blocks, where it is not everything. */
const SCOPES: Readonly<Record<string, string>> = { run: ' of runs', batch: ' of a batch' };

function writeProblems(): string {
  const groups = PROBLEM_GROUPS.map(({ title, conditions }) => {
    const rows = Object.entries(conditions).map(([name, condition]) => {
      const { severity, blocks } = PROBLEM_CODES[name as ProblemCode];
      return [code(name), `${severity}${SCOPES[blocks] ?? ''}`, condition];
    });
    return `### ${title}\n\n${writeTable(['code', 'weight', 'when'], rows)}`;
  });
  return [
    '## Problems\n',
    'An error keeps the automation closed, an _error of runs_ only refuses runs, an _error of a batch_ only the runs of that\nbatch; the others block nothing.\n',
    ...groups
  ].join('\n');
}

function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map(
    cells => `| ${cells.map(cell => cell.replace(/\|/g, '\\|')).join(' | ')} |`
  );
  return `${lines.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function raiseFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
