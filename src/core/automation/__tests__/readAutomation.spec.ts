import { minimal, read, withInput } from './reading';

const COMPLETE = `
crosscompute: 0.9.4
name: Tip Calculator
version: 1.10
input:
  variables:
    - id: bill
      view: number
      path: variables.dictionary
      configuration: {min: 0}
    - id: serviceLevel
      view: string
      path: ./variables.dictionary
      label: ''
      required: false
  templates:
    - path: input.md
output:
  variables:
    - {id: total, view: number, path: variables.dictionary, required: true}
log:
batches:
  - folder: batches/standard
  - folder: batches/{bill | slug}
    name: '{bill}'
    configuration: {path: batches.csv}
scripts:
  - path: run.ipynb
    folder: scripts
  - command: python 'a b.py' {input_folder}
  - function: tip.calculate
environment:
  variables: [{id: TOKEN}]
  batch: Single
  timeout: 2 minutes
display:
  styles: [{path: style.css}, {uri: //example.com/x.css}]
  pages:
    - {id: automation, configuration: {design: output}}
    - {id: output, configuration: {design: none}}
  buttons: [{id: continue, configuration: {button-text: Go}}]
`;

describe('readAutomation()', () => {
  it('reads a complete configuration without a problem', async () => {
    const { automation, lines, isListed } = await read(COMPLETE);
    expect(lines).toEqual([]);
    expect(isListed).toBe(true);
    expect(automation).toMatchObject({
      configuration: '/root/tip/automate.yaml',
      folder: '/root/tip',
      name: 'Tip Calculator',
      slug: 'tip-calculator',
      title: 'Tip Calculator',
      description: 'Tip Calculator',
      version: '1.10',
      batches: [
        { folder: 'batches/standard', name: null, slug: null, configurationPath: null },
        { folder: 'batches/{bill | slug}', name: '{bill}', configurationPath: 'batches.csv' }
      ],
      scripts: [
        { kind: 'notebook', folder: 'scripts', path: 'run.ipynb', kernel: null },
        { kind: 'command', folder: '.', command: "python 'a b.py' {input_folder}" },
        { kind: 'function', module: 'tip', name: 'calculate' }
      ],
      environment: {
        variables: ['TOKEN'],
        concurrency: 'single',
        timeoutMs: 120_000,
        isolation: 'auto'
      },
      display: {
        styles: [{ path: 'style.css' }, { uri: '//example.com/x.css' }],
        automationDesign: 'output',
        stepDesigns: { input: 'flex', output: 'none' },
        continueText: 'Go',
        backText: 'Back'
      }
    });
    expect(automation?.steps.input.variables).toMatchObject([
      {
        id: 'bill',
        label: 'Bill',
        configuration: { min: 0 },
        isRequired: true,
        isRequiredExplicit: false,
        level: null,
        position: { line: 7, column: 7 }
      },
      { id: 'serviceLevel', label: '', path: 'variables.dictionary', isRequired: false }
    ]);
    expect(automation?.steps.output.variables).toMatchObject([
      { isRequired: true, isRequiredExplicit: true }
    ]);
    expect(automation?.steps.debug.variables.map(({ id }) => id)).toEqual([
      'source_time',
      'execution_time_in_seconds',
      'return_code'
    ]);
  });

  it.each(['auto', 'kernel', 'fork'])('reads that runs are isolated by %s', async isolation => {
    const { automation, lines } = await read(
      COMPLETE.replace('batch: Single', `batch: Single\n  isolation: ${isolation}`)
    );
    expect(lines).toEqual([]);
    expect(automation?.environment.isolation).toBe(isolation);
  });

  it('keeps labels and templates out of the digest of the code', async () => {
    const { automation } = await read(COMPLETE);
    const changed = await read(COMPLETE.replace("label: ''", 'label: Service'));
    expect(changed.automation?.codeSections).toEqual(automation?.codeSections);
    const other = await read(COMPLETE.replace('tip.calculate', 'tip.other'));
    expect(other.automation?.codeSections).not.toEqual(automation?.codeSections);
  });

  it('names an automation without name', async () => {
    const { automation } = await read(minimal());
    expect(automation).toMatchObject({
      name: 'Automation 0',
      slug: 'automation-0',
      version: '0.0.0'
    });
  });

  it('takes numbers, booleans and dates as they are written', async () => {
    const { automation, lines } = await read(
      minimal('name: 5\nversion: 1.10\ntitle: true\ndescription: 2024-01-02\n')
    );
    expect(lines).toEqual([]);
    expect(automation).toMatchObject({
      name: '5',
      version: '1.10',
      title: 'true',
      description: '2024-01-02'
    });
  });

  it('lets null count as absent for keys and items', async () => {
    const { lines } = await read(
      minimal('name:\nlog:\ninput: {variables: [null], templates: ~}\nscripts: [null]\ndisplay:\n')
    );
    expect(lines).toEqual([]);
  });

  it('reports everything at once, sorted', async () => {
    const { automation, lines } = await read(
      'crosscompute: 0.9.4\nnam: x\noutput:\n  variables:\n  - {id: a, view: numbr}\nscripts: 5\n'
    );
    expect(automation).toBeNull();
    expect(lines).toEqual([
      'automate.yaml:2:1 warning unknown-key: key "nam" is not known in the configuration; did you mean "name"?',
      'automate.yaml:3:1 error no-batches: no batch is defined; define at least one, such as folder: batches/standard',
      'automate.yaml:5:5 error required: "path" is required for each variable',
      'automate.yaml:5:19 error unknown-view: view "numbr" is not known; did you mean "number"?',
      'automate.yaml:6:10 error wrong-type: "scripts" must be a list; it is a number'
    ]);
  });

  it('tells nothing of what is in a file that is no configuration, such as one of tokens', async () => {
    expect((await read('a-token-of-somebody-1: {role: head}\nanother: {}\n')).lines).toEqual([
      'automate.yaml:1:1 error version-missing: "crosscompute" is missing; add crosscompute: 0.9.4'
    ]);
  });

  describe('version', () => {
    it.each([
      [
        'output:\n',
        '1:1 error version-missing: "crosscompute" is missing; add crosscompute: 0.9.4'
      ],
      ['crosscompute:\n', 'error version-empty: "crosscompute" must be a version such as 0.9.4'],
      ['crosscompute: new\n', '1:15 error version-invalid: version "new" is not a version number'],
      [
        'crosscompute: 0.8.1\n',
        '1:15 warning version-unknown: version 0.8.1 is not known here; it is read as 0.9.4'
      ],
      [
        'crosscompute: 2\n',
        '1:15 warning version-unknown: version 2 is not known here; it is read as 1.0.0'
      ]
    ])('of %j', async (text, expected) => {
      expect((await read(text)).lines.join('\n')).toContain(expected);
    });

    it.each(['0.9', '0.9.4', '0.9.4.13', '1.0', '1.0.0', '1.0.0.2'])(
      '%s is known',
      async version => {
        const { lines } = await read(minimal().replace('0.9.4', version));
        expect(lines).toEqual([]);
      }
    );
  });

  describe('values', () => {
    it.each([
      ['name: [a]', '4:7 error wrong-type: "name" must be text; it is a list'],
      ['name: {id}', `4:7 error not-quoted: "name" starts with a brace; put it in quotes: '{id}'`],
      ['input: []', '4:8 error wrong-type: "input" must be a dictionary; it is a list'],
      [
        'scripts: [run.py]',
        '4:11 error item-type: each item of "scripts" must be a dictionary; item 1 is text'
      ],
      ['display: {pages: [{id: start}]}', '4:24 error unknown-page: page "start" is not supported'],
      [
        'display: {pages: [{id: log, design: grid}]}',
        '4:37 error unknown-design: design "grid" is not supported for page "log"; use flex, none or accordion'
      ],
      [
        'display: {pages: [{id: log, configuration: {design: flex-vertical}}]}',
        'info moved-key: "flex-vertical" is now "flex"; it still works'
      ],
      [
        'display: {pages: [{id: log}, {id: log}]}',
        '4:35 warning page-repeated: page "log" is given twice; the last one counts'
      ],
      [
        'display: {buttons: [{id: next}]}',
        'error unknown-button: button "next" is not supported; use continue or back'
      ],
      ['display: {styles: [{}]}', '4:20 error style-source: each style needs a path or a uri'],
      [
        'display: {styles: [{path: stile.css}]}',
        'error file-not-found: style "stile.css" was not found; did you mean "style.css"?'
      ],
      [
        'environment: {engine: docker}',
        'error unknown-engine: engine "docker" is not supported; use unsafe or podman'
      ],
      [
        'environment: {memory: much}',
        '4:23 error limit-syntax: memory "much" is not understood; write "512m"'
      ],
      [
        'environment: {processor: 0}',
        'error limit-syntax: processor "0" is not understood; write "1.5"'
      ],
      [
        'environment: {batch: many}',
        'error unknown-concurrency: batch "many" is not supported; use thread, process or single'
      ],
      [
        'environment: {timeout: soon}',
        'error interval-syntax: timeout "soon" is not understood; write something like "30 minutes"'
      ],
      [
        'environment: {timeout: 3 moons}',
        'error interval-unit: unit "moons" is not supported; use seconds, minutes, hours, days or weeks'
      ],
      [
        'environment: {variables: [{id: NOPE}]}',
        'error environment-variable: environment variable "NOPE" is not set'
      ],
      [
        'environment: {isolation: forks}',
        'error unknown-value: isolation "forks" is not supported; use auto, kernel or fork'
      ]
    ])('in %j', async (line, expected) => {
      expect((await read(minimal(`${line}\n`))).lines.join('\n')).toContain(expected);
    });

    it('leaves keys that start with x- to authors', async () => {
      expect((await read(minimal('x-mine: {a: [1]}\n'))).lines).toEqual([]);
    });

    it('refuses text of more than 10,000 characters', async () => {
      const { lines } = await read(minimal(`name: ${'x'.repeat(10_001)}\n`));
      expect(lines).toEqual([
        'automate.yaml:4:7 error too-long: "name" has 10001 characters; at most 10,000'
      ]);
    });

    it('knows no keys that every object inherits', async () => {
      const { lines } = await read(minimal('constructor: 1\n__proto__: {a: 1}\n'));
      expect(lines).toHaveLength(2);
      expect(lines.every(line => line.includes('unknown-key'))).toBe(true);
    });
  });

  describe('variables', () => {
    it.each([
      [
        'id: a!, view: string, path: a',
        'error invalid-id: "a!" is not a valid variable id; use letters, digits, - _ and spaces'
      ],
      ["id: '', view: string, path: a", '6:10 error empty: "id" must not be empty'],
      ['id: a, view: image, path: a', 'warning view-step: view "image" cannot be used for input'],
      [
        'id: a, view: number, path: a, configuration: {min: x}',
        '6:57 error view-configuration: "min" must be a number'
      ],
      [
        'id: a, view: number, path: a, configuration: {mim: 1}',
        '6:52 warning view-configuration: configuration "mim" of view "number" is not known; did you mean "min"?'
      ],
      [
        'id: a, view: radio, path: a, configuration: {options: [{value: 1}, {name: x}]}',
        '6:73 warning view-configuration: no value'
      ],
      [
        'id: a, view: string, path: a, configuration: {label: L}',
        'info moved-key: "configuration.label" is now "label"'
      ],
      [
        'id: a, view: string, path: a, configuration: {path: a.yaml}',
        'error configuration-path-suffix: configuration path "a.yaml" must end in .json'
      ],
      ['id: a, view: string, path: a, configuration: {path: ../a.json}', 'error path-outside'],
      [
        'id: a, view: string, path: ../a',
        '6:33 error path-outside: path "../a" must stay inside the folder "input"'
      ],
      ['id: a, view: string, path: /etc/passwd', 'error path-outside'],
      ['id: a, view: string, path: .', 'error path-outside'],
      ["id: a, view: string, path: '{index}.txt'", 'warning file-placeholder'],
      [
        "id: a, view: file, path: '{x}.txt'",
        'error file-placeholder: placeholder "{x}" is not supported in path "{x}.txt"; it is taken as written'
      ],
      [
        'id: a, view: string, path: a, mode: output',
        'error unknown-mode: mode "output" is not supported; use input'
      ],
      [
        'id: a, view: string, path: a, required: yes',
        'error wrong-type: "required" must be true or false; it is text'
      ],
      [
        'id: a, view: string, path: a, configuration: {disabled: 1, help: []}',
        'error view-configuration: configuration "disabled" of view "string" must be true or false'
      ],
      [
        'id: a, view: string, path: a, configuration: {help: [x]}',
        'error view-configuration: configuration "help" of view "string" must be text'
      ]
    ])('with {%s}', async (fields, expected) => {
      expect((await read(withInput(fields))).lines.join('\n')).toContain(expected);
    });

    it('gives a view its own name where an alias stands', async () => {
      const { automation } = await read(withInput('id: a, view: prose, path: a.txt'));
      expect(automation?.steps.input.variables[0].view).toBe('text');
    });

    it('takes `required` from the configuration of the view, too', async () => {
      const { automation } = await read(
        withInput('id: a, view: string, path: a.txt, configuration: {required: true}')
      );
      expect(automation?.steps.input.variables[0]).toMatchObject({
        isRequired: true,
        isRequiredExplicit: true
      });
    });

    it('takes the placeholders of view file', async () => {
      const { lines } = await read(withInput("id: a, view: file, path: '{index}{suffix}'"));
      expect(lines).toEqual([]);
    });

    it('names the first place of an id that is used twice', async () => {
      const { lines } = await read(
        withInput(
          'id: a, view: string, path: x.dictionary',
          'id: a, view: string, path: y.dictionary'
        )
      );
      expect(lines).toEqual([
        'automate.yaml:7:5 error not-unique: variable "a" is used twice; first at automate.yaml:6:5'
      ]);
    });

    it('lets only dictionaries hold several inputs', async () => {
      const { lines } = await read(
        withInput('id: a, view: string, path: x.txt', 'id: b, view: string, path: ./x.txt')
      );
      expect(lines).toEqual([
        'automate.yaml:7:5 error shared-file: "a" and "b" both use "x.txt"; use a path ending in .dictionary'
      ]);
    });

    it('lets many inputs come from the environment', async () => {
      const { lines } = await read(
        withInput(
          'id: A, view: string, path: ENVIRONMENT',
          'id: B, view: string, path: ENVIRONMENT'
        )
      );
      expect(lines).toEqual([]);
    });

    it('warns of a debug variable that the system sets, and keeps the declared one', async () => {
      const { automation, lines } = await read(
        minimal('debug: {variables: [{id: return_code, view: string, path: x.dictionary}]}\n')
      );
      expect(lines).toEqual([
        'automate.yaml:4:21 warning reserved-id: "return_code" is set by the system'
      ]);
      expect(automation?.steps.debug.variables).toHaveLength(3);
      expect(automation?.steps.debug.variables[2].view).toBe('string');
    });

    it('is stricter about ids in 1.0', async () => {
      const text = withInput('id: a b, view: string, path: a').replace('0.9.4', '1.0.0');
      expect((await read(text)).lines.join()).toContain('use letters, digits and _');
    });

    it('knows only printers and links in print', async () => {
      const { lines } = await read(
        minimal(
          'print: {variables: [{id: a, view: pdf, path: a.pdf, configuration: {page-number: {location: left}}}, {id: b, view: docx, path: b}]}\n'
        )
      );
      expect(lines.join('\n')).toContain(
        'error print-location: page-number location "left" is not supported; use header or footer'
      );
      expect(lines.join('\n')).toContain(
        'error unknown-printer: printer "docx" is not supported; use pdf or link'
      );
    });
  });

  describe('paths', () => {
    const template = (path: string) => minimal(`input: {templates: [{path: ${path}}]}\n`);

    it.each([
      [
        template('inputt.md'),
        'file-not-found: template "inputt.md" was not found; did you mean "input.md"?'
      ],
      [template('scripts'), 'file-not-a-file: template "scripts" must be a file'],
      [
        template('../../x.md'),
        'warning path-outside-root: path "../../x.md" lies outside the root folder'
      ],
      [
        template('../x.md').replace('0.9.4', '1.0'),
        'path-outside: path "../x.md" must stay inside "tip"'
      ],
      [
        minimal('scripts: [{path: ../run.ipynb}]\n'),
        'path-outside: path "../run.ipynb" must stay inside "tip"'
      ],
      [
        minimal('scripts: [{path: scripts/rum.ipynb}]\n'),
        'file-not-found: notebook "scripts/rum.ipynb" was not found; did you mean "scripts/run.ipynb"?'
      ],
      [
        minimal('scripts: [{path: tip.py, folder: script}]\n'),
        'file-not-found: folder "script" was not found; did you mean "scripts"?'
      ],
      [
        minimal('scripts: [{path: tip.py, folder: tip.py}]\n'),
        'file-not-a-file: folder "tip.py" must be a folder'
      ],
      [
        minimal('scripts: [{function: tap.run}]\n'),
        'warning file-not-found: module "tap" was not found as "tap.py"; did you mean "tip.py"?'
      ]
    ])('%#', async (text, expected) => {
      expect((await read(text)).lines.join('\n')).toContain(expected);
    });

    it('lets a 0.9 template lie beside the automation', async () => {
      const { lines } = await read(template('../x.md'), { '/root/x.md': '' });
      expect(lines).toEqual([]);
    });

    it('sees a link that leads out', async () => {
      const { lines } = await read(
        minimal('scripts: [{path: link/run.py}]\n'),
        { '/elsewhere/run.py': '' },
        files => files.addLink('/root/tip/link', '/elsewhere')
      );
      expect(lines).toEqual([
        'automate.yaml:4:18 error path-outside: path "link/run.py" must stay inside "tip"'
      ]);
    });

    it('follows a link that stays inside', async () => {
      const { lines } = await read(minimal('scripts: [{path: link/tip.py}]\n'), {}, files =>
        files.addLink('/root/tip/link', '.')
      );
      expect(lines).toEqual([]);
    });
  });

  describe('scripts', () => {
    it.each([
      ['{}', '4:11 error script-method: each script needs a command, a path or a function'],
      [
        '{command: a, path: tip.py}',
        'error script-conflict: command and path are both given; choose one'
      ],
      ['{path: run.sh}', 'error script-suffix: script "run.sh" must end in .ipynb or .py'],
      ['{command: "a \'b"}', 'error script-quotes: a quote in the command is not closed'],
      [
        '{command: "a {inputfolder}"}',
        'warning script-placeholder: "{inputfolder}" is not a folder; did you mean "input_folder"?'
      ],
      [
        '{command: "a {x}"}',
        'warning script-placeholder: "{x}" is not a folder; it stays as written'
      ],
      ['{function: run}', 'error script-function: function "run" must look like module.function'],
      ['{function: "os;x.run"}', 'error script-function'],
      [
        '{command: a, kernel: python3}',
        'info unused-key: "kernel" has no effect: a command runs without one'
      ]
    ])('%s', async (item, expected) => {
      expect((await read(minimal(`scripts: [${item}]\n`))).lines.join('\n')).toContain(expected);
    });

    it.each([
      ['not JSON', 'it is not JSON'],
      ['[]', 'it has no cells'],
      ['{"nbformat": 3, "worksheets": []}', 'its format is older than 4'],
      [new Uint8Array([0xff, 0xfe]), 'it is not UTF-8']
    ])('refuses to run the notebook %j, but opens', async (content, reason) => {
      const { automation, problems, lines } = await read(minimal('scripts: [{path: x.ipynb}]\n'), {
        '/root/tip/x.ipynb': content
      });
      expect(lines.join()).toContain(`notebook-invalid: "x.ipynb" is not a notebook: ${reason}`);
      expect(problems[0].blocks).toBe('run');
      expect(automation).not.toBeNull();
    });
  });

  describe('templates', () => {
    const text = `${withInput('id: bill, view: number, path: v.dictionary', 'id: note, view: text, path: n.txt')}  templates: [{path: t.md}]\n`;

    it.each([
      ['{ bil }', '1:1 warning template-variable: "{bil}" is not a variable; did you mean "bill"?'],
      ['a\n\n  {zebra}', '3:3 warning template-variable: "{zebra}" is not a variable'],
      ['`{zebra}`', '1:2 warning template-variable'],
      [
        '{note | title}',
        'warning template-filter: filter "title" is not supported for view "text"; the plain value is shown'
      ],
      ['{bill | loud}', 'warning template-filter: filter "loud" is not supported for view "number"']
    ])('%j', async (content, expected) => {
      const { lines } = await read(text, { '/root/tip/t.md': content });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`t.md:`);
      expect(lines[0]).toContain(expected);
    });

    it.each([
      '{bill} { bill | title } {return_code} { ROOT_URI } {BUTTON_PANEL}',
      '{"a": 1} {} {a.b} { } {   }',
      '<script>\nlet {zebra} = 1;\n</script><style>a {zebra}</style><!-- {zebra} -->',
      '<a title="{zebra}" href=\'{zebra}\'>x</a><textarea>{zebra}</textarea>',
      ''
    ])('finds nothing wrong in %j', async content => {
      expect((await read(text, { '/root/tip/t.md': content })).lines).toEqual([]);
    });

    it('reports a template that is not UTF-8 in its place', async () => {
      const { lines } = await read(text, { '/root/tip/t.md': new Uint8Array([0xff]) });
      expect(lines[0]).toContain('t.md:1:1 error encoding: ');
    });
  });

  describe('batches', () => {
    it.each([
      [
        'folder: b, configuration: {path: b.xlsx}',
        'error batch-source: batch configuration "b.xlsx" must end in .csv or .txt'
      ],
      [
        'folder: b, configuration: {path: batche.csv}',
        'error file-not-found: batch configuration "batche.csv" was not found; did you mean "batches.csv"?'
      ],
      [
        'folder: b, reference: {folder: x}',
        'error reference-not-found: reference folder "x/input" was not found'
      ],
      ['name: b', 'error required: "folder" is required for each batch']
    ])('{%s}', async (fields, expected) => {
      const text = `crosscompute: 0.9.4\noutput:\nbatches: [{${fields}}]\n`;
      expect((await read(text)).lines.join('\n')).toContain(expected);
    });

    it('are not missed where there is no output', async () => {
      const { isListed, lines } = await read('crosscompute: 0.9.4\nimports: [{path: a.yaml}]\n');
      expect(isListed).toBe(false);
      expect(lines.join()).not.toContain('no-batches');
    });
  });

  describe('the file', () => {
    it('is not UTF-8', async () => {
      const { automation, lines } = await read('', {
        '/root/tip/automate.yaml': new Uint8Array([0x61, 0xff])
      });
      expect(automation).toBeNull();
      expect(lines[0]).toContain('automate.yaml:1:1 error encoding');
    });

    it('cannot be read', async () => {
      const { lines } = await read(minimal(), {}, files => files.forbid('/root/tip/automate.yaml'));
      expect(lines[0]).toContain(
        'error file-unreadable: "automate.yaml" cannot be read: permission denied'
      );
    });

    it('is too large', async () => {
      const { lines } = await read('#'.repeat(1024 * 1024 + 1));
      expect(lines[0]).toContain('error file-too-large');
    });

    it('does not exist', async () => {
      const { lines } = await read('', {}, files => files.remove('/root/tip/automate.yaml'));
      expect(lines[0]).toContain('error path-not-found');
    });
  });
});
