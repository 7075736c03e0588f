import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import { isJsonObject } from '../../../core/json';
import type { JsonObject } from '../../../core/json';
import type { IRunFolders } from '../../../core/run/execution';
import { writeAtomically } from '../../store/atomicWrite';
import type { IContainerPort, IOpenPorts } from './containerPorts';

/**
 * Choose ports of this host for those of a container.
 *
 * @param hostPorts - those that lead to them already; chosen when left out
 */
export async function placePorts(
  ports: IAutomation['environment']['ports'],
  hostPorts?: readonly number[]
): Promise<IContainerPort[]> {
  const chosen = hostPorts ?? (await findFreePorts(ports.length));
  return ports.map(({ id, number }, index) => ({ id, number, hostPort: chosen[index] }));
}

/**
 * Write the addresses of the ports of a container where pages and scripts look: `debug/ports.dictionary`, and the
 * variables that they are named after.
 */
export async function writeAddresses(
  { environment, steps }: Pick<IAutomation, 'environment' | 'steps'>,
  folders: IRunFolders,
  { addressOf }: Pick<IOpenPorts, 'addressOf'>
): Promise<void> {
  if (!environment.ports.length) {
    return;
  }
  const addresses = environment.ports.map(({ id }): [string, string] => [id, addressOf(id)]);
  await mergeInto(path.join(folders.debug, 'ports.dictionary'), Object.fromEntries(addresses));
  for (const [id, address] of addresses) {
    for (const step of ['log', 'debug'] as const) {
      const variable = steps[step].variables.find(variable => variable.id === id);
      if (variable) {
        const file = path.join(folders[step], variable.path);
        await (variable.path.endsWith('.dictionary')
          ? mergeInto(file, { [id]: address })
          : writeAtomically(file, address));
      }
    }
  }
}

/** All at once, so that they differ. */
async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    })
  );
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

async function mergeInto(file: string, values: JsonObject): Promise<void> {
  const before = await readFile(file, 'utf8')
    .then(text => JSON.parse(text) as unknown)
    // None, or no JSON: then only ours are in it.
    .catch(() => null);
  const merged = { ...(isJsonObject(before) ? before : {}), ...values };
  await writeAtomically(file, `${JSON.stringify(merged)}\n`);
}
