import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SETUP_FOLDER } from './paths.mjs';
import { findPython } from './python.mjs';
import { announce, run, StepError } from './run.mjs';
import { doOnce } from './stamps.mjs';

/** Each in an environment of its own, as they need other versions of Jupyter than we do. */
const GATEWAYS = {
  kernel: ['jupyter_kernel_gateway==3.0.1', 'ipykernel==7.4.0'],
  enterprise: ['jupyter_enterprise_gateway==3.3.0', 'ipykernel==6.29.5']
};

/**
 * Install the gateways that tests of remote engines talk to, below `.setup/gateways/`. One that cannot be installed here
 * is left out, and its tests are skipped.
 */
export async function installGateways() {
  for (const [name, packages] of Object.entries(GATEWAYS)) {
    const folder = path.join(SETUP_FOLDER, 'gateways', name);
    const python = path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
    const stamp = {
      name: `gateway-${name}`,
      inputs: [],
      text: packages.join(' '),
      outputs: [folder]
    };
    try {
      await doOnce(stamp, async () => {
        announce(`Installing the ${name} gateway for tests`);
        rmSync(folder, { recursive: true, force: true });
        await run(await findPython(), ['-m', 'venv', folder]);
        const pip = [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          '--no-compile'
        ];
        await run(python, [...pip, ...packages]);
      });
    } catch (error) {
      if (!(error instanceof StepError)) {
        throw error;
      }
      process.stderr.write(`The ${name} gateway cannot be installed here: ${error.message}\n`);
      if (existsSync(folder)) {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
}
