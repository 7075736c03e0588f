import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { PROJECT_FOLDER } from './jupyterServer';

/** A kernel that a Jupyter server of specs gets besides Python and bash. */
export interface ITestKernel {
  /** Name of its spec. */
  name: string;
  /** As its spec says it. */
  language: string;
  /** How it is started; `{connection_file}` stands for what Jupyter hands over. */
  argv: readonly string[];
  /** Variables that its spec sets. */
  variables?: Readonly<Record<string, string>>;
}

/** Find the R kernel of this machine, whether its spec is known to Jupyter or not; null when there is none. */
export function findRKernel(): ITestKernel | null {
  try {
    execFileSync('R', ['--slave', '-e', 'loadNamespace("IRkernel")'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const argv = ['R', '--slave', '-e', 'IRkernel::main()', '--args', '{connection_file}'];
  return { name: 'ir', language: 'R', argv };
}

/** Find the JavaScript kernel that `npm test` installs; null when there is none. */
export function findDenoKernel(): ITestKernel | null {
  const program = path.join(PROJECT_FOLDER, '.setup', 'kernels', 'deno', 'bin', 'deno');
  return existsSync(program)
    ? {
        name: 'deno',
        language: 'typescript',
        argv: [program, 'jupyter', '--kernel', '--conn', '{connection_file}'],
        // Tests use no network, and its cache belongs to nobody's home.
        variables: { DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
      }
    : null;
}
