import { minimal, read } from './reading';

const OLD = `
crosscompute: 0.9.4
imports: [{path: ../other, id: other}]
output: {variables: [{id: a, view: string, path: a.txt}]}
batches: [{folder: batches/standard}]
environment: {batch: single, engine: unsafe, packages: [{id: numpy, manager: pip}]}
display: {pages: [{id: automation, configuration: {design: output}}], buttons: [{id: continue, configuration: {button-text: Go}}]}
authorization: {groups: [{configuration: {}, permissions: [{id: see_automation}, {id: see_batch}, {id: run_automation}]}]}
scripts: [{path: tip.py}]
`;

const NEW = `
crosscompute: 0.9.4
tools: [{path: ../other, aka: other}]
output: {variables: [{id: a, view: string, path: a.txt}]}
presets: [{folder: batches/standard}]
execution: {concurrency: none, engine: unsafe, packages: [{uri: numpy, manager: pip}]}
display: {pages: [{id: tool, design: output, buttons: [{id: continue, text: Go}]}]}
authorization: {groups: [{configuration: {}, permissions: [{id: see_tool}, {id: see_preset}, {id: run_tool}]}]}
scripts: [{path: tip.py}]
`;

function withoutPlaces(automation: unknown): unknown {
  const text = JSON.stringify(automation, (key, value: unknown) =>
    /position|codeSections/i.test(key) ? undefined : value
  );
  return JSON.parse(text);
}

/** Problems beside what authorization and environment say of themselves. */
async function linesOf(more: string, version = '0.9.4', files = {}): Promise<string[]> {
  const { lines } = await read(minimal(`${more}\n`).replace('0.9.4', version), files);
  return lines.map(line => line.replace('automate.yaml:', ''));
}

describe('the words of 1.0', () => {
  it('mean what those of 0.9 mean', async () => {
    const [older, newer] = [await read(OLD), await read(NEW)];
    expect(newer.automation).not.toBeNull();
    expect(withoutPlaces(newer.automation)).toEqual(withoutPlaces(older.automation));
    expect(newer.lines.map(line => line.split(':').slice(3).join(':'))).toEqual(
      older.lines.map(line => line.split(':').slice(3).join(':'))
    );
  });

  it('are named as they are written', async () => {
    expect(await linesOf('execution: {concurrency: many}\ntools: 5', '1.0')).toEqual([
      '3:1 info vocabulary-mixed: keys of 0.9 and 1.0 are mixed; both work',
      '4:26 error unknown-concurrency: concurrency "many" is not supported; use thread, process or single',
      '5:8 error wrong-type: "tools" must be a list; it is a number'
    ]);
  });

  it.each([
    ['presets: [{folder: a}]', '4:1 error section-conflict: "batches" and "presets" are the same'],
    [
      'execution: {engine: unsafe}\nenvironment: {engine: unsafe}',
      '5:1 error section-conflict: "execution" and "environment" are the same; keep one'
    ],
    [
      'copyrights: [{name: a}]\ncopyright: {name: b}',
      '5:1 error section-conflict: "copyrights" and "copyright" are the same; keep one'
    ],
    [
      'environment: {interval: 1 day, schedule: 20250611-0500 daily}',
      '4:32 error section-conflict: "interval" and "schedule" are the same'
    ],
    [
      'prints: [{format: pdf}]\nprint: {variables: []}',
      '5:1 error section-conflict: "prints" and "print" are the same'
    ]
  ])('conflict with those of 0.9: %s', async (more, expected) => {
    const errors = (await linesOf(more)).filter(line => line.includes(' error '));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(expected);
  });

  it('do not conflict where one is null', async () => {
    expect(await linesOf('presets:\ntools: ~\nimports: []')).toEqual([]);
  });

  it.each([
    ['0.9.4', '4:1 info vocabulary-mixed'],
    ['1.0.0', '3:1 info vocabulary-mixed']
  ])(
    'are told apart once, at the first that version %s does not have',
    async (version, expected) => {
      const lines = await linesOf('execution: {concurrency: thread}\ntools: []', version);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(expected);
    }
  );

  it('come with sections that have no effect, and say so', async () => {
    const lines = await linesOf(
      'results: []\nnetwork: {}\nprices: []\npricing: 1\ncompatibility: x'
    );
    expect(lines.filter(line => line.includes('info unused-key'))).toHaveLength(5);
  });
});

