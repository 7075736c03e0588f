import type { IEnvironment } from '../../core/automation/automation';

/**
 * Variables of the server that every script gets, besides those that the configuration declares. They speak of this
 * host; a kernel elsewhere keeps its own.
 */
export const HOST_VARIABLES: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TMP',
  'TEMP',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'PYTHONPATH',
  // Without these no program starts on Windows.
  'SYSTEMROOT',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA'
]);

/** Tell whether a variable is one that every script gets. */
export function isHostVariable(name: string): boolean {
  return HOST_VARIABLES.has(name) || name.startsWith('LC_') || name === 'CROSSCOMPUTE_ORIGIN_URI';
}

/** Values of the variables that the configuration declares for scripts as files; those that are not set are left out. */
export function fileVariables(
  automation: { environment: Pick<IEnvironment, 'fileVariables'> },
  server: NodeJS.ProcessEnv
): Record<string, string> {
  return Object.fromEntries(
    automation.environment.fileVariables.flatMap(name => {
      const value = server[name];
      return value === undefined ? [] : [[name, value]];
    })
  );
}

/**
 * The environment of an automation's scripts: what programs need to start, and what the
 * configuration declares; nothing else of the server's, and never a secret of ours.
 *
 * @param server - environment of the server process
 */
export function scriptEnvironment(
  automation: { environment: Pick<IEnvironment, 'variables'> },
  server: NodeJS.ProcessEnv
): Record<string, string> {
  const environment: Record<string, string> = {};
  const pass = (name: string) => {
    const value = server[name];
    if (value !== undefined) {
      environment[name] = value;
    }
  };
  HOST_VARIABLES.forEach(pass);
  Object.keys(server)
    .filter(name => name.startsWith('LC_'))
    .forEach(pass);
  pass('CROSSCOMPUTE_ORIGIN_URI');
  automation.environment.variables.forEach(pass);
  return environment;
}
