import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { findRKernel } from '../../../../testing/kernels';
import { bash } from '../bash';
import type { IKernelSetting } from '../language';
import { LanguageRegistry, createLanguages } from '../languages';
import { python } from '../python';
import { pythonFileCode, pythonFunctionCode } from '../pythonScript';

const NASTY = [
  '',
  ' ',
  '\n',
  'a\n\n',
  '\'"`$HOME$(id)\\',
  '");import os;os._exit(9)#',
  '{}${x}',
  '😀 ü \u2028',
  '%s%%',
  '!x',
  '\t\r\x01',
  '-n',
  '~'
];

const value = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.fullUnicodeString({ maxLength: 300 }).map(text => text.replace(/\0/g, ''))
);
const environments = fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_0-9]{0,8}$/), value, {
  maxKeys: 5
});

const setting = (more: Partial<IKernelSetting>): IKernelSetting => ({
  folder: '/tmp',
  sourceFolder: '/tmp',
  environment: {},
  keep: [],
  ...more
});

describe('LanguageRegistry', () => {
  it.each([
    ['Python', 'python'],
    ['ipython', 'python'],
    ['bash', 'bash'],
    ['R', 'r'],
    ['TypeScript', 'javascript'],
    ['COBOL', ''],
    ['', '']
  ])('knows %j as %j', (name, expected) => {
    expect(createLanguages().get(name).names[0]).toBe(expected);
  });

  it('refuses a name that is taken, and adds nothing then', () => {
    const registry = new LanguageRegistry();
    registry.add(bash);
    expect(() => registry.add({ ...python, names: ['new', 'sh'] })).toThrow('"sh"');
    expect(registry.get('new').prelude(setting({}))).toBeNull();
  });
});

describe('preludes', () => {
  it('hold nothing of a value as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~ ]{12,40}$/), secret => {
        const given = setting({ folder: `/x/${secret}`, environment: { A: secret } });
        for (const name of ['python', 'bash', 'r', 'javascript']) {
          expect(createLanguages().get(name).prelude(given)).not.toContain(secret);
        }
        const folders = { input_folder: secret };
        const call = { module: secret, name: secret, folder: secret, folders };
        expect(pythonFunctionCode(call)).not.toContain(secret);
        expect(pythonFileCode(secret)).not.toContain(secret);
      })
    );
  });

  let folder: string;

  beforeAll(() => {
    const parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'crosscompute-languages-')));
    folder = path.join(parent, 'a \'b" ü $HOME');
    mkdirSync(folder);
  });

  afterAll(() => {
    rmSync(path.dirname(folder), { recursive: true });
  });

  /** Run code before a line that prints folder and environment as JSON. */
  const run = (program: string, parameters: string[]) =>
    JSON.parse(
      execFileSync(program, parameters, {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, UNDECLARED: 'x', SPECIAL: 'from the spec' }
      })
    ) as { folder: string; environment: Record<string, string> };

  const report =
    'import json, os; print(json.dumps({"folder": os.getcwd(), "environment": dict(os.environ)}))';
  const nodeReport =
    'console.log(JSON.stringify({folder: process.cwd(), environment: process.env}))';

  it('set folder and environment in Python exactly', () => {
    fc.assert(
      fc.property(environments, declared => {
        const prelude = python.prelude(
          setting({ folder, environment: declared, keep: ['SPECIAL'] })
        );
        const fake = 'get_ipython = lambda: None\n';
        const seen = run('python3', ['-c', `${fake}${prelude}\n${report}`]);
        expect(seen.folder).toBe(folder);
        const { LC_CTYPE: _, ...environment } = seen.environment;
        expect(environment).toEqual({ SPECIAL: 'from the spec', ...declared });
      }),
      { numRuns: 15 }
    );
  });

  it('set folder and environment in bash exactly', () => {
    fc.assert(
      fc.property(environments, declared => {
        const environment = { ...declared, PATH: process.env.PATH ?? '' };
        const prelude = bash.prelude(setting({ folder, environment, keep: ['SPECIAL'] })) ?? '';
        expect(Math.max(...prelude.split('\n').map(({ length }) => length))).toBeLessThan(4096);
        const seen = run('bash', ['-c', `${prelude}\n'${process.execPath}' -e '${nodeReport}'`]);
        expect(seen.folder).toBe(folder);
        const { PWD: _1, OLDPWD: _2, SHLVL: _3, _: _4, ...rest } = seen.environment;
        expect(rest).toEqual({ SPECIAL: 'from the spec', ...environment });
      }),
      { numRuns: 15 }
    );
  });

  it('set folder and environment in JavaScript exactly', () => {
    fc.assert(
      fc.property(environments, declared => {
        const prelude = createLanguages()
          .get('javascript')
          .prelude(setting({ folder, environment: declared, keep: ['SPECIAL'] }));
        const seen = run(process.execPath, ['-e', `${prelude}\n${nodeReport}`]);
        expect(seen.folder).toBe(folder);
        expect(seen.environment).toEqual({ SPECIAL: 'from the spec', ...declared });
      }),
      { numRuns: 5 }
    );
  });

  (findRKernel() ? it : it.skip)(
    'set folder and environment in R exactly, whatever its locale',
    () => {
      const show =
        'show <- function(name, text) cat(name, " ", paste(charToRaw(text), collapse = ""), "\\n", sep = "")';
      const reportR = `${show}
show("/", getwd())
for (name in names(Sys.getenv())) show(name, Sys.getenv(name))`;
      fc.assert(
        fc.property(environments, declared => {
          const environment = { ...declared, PATH: process.env.PATH ?? '' };
          const prelude = createLanguages()
            .get('r')
            .prelude(setting({ folder, environment, keep: ['SPECIAL'] }));
          // With PATH alone, the locale is C.
          const text = execFileSync('R', ['--slave', '--vanilla', '-e', `${prelude}\n${reportR}`], {
            encoding: 'utf8',
            env: { PATH: process.env.PATH, UNDECLARED: 'x', SPECIAL: 'from the spec' }
          });
          const lines = text
            .split('\n')
            .slice(0, -1)
            .map(line => line.split(' '));
          const seen = Object.fromEntries(
            lines.map(([name, digits]) => [name, Buffer.from(digits, 'hex').toString()])
          );
          const { LD_LIBRARY_PATH: _1, PAGER: _2, EDITOR: _3, '/': seenFolder, ...rest } = seen;
          expect(seenFolder).toBe(folder);
          // R sets variables of its own that begin so.
          const withoutOwn = (values: object) =>
            Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('R_')));
          const expected = withoutOwn({ SPECIAL: 'from the spec', ...environment });
          expect(withoutOwn(rest)).toEqual(expected);
        }),
        { numRuns: 5 }
      );
    }
  );
});
