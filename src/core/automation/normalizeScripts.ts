import { joinPath, staysInside, suffixOf } from '../path';
import type { Script } from './automation';
import { WEIGHTS } from './problemCodes';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { FOLDER_PLACEHOLDERS, isFolderPlaceholder, splitCommand } from './splitCommand';
import { readParameters, tellUnusedParameters } from './scriptParameters';
import { didYouMean } from './suggest';

/** How a script says what to run; exactly one of these keys. */
const METHODS = ['command', 'path', 'function'] as const;

type Method = (typeof METHODS)[number];

/** What all kinds of scripts have. */
type ScriptBase = Pick<Script, 'folder' | 'position' | 'protocol'>;

/** Reads the scripts of one method. */
type ScriptReader = (section: Section, base: ScriptBase, context: IReadContext) => Script | null;

const READERS: Readonly<Record<Method, ScriptReader>> = {
  command: readCommand,
  path: readPath,
  function: readFunction
};

/** Kinds of files that `path` may name. */
const SUFFIX_KINDS: Readonly<Record<string, 'notebook' | 'python'>> = {
  '.ipynb': 'notebook',
  '.py': 'python'
};

/**
 * Read the scripts of a checked configuration, in order. A script that cannot be read is reported and left out.
 */
export function normalizeScripts(configuration: Section, context: IReadContext): Script[] {
  return configuration.sections('scripts').flatMap(section => {
    const script = normalizeScript(section, context);
    if (script?.kind === 'command' && script.protocol) {
      return [{ ...script, parameters: readParameters(section, configuration, context) }];
    }
    tellUnusedParameters(section, context);
    return script ? [script] : [];
  });
}

function normalizeScript(section: Section, context: IReadContext): Script | null {
  const given = METHODS.filter(method => section.filledText(method) !== null);
  const isProtocol = section.text('protocol') === 'progress';
  const base: ScriptBase = {
    folder: readFolder(section, context),
    position: section.position,
    ...(isProtocol ? { protocol: 'progress' as const } : {})
  };
  if (!given.length) {
    const message = 'each script needs a command, a path or a function';
    context.problems.add('script-method', section.position, message);
    return null;
  }
  if (given.length > 1) {
    const message = `${given.join(' and ')} are ${given.length > 2 ? 'all' : 'both'} given`;
    const position = section.entry(given[1])?.position ?? section.position;
    context.problems.add('script-conflict', position, message, 'choose one');
    return null;
  }
  return READERS[given[0]](section, base, context);
}

/** @returns the working folder, normalised */
function readFolder(section: Section, context: IReadContext): string {
  const written = section.filledText('folder');
  if (written === null) {
    return '.';
  }
  context.paths.push({
    noun: 'folder',
    path: written,
    base: context.folder,
    position: section.positionOf('folder'),
    kind: 'folder',
    within: context.folder
  });
  return joinPath(written);
}

function readCommand(section: Section, base: ScriptBase, context: IReadContext): Script {
  const { problems } = context;
  const command = section.text('command') ?? '';
  const position = section.positionOf('command');
  if ('unclosedAt' in splitCommand(command)) {
    problems.add('script-quotes', position, 'a quote in the command is not closed');
  }
  for (const [placeholder, name] of command.matchAll(/\{([\w-]*)\}/g)) {
    if (!isFolderPlaceholder(name)) {
      const message = `"${placeholder}" is not a folder`;
      const hint = didYouMean(name, FOLDER_PLACEHOLDERS, 'it stays as written');
      problems.add('script-placeholder', position, message, hint);
    }
  }
  const kernel = section.entry('kernel');
  if (kernel) {
    problems.add(
      'unused-key',
      kernel.position,
      '"kernel" has no effect: a command runs without one'
    );
  }
  return { ...base, kind: 'command', command };
}

function readPath(section: Section, base: ScriptBase, context: IReadContext): Script | null {
  const written = section.text('path') ?? '';
  const position = section.positionOf('path');
  const suffix = suffixOf(written);
  if (suffix === '.sh' && context.vocabulary === '1.0') {
    return readShell(written, base, section, context);
  }
  if (!Object.prototype.hasOwnProperty.call(SUFFIX_KINDS, suffix)) {
    const message = `script "${written}" must end in .ipynb or .py`;
    const hint = suffix === '.sh' ? 'write command: bash with it, or crosscompute: 1.0.0' : '';
    context.problems.add('script-suffix', position, message, hint);
    return null;
  }
  const kind = SUFFIX_KINDS[suffix];
  requireScript(kind === 'notebook' ? 'notebook' : 'script', section, base, context);
  return { ...base, kind, path: joinPath(written), kernel: section.filledText('kernel') };
}

function requireScript(
  noun: string,
  section: Section,
  base: ScriptBase,
  context: IReadContext
): void {
  context.paths.push({
    noun,
    path: section.text('path') ?? '',
    base: joinPath(context.folder, base.folder),
    position: section.positionOf('path'),
    kind: 'file',
    within: context.folder
  });
}

/** A shell script is a command: nothing of it runs in a kernel. */
function readShell(
  written: string,
  base: ScriptBase,
  section: Section,
  context: IReadContext
): Script {
  requireScript('script', section, base, context);
  const quoted = `'./${joinPath(written).replace(/'/g, `'\\''`)}'`;
  return { ...base, kind: 'command', command: `bash ${quoted}` };
}

function readFunction(section: Section, base: ScriptBase, context: IReadContext): Script | null {
  const written = section.text('function') ?? '';
  const position = section.positionOf('function');
  const at = written.lastIndexOf('.');
  if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(written)) {
    const message = `function "${written}" must look like module.function`;
    context.problems.add('script-function', position, message);
    return null;
  }
  const module = written.slice(0, at);
  if (staysInside(base.folder)) {
    context.modules.push({
      module,
      folder: joinPath(context.folder, base.folder),
      position,
      // The module may also be installed, which only its kernel knows.
      weight: WEIGHTS.warning
    });
  }
  const kernel = section.filledText('kernel');
  return { ...base, kind: 'function', module, name: written.slice(at + 1), kernel };
}
