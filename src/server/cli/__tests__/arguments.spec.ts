import { globExpression, parseArguments, UsageError } from '../arguments';

describe('parseArguments()', () => {
  it('serves this folder by default', () => {
    expect(parseArguments([])).toMatchObject({
      command: 'serve',
      path: '.',
      host: '127.0.0.1',
      port: null
    });
  });

  it('knows the commands, the path and the options in any order', () => {
    expect(parseArguments(['run', '--jobs', '3', 'tips', '--json'])).toMatchObject({
      command: 'run',
      path: 'tips',
      jobs: 3,
      isJson: true
    });
    expect(parseArguments(['tips/automate.yaml', '--no-browser', '--port=0'])).toMatchObject({
      command: 'serve',
      path: 'tips/automate.yaml',
      hasBrowser: false,
      port: 0
    });
  });

  it('takes a folder that is called like a command with a dot before it', () => {
    expect(parseArguments(['run', './run'])).toMatchObject({ command: 'run', path: './run' });
  });

  it('understands the flags of the original framework', () => {
    expect(parseArguments(['--run', 'tips'])).toMatchObject({ command: 'run', path: 'tips' });
    expect(parseArguments(['--version'])).toMatchObject({ command: 'version' });
  });

  it('takes --configure of the original for init', () => {
    expect(parseArguments(['--configure', 'a/run.ipynb'])).toMatchObject({
      command: 'init',
      path: 'a/run.ipynb'
    });
  });

  it('accepts older flags with a note, or for what they mean here', () => {
    const { notes, isFixed, rootUri, port } = parseArguments([
      ...['--static', '--clean', '--base-uri', 'x', '--disk-poll', '5', 'tips', '--port', '80']
    ]);
    expect(notes).toHaveLength(4);
    expect([isFixed, rootUri, port]).toEqual([true, '/x', 80]);
    expect(parseArguments(['--no-restart', '--no-hidden', '--no-rebuild'])).toMatchObject({
      isFixed: true,
      showsRuns: true,
      keepsImages: true,
      notes: []
    });
  });

  it('takes several origins after one flag, and a path behind them', () => {
    const words = ['--origins', 'https://a.org', 'https://b.org/', 'tips'];
    expect(parseArguments(words)).toMatchObject({
      origins: ['https://a.org', 'https://b.org'],
      path: 'tips'
    });
  });

  it('takes the number of runs at once from the environment, unless it is given', () => {
    process.env.CROSSCOMPUTE_WORKER_COUNT = '7';
    try {
      expect(parseArguments([]).jobs).toBe(7);
      expect(parseArguments(['--jobs', '2']).jobs).toBe(2);
    } finally {
      delete process.env.CROSSCOMPUTE_WORKER_COUNT;
    }
  });

  it('takes a time limit in seconds or with its unit', () => {
    expect(parseArguments(['run', '--timeout', '90']).timeoutMs).toBe(90_000);
    expect(parseArguments(['run', '--timeout', '5 minutes']).timeoutMs).toBe(300_000);
    expect(() => parseArguments(['run', '--timeout', 'soon'])).toThrow('--timeout takes');
  });

  it('gives the prefix one slash before and none behind', () => {
    expect(parseArguments(['--root-uri', 'x/y/']).rootUri).toBe('/x/y');
  });

  it.each([
    [['--jobs', '0'], '--jobs takes a whole number from 1 to 64, not "0"'],
    [['--port', '70000'], '--port takes'],
    [['--port', 'x'], 'not "x"'],
    [['run', 'a', 'b'], 'one path is expected, not 2'],
    [['--jbos', '3'], '--jbos']
  ])('refuses %j and says what is off', (words, message) => {
    expect(() => parseArguments(words)).toThrow(UsageError);
    expect(() => parseArguments(words)).toThrow(message);
  });
});

describe('globExpression()', () => {
  it('matches whole slugs, and takes nothing else for a pattern', () => {
    expect(globExpression('a*').test('abc')).toBe(true);
    expect(globExpression('a*').test('xa')).toBe(false);
    expect(globExpression('a.c').test('abc')).toBe(false);
    expect(globExpression('a?c').test('abc')).toBe(true);
    expect(globExpression('(').test('(')).toBe(true);
  });
});
