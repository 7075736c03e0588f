import os from 'node:os';
import { OUR_ENVIRONMENT, activate, getProgram } from './paths.mjs';
import { readSharedVersions } from './peers.mjs';
import { runTimed } from './subprocess.mjs';

/**
 * Say on what the table was measured, without naming the machine.
 *
 * @returns {Promise<string[]>} lines
 */
export async function describeMachine() {
  const processors = os.cpus();
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  const { stdout } = await runTimed(
    getProgram(OUR_ENVIRONMENT, 'python'),
    [
      '-c',
      'import platform; from importlib.metadata import version\n' +
        'print("Python", platform.python_version(), "· JupyterLab", version("jupyterlab"))'
    ],
    { env: activate(OUR_ENVIRONMENT) }
  );
  const versions = (await readSharedVersions()).map(text => text.replace('==', ' '));
  return [
    `${os.availableParallelism()} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${memory} GiB, ${os.type()} ${os.release()}`,
    `${stdout.trim()} · Node ${process.versions.node} · ${versions.join(' · ')}`
  ];
}