describe('the environment of 1.0', () => {
  it('is read', async () => {
    const { automation, lines } = await read(
      minimal(`execution:
  schedule: 20250611-0500 daily lazy
  setup: {root: {path: tip.py}, user: {path: scripts/run.ipynb}}
  apis: [{domain: a.example, stage: run}]
  variables: [{id: TOKEN}, {id: TOKEN, target: file}, {id: TOKEN, stage: setup-root}]
  packages: [{uri: https://a.example/x.whl, manager: pip}, {id: pytest, manager: pip, mode: development}]
`)
        .replace('0.9.4', '1.0.0')
        .replace('batches:', 'presets:')
    );
    expect(lines.map(line => line.replace(/^\S+ /, ''))).toEqual([
      'warning container-only: "setup" has no effect: scripts run on this host, not in a container; write engine: podman, or leave it out',
      'warning container-only: "apis" has no effect: scripts run on this host, not in a container; write engine: podman, or leave it out'
    ]);
    expect(automation?.environment).toMatchObject({
      interval: {
        milliseconds: 86_400_000,
        isStrict: false,
        startMs: Date.UTC(2025, 5, 11, 5)
      },
      setup: { root: 'tip.py', user: 'scripts/run.ipynb' },
      apis: ['a.example'],
      variables: ['TOKEN'],
      fileVariables: ['TOKEN'],
      setupVariables: ['TOKEN'],
      packages: [{ id: 'https://a.example/x.whl', manager: 'pip' }]
    });
  });

  it('shows no file of a variable of the server', async () => {
    const linesFor = (variable: string) =>
      linesOf(
        `execution: {engine: unsafe, variables: [{id: TOKEN, target: file}]}\ndebug: {variables: [${variable}]}`
      );
    const shown = expect.stringMatching(/error file-variable: "TOKEN" holds a variable/);
    expect(await linesFor('{id: a, view: string, path: TOKEN}')).toContainEqual(shown);
    expect(await linesFor('{id: a, view: string, path: ./TOKEN}')).toContainEqual(shown);
    expect(await linesFor('{id: a, view: file, path: "TOKEN{suffix}"}')).toContainEqual(shown);
    expect(
      await linesFor('{id: a, view: string, path: a.txt, configuration: {path: TOKEN}}')
    ).toContainEqual(shown);
    expect(await linesFor('{id: a, view: string, path: a.txt}')).not.toContainEqual(shown);
  });

  it.each(['20250611 daily', '20251399-0500 daily', '20250611-0500 yearly', 'daily', ''])(
    'refuses the schedule %j',
    async schedule => {
      const lines = await linesOf(`environment: {schedule: "${schedule}"}`);
      expect(lines.filter(line => line.includes('error schedule-syntax'))).toHaveLength(
        schedule ? 1 : 0
      );
    }
  );

  it('tells that scripts run on this host when no engine is given', async () => {
    const more = 'scripts: [{path: tip.py}]';
    expect(await linesOf(more, '1.0')).toEqual([
      '4:1 info engine-default: no engine is given, so scripts run on this host; write engine: unsafe or engine: podman to be sure'
    ]);
    expect(await linesOf(more)).toEqual([]);
  });

  it('reports a setup file that is missing', async () => {
    const lines = await linesOf('environment: {setup: {root: {path: setup.sh}}}');
    expect(lines).toContainEqual('4:36 error file-not-found: setup file "setup.sh" was not found');
  });
});

