import { execFileSync, spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';

/** Those of some modules that a Python has. */
export function installedModules(python: string, modules: readonly string[]): ReadonlySet<string> {
  const code = 'import importlib.util, sys; print(*filter(importlib.util.find_spec, sys.argv[1:]))';
  const output = execFileSync(python, ['-c', code, ...modules], { encoding: 'utf8' });
  return new Set(output.trim().split(' '));
}

/**
 * Let nbclient execute notebooks, all by one Python process; each is replaced by the executed one.
 *
 * @param environment - whole environment of its kernels, but for what they set themselves
 * @returns names of errors, null for none, by the paths of notebooks
 * @throws {Error} when it did not execute all of them
 */
export async function executeByNbclient(
  python: string,
  request: { notebooks: readonly string[]; jobs: number },
  environment: Readonly<Record<string, string>>
): Promise<ReadonlyMap<string, string | null>> {
  const child = spawn(python, [path.join(__dirname, 'nbclient_oracle.py')], {
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe']
  });
  const errors = new Map<string, string | null>();
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', line => {
    const answer = JSON.parse(line) as { path: string; error: string | null };
    errors.set(answer.path, answer.error);
  });
  child.stdin.end(`${JSON.stringify(request)}\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0 || !request.notebooks.every(each => errors.has(each))) {
    throw new Error(`nbclient ended with code ${String(code)}: ${complaints}`);
  }
  return errors;
}
