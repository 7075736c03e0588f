import { suffixOf } from '../path';
import type { IParsedDocument } from './document';
import { MAXIMUM_BYTES, parseDocument } from './document';
import { parseIni } from './iniDocument';
import { ProblemList, addTooLarge } from './problemList';
import { parseToml } from './tomlDocument';

type Parser = (text: string, file: string) => IParsedDocument | Promise<IParsedDocument>;

const PARSERS: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['.yaml', parseDocument],
  ['.yml', parseDocument],
  ['.toml', parseToml],
  ['.cfg', parseIni],
  ['.ini', parseIni]
]);

/** Suffixes of configurations. */
export const CONFIGURATION_SUFFIXES: readonly string[] = [...PARSERS.keys()];

/** What to do about another suffix. */
export const SUFFIX_HINT = 'use .yaml, .toml or .ini';

/**
 * Parse the text of a configuration in the syntax that its suffix tells, keeping the place of every key and value.
 *
 * Never throws, whatever the text: all that is wrong comes back as problems.
 *
 * @param file - absolute path with one of `CONFIGURATION_SUFFIXES`; anything else reads as YAML
 */
export async function parseConfiguration(text: string, file: string): Promise<IParsedDocument> {
  if (text.length > MAXIMUM_BYTES) {
    const problems = new ProblemList();
    addTooLarge(problems, file);
    return { tree: null, problems: problems.sorted() };
  }
  return (PARSERS.get(suffixOf(file)) ?? parseDocument)(text, file);
}
