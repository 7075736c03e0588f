import fc from 'fast-check';
import { fillCommand, splitCommand } from '../splitCommand';

describe('splitCommand()', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['   ', []],
    ['python run.py', ['python', 'run.py']],
    ['  a\t b\n c ', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    [String.raw`a\ b \'c`, ['a b', "'c"]],
    [String.raw`"a\"b\\c\n"`, [String.raw`a"b\c\n`]],
    [String.raw`'a\b'`, [String.raw`a\b`]],
    ['a \\\n b', ['a', 'b']],
    ['echo $HOME * | wc; # all', ['echo', '$HOME', '*', '|', 'wc;', '#', 'all']],
    ["größe '日本 語'", ['größe', '日本 語']]
  ])('splits %j', (command, words) => {
    expect(splitCommand(command)).toEqual({ words });
  });

  it.each([
    [`a 'b`, 2],
    [`a "b'`, 2],
    [`a'b' "`, 5],
    ['a\\', 1],
    ['"a\\', 0]
  ])('says where %j is not closed', (command, unclosedAt) => {
    expect(splitCommand(command)).toEqual({ unclosedAt });
  });

  it('gives back any words that are quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.fullUnicodeString()), words => {
        const command = words.map(word => `'${word.replace(/'/g, `'\\''`)}'`).join(' ');
        expect(splitCommand(command)).toEqual({ words });
      })
    );
  });
});

describe('fillCommand()', () => {
  it('keeps a folder one argument, whatever it is called', () => {
    const folder = `/data/a b'"$(x){output_folder}`;
    const folders = { input_folder: folder, output_folder: '/out' };
    expect(fillCommand(['p', '{input_folder}', 'x={output_folder}/y'], folders)).toEqual([
      'p',
      folder,
      'x=/out/y'
    ]);
  });

  it('leaves other braces, and folders that are not given, as written', () => {
    const words = [
      '{x}',
      '{}',
      '{"a": 1}',
      '{ input_folder }',
      '{log_folder}',
      '${HOME}',
      '{__proto__}'
    ];
    expect(fillCommand(words, { input_folder: '/in' })).toEqual(words);
  });
});