describe('older spellings', () => {
  it.each([
    [
      'display: {pages: [{id: log, configuration: {design: flex-vertical}}]}',
      '4:53 info moved-key: "flex-vertical" is now "flex"; it still works'
    ],
    [
      'display: {pages: [{id: log, design: bare}]}',
      '4:37 info moved-key: "bare" is now "none"; it still works'
    ],
    [
      'authorization: {groups: [{configuration: {}, permissions: [{id: add_authorization}]}]}',
      '4:65 info moved-key: "add_authorization" is now "add_token"; it still works'
    ]
  ])('still work: %s', async (more, expected) => {
    expect(await linesOf(more)).toContain(expected);
  });

  it('make variables of the step print of prints', async () => {
    const { automation, lines } = await read(
      minimal(
        "prints: [{format: pdf, configuration: {page-number: {location: footer}}, folder: ~/docs, name: '{timestamp}.pdf'}, {format: pdf}]\n"
      )
    );
    expect(lines).toEqual([
      'automate.yaml:4:1 info moved-key: "prints" is now "print.variables"; it still works'
    ]);
    expect(automation?.steps.print.variables).toMatchObject([
      {
        id: 'pdf',
        view: 'pdf',
        path: 'pdf.pdf',
        configuration: {
          'page-number': { location: 'footer' },
          folder: '~/docs',
          name: '{timestamp}.pdf'
        }
      },
      { id: 'pdf-2', view: 'pdf', path: 'pdf-2.pdf' }
    ]);
  });

  it('have checked keys', async () => {
    const lines = await linesOf('prints: [{fromat: pdf, format: docx}]');
    expect(lines).toEqual([
      '4:1 info moved-key: "prints" is now "print.variables"; it still works',
      '4:11 warning unknown-key: key "fromat" is not known in a print; did you mean "format"?',
      '4:32 error unknown-printer: printer "docx" is not supported; use pdf or link'
    ]);
  });
});

describe('the strictness of 1.0', () => {
  it('wants ids that are unique over all steps', async () => {
    const more =
      'input: {variables: [{id: a, view: string, path: a.txt}]}\nlog: {variables: [{id: a, view: string, path: a.txt}]}';
    expect(await linesOf(more, '1.0')).toEqual([
      '5:19 error not-unique: variable "a" is used twice; first at automate.yaml:4:21'
    ]);
    expect(await linesOf(more)).toEqual([]);
  });

  it('does not let ids of the system be taken', async () => {
    const more = 'input: {variables: [{id: return_code, view: string, path: a.txt}]}';
    expect((await linesOf(more, '1.0'))[0]).toContain(
      '4:21 error reserved-id: "return_code" is set by the system'
    );
  });

  it.each([
    'display: {styles: [{path: ../x.css}]}',
    'display: {templates: [{id: base, path: ../x.html}]}',
    'authorization: {tokens: [{path: ../t.yaml}]}',
    'datasets: [{path: d, reference: {path: ../x}}]',
    'imports: [{path: ../x}]'
  ])('keeps paths inside: %s', async more => {
    const files = { '/root/x.css': '', '/root/x.html': '', '/root/t.yaml': '', '/root/x': '' };
    const errors = (lines: string[]) => lines.filter(line => line.includes('error path-outside:'));
    expect(errors(await linesOf(more, '1.0', files))).toHaveLength(1);
    expect(errors(await linesOf(more, '0.9.4', files))).toEqual([]);
  });

  it('runs shell scripts with bash', async () => {
    const text = minimal("scripts: [{path: it's.sh}]\n").replace('0.9.4', '1.0');
    const { automation } = await read(text, { "/root/tip/it's.sh": '' });
    expect(automation?.scripts).toMatchObject([
      { kind: 'command', command: "bash './it'\\''s.sh'" }
    ]);
  });
});
