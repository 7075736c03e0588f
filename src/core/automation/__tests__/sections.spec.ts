import { buttonTextsOf } from '../automation';
import { minimal, read, withInput } from './reading';

/** Read further top-level lines of a small valid configuration. */
const readMore = (more: string, files = {}) => read(minimal(`${more}\n`), files);

describe('copyright', () => {
  it('is ours where the file names none', async () => {
    const { automation } = await readMore('');
    expect(automation?.copyrights).toEqual([
      {
        text: null,
        name: 'CrossCompute',
        imageUri: '/assets/logo.svg',
        ownerUri: 'https://crosscompute.com',
        year: null
      }
    ]);
  });

  it('is read as it is written', async () => {
    const { automation, lines } = await readMore(
      "copyright: {text: '© {name} {year}', name: Ada, image_uri: a.png, owner_uri: https://a.example, year: 2021}"
    );
    expect(lines).toEqual([]);
    expect(automation?.copyrights).toEqual([
      {
        text: '© {name} {year}',
        name: 'Ada',
        imageUri: 'a.png',
        ownerUri: 'https://a.example',
        year: '2021'
      }
    ]);
  });

  it('may have several owners', async () => {
    const { automation, lines } = await readMore(
      'copyrights: [{name: Ada, slug: ada, years: [2020, 2021]}, {name: Bo}]'
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('vocabulary-mixed');
    expect(automation?.copyrights).toMatchObject([
      { name: 'Ada', ownerUri: 'https://crosscompute.com/ada', year: '2020, 2021' },
      { name: 'Bo', year: null }
    ]);
  });

  it('has years that are texts', async () => {
    const { lines } = await readMore('copyrights: [{name: Ada, years: [[1]]}]');
    expect(lines).toContain(
      'automate.yaml:4:34 error item-type: each item of "years" must be text; item 1 is a list'
    );
  });
});

describe('imports', () => {
  it('are read without being opened', async () => {
    const { automation, lines } = await readMore(
      'imports: [{path: ./a/automate.yaml, id: a}, {path: ../b, visibility: hidden}, {path: c, runnability: private}]'
    );
    expect(lines).toEqual([]);
    expect(automation?.imports).toMatchObject([
      { path: 'a/automate.yaml', id: 'a', isListed: true, needsGroup: false },
      { path: '../b', id: null, isListed: false, needsGroup: false },
      { path: 'c', isListed: true, needsGroup: true }
    ]);
  });

  it.each([
    ['{id: a}', '4:11 error import-path-required: each import needs a path'],
    [
      '{repository: {uri: x}}',
      '4:12 error import-unsupported: imports from a repository are not supported; clone it and use path'
    ],
    ['{path: a, hashes: [x]}', '4:21 error import-unsupported'],
    [
      '{path: a, visibility: secret}',
      '4:33 error unknown-value: visibility "secret" is not supported; use public, hidden, protected or private'
    ]
  ])('report %s', async (item, expected) => {
    const { lines } = await readMore(`imports: [${item}]`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it('stay inside in 1.0', async () => {
    const { lines } = await read(minimal('imports: [{path: ../a}]\n').replace('0.9.4', '1.0'));
    expect(lines).toEqual([
      'automate.yaml:4:18 error path-outside: path "../a" must stay inside "tip"'
    ]);
  });
});

describe('datasets', () => {
  it('are read', async () => {
    const { automation, lines } = await readMore(
      'datasets: [{path: datasets/a, reference: {path: ../a}}, {folder: b, reference: {uri: "https://a.example/b"}, input: replace, output: append}, {path: c}]',
      { '/root/a': '' }
    );
    expect(lines).toEqual([]);
    expect(automation?.datasets).toMatchObject([
      { path: 'datasets/a', reference: { path: '../a' }, input: 'none', output: 'none' },
      {
        path: 'b',
        reference: { uri: 'https://a.example/b' },
        input: 'replace',
        output: 'append'
      },
      { path: 'c', reference: null }
    ]);
  });

  it.each([
    ['{reference: {path: a}}', '4:12 error dataset-path: each dataset needs a path'],
    ['{path: ../a}', '4:19 error path-outside: path "../a" must stay inside "tip"'],
    [
      '{path: a, reference: {uri: "ftp://a"}}',
      '4:39 error dataset-uri: address "ftp://a" must start with http:// or https://'
    ],
    [
      '{path: a, input: append}',
      '4:29 error dataset-mode: dataset input "append" is not supported; use none or replace'
    ],
    [
      '{path: a, output: x}',
      '4:30 error dataset-mode: dataset output "x" is not supported; use none, append or replace'
    ],
    [
      '{path: a}, {path: ./a}',
      '4:23 error not-unique: dataset "a" is used twice; first at automate.yaml:4:12'
    ]
  ])('report %s', async (items, expected) => {
    const { lines } = await readMore(`datasets: [${items}]`);
    expect(lines).toEqual([`automate.yaml:${expected}`]);
  });
});

describe('the reference of a dataset', () => {
  const text = (path: string) => minimal(`datasets: [{path: d, reference: {path: ${path}}}]\n`);

  it.each([
    ['nothing.csv', '4:12 error dataset-reference: reference "nothing.csv" was not found'],
    ['../gone', '4:12 error dataset-link: reference "../gone" is a broken link']
  ])('does not exist: %s', async (path, expected) => {
    const { lines } = await read(text(path), {}, files => files.addLink('/root/gone', '/nowhere'));
    expect(lines).toEqual([`automate.yaml:${expected}`]);
  });

  it('may be missing where it is a folder of runs', async () => {
    expect((await read(text('../other/runs'))).lines).toEqual([]);
  });
});

describe('environment', () => {
  it('is read completely', async () => {
    const { automation, lines } = await readMore(
      `environment:
  image: python:3.12
  packages: [{id: numpy, manager: pip}]
  ports: [{id: app, number: 8080}]
  interval: 30 minutes!
  figures: false
  memory: 512m
  processor: 2
log: {variables: [{id: app, view: string, path: app.txt}]}`
    );
    expect(lines).toEqual([]);
    expect(automation?.environment).toMatchObject({
      image: 'python:3.12',
      packages: [{ id: 'numpy', manager: 'pip' }],
      ports: [{ id: 'app', number: 8080 }],
      interval: { milliseconds: 1_800_000, isStrict: true },
      hasFigures: false,
      memory: '512m',
      processor: '2'
    });
  });

  it('has limits as podman takes them, and the hosts of runs alone', async () => {
    const { automation, lines } = await readMore(
      `environment:
  engine: podman
  memory: 1.5 GiB
  apis: [{domain: a.example}, {domain: b.example, stage: setup-root}]`
    );
    expect(lines).toEqual([]);
    expect(automation?.environment).toMatchObject({
      engine: 'podman',
      enginePosition: { column: 11 },
      memory: '1.5g',
      apis: ['a.example']
    });
  });

  it('has a smaller parent image in 1.0', async () => {
    const { automation } = await read(minimal().replace('0.9.4', '1.0'));
    expect(automation?.environment.image).toBe('python:slim');
  });

  it.each([
    [
      'packages: [{id: a, manager: conda}]',
      '4:43 error unknown-manager: package manager "conda" is not supported; use apt, dnf, npm or pip'
    ],
    [
      'ports: [{id: retrun_code, number: 1}]',
      '4:28 error port-variable: port "retrun_code" must be the id of a log or debug variable'
    ],
    ['interval: 5', '4:25 error interval-syntax'],
    ['interval: 5 moons', '4:25 error interval-unit']
  ])('reports %s', async (line, expected) => {
    const { lines } = await readMore(`environment: {${line}}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it.each(['0', '65536', '1.5'])('refuses port %s', async number => {
    const { lines } = await readMore(
      `environment: {ports: [{id: a, number: ${number}}]}\nlog: {variables: [{id: a, view: string, path: a}]}`
    );
    expect(lines).toEqual([
      `automate.yaml:4:39 error port-number: port number "${number}" must be a whole number from 1 to 65535`
    ]);
  });
});

describe('display', () => {
  it('is read completely', async () => {
    const { automation, lines } = await readMore(
      `display:
  batch: standard
  templates: [{path: base.html}, {id: step, path: mine.html}]
  pages:
  - {id: automation, design: output}
  - {id: log, design: accordion}
  - {id: output, buttons: [{id: back, text: Return}]}
  buttons: [{id: continue, configuration: {button-text: Go}}]`,
      { '/root/tip/base.html': '', '/root/tip/mine.html': '' }
    );
    expect(lines).toEqual([]);
    const { display } = automation ?? {};
    expect(display).toMatchObject({
      featuredBatch: 'standard',
      overrides: [
        { id: 'base', path: 'base.html' },
        { id: 'step', path: 'mine.html' }
      ],
      automationDesign: 'output',
      stepDesigns: { input: 'flex', log: 'accordion' }
    });
    expect(display && buttonTextsOf(display, 'output')).toEqual({
      continueText: 'Go',
      backText: 'Return'
    });
    expect(display && buttonTextsOf(display, 'input')).toMatchObject({
      continueText: 'Go',
      backText: 'Back'
    });
  });

  it('lets buttons of the page "tool" count everywhere', async () => {
    const { automation } = await readMore(
      'display: {pages: [{id: tool, buttons: [{id: continue, text: Start}]}]}'
    );
    expect(automation?.display.continueText).toBe('Start');
  });

  it('warns of an override of no page', async () => {
    const { lines } = await readMore('display: {templates: [{path: stepp.html}]}', {
      '/root/tip/stepp.html': ''
    });
    expect(lines).toEqual([
      'automate.yaml:4:30 warning unknown-template: template "stepp" is not known; did you mean "step"?'
    ]);
  });
});

describe('authorization', () => {
  it('is read, with a list for each property', async () => {
    const { automation, lines } = await readMore(
      `authorization:
  tokens: [{path: tokens.yaml}]
  groups:
  - configuration: {role: [teacher, head], year: 7}
    permissions: [{id: see_batch, action: match}, {id: see_root}]
  - configuration:`,
      { '/root/tip/tokens.yaml': '' }
    );
    expect(lines).toEqual([]);
    expect(automation?.authorization).toMatchObject({
      tokenFiles: [{ path: 'tokens.yaml', position: { line: 5, column: 19 } }],
      groups: [
        {
          properties: { role: ['teacher', 'head'], year: [7] },
          permissions: { see_batch: 'match', see_root: 'accept' }
        },
        { properties: {}, permissions: {} }
      ]
    });
  });

  it('lets nobody in by a property without a value', async () => {
    const { automation } = await readMore('authorization: {groups: [{configuration: {role: }}]}');
    expect(automation?.authorization?.groups[0].properties).toEqual({ role: [null] });
  });

  it.each([
    [
      'tokens: [{path: tokens.yaml}]',
      '4:33 warning token-file-missing: token file "tokens.yaml" was not found; nobody can sign in with it'
    ],
    [
      'tokens: [{path: tokens.json}]',
      '4:33 error token-file-suffix: token file "tokens.json" must end in .yaml or .yml'
    ],
    [
      'groups: [{permissions: []}]',
      '4:26 error group-configuration: each group needs a configuration; write configuration: {} for everyone'
    ],
    [
      'groups: [{configuration: {}, permissions: [{id: sea}]}]',
      '4:65 error unknown-permission: permission "sea" is not supported'
    ],
    [
      'groups: [{configuration: {}, permissions: [{id: see_root, action: x}]}]',
      '4:83 error unknown-action: action "x" is not supported; use accept or match'
    ],
    [
      'groups: [{configuration: {}, permissions: [{id: see_root, action: match}]}]',
      '4:83 warning action-unused: match has no effect on "see_root"'
    ],
    [
      'groups: [{configuration: {}}, {configuration: {a: 1}}]',
      '4:47 warning group-unreachable: this group is never reached'
    ]
  ])('reports %s', async (line, expected) => {
    const { lines } = await readMore(`authorization: {${line}}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });
});

describe('views', () => {
  it('bring views and defaults for ours', async () => {
    const { automation, lines } = await read(
      withInput(
        'id: a, view: seat-map, path: a.json',
        'id: b, view: number, path: b.dictionary, configuration: {min: 2}'
      ) +
        'views: [{name: seat-map, module: seats.mjs}, {name: number, configuration: {min: 1, max: 9}}]\n',
      { '/root/tip/seats.mjs': '' }
    );
    expect(lines).toEqual([]);
    expect(automation?.customViews).toMatchObject([
      { name: 'seat-map', module: 'seats.mjs', configuration: {} },
      { name: 'number', module: null, configuration: { min: 1, max: 9 } }
    ]);
    expect(automation?.steps.input.variables[1].configuration).toEqual({ min: 2, max: 9 });
  });

  it.each([
    [
      '{name: seats, package: {path: a}}',
      '4:23 warning view-package: view "seats" comes from a Python package, which is not loaded; give a module'
    ],
    ['{name: seats}', '4:16 error unknown-view: view "seats" is not known; give a module'],
    ['{name: seats, module: a.py}', '4:31 error unknown-value: module "a.py" is not supported'],
    [
      '{name: seats, module: ../a.mjs}',
      '4:31 error path-outside: path "../a.mjs" must stay inside the automation'
    ],
    ['{name: text}, {name: text}', '4:23 error not-unique: view "text" is used twice']
  ])('report %s', async (items, expected) => {
    const { lines } = await readMore(`views: [${items}]`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });
});

describe('tests and levels', () => {
  it('are read', async () => {
    const { automation, lines } = await readMore(
      'tests: [{folder: scripts}]\ndebug: {variables: [{id: a, view: string, path: a, level: Warning}]}'
    );
    expect(lines).toEqual([]);
    expect(automation?.tests).toMatchObject([{ folder: 'scripts', position: { line: 4 } }]);
    expect(automation?.steps.debug.variables[3].level).toBe('warning');
  });

  it('report a folder that is missing, and a level that is none', async () => {
    const { lines } = await readMore(
      'tests: [{folder: test}]\ndebug: {variables: [{id: a, view: string, path: a, level: loud}]}'
    );
    expect(lines).toEqual([
      'automate.yaml:4:18 warning file-not-found: test folder "test" was not found',
      'automate.yaml:5:59 error unknown-level: level "loud" is not supported; use DEBUG, INFO, WARNING, ERROR or CRITICAL'
    ]);
  });
});
