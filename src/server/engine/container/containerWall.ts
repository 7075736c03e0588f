import { lchown, mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../store/temporaryFolder';
import { AllowedHosts } from './allowedHosts';
import { ApiProxy } from './apiProxy';
import type { IContainerUser } from './containerFile';
import { WaitingConnections } from './waitingConnections';

/** What a container without network has in place of one: Unix sockets of ours in a folder. */
export interface IContainerWall {
  /** Absolute folder, to be shown to the container. */
  folder: string;
  /** Ports of this host's loopback address that lead to those of the container, in their order. */
  hostPorts: readonly number[];
  /** End all connections, and remove the folder. */
  close(): Promise<void>;
}

/** What is let through, and whom it is told. */
export interface IWallOptions extends Pick<IAutomation['environment'], 'apis' | 'ports'> {
  user: IContainerUser;
  /** Gets a sentence about each host that is refused, with its line end. */
  warn(text: string): void;
}

/** Open the sockets of one container; nobody else comes to them. */
export async function openWall({ apis, ports, user, warn }: IWallOptions): Promise<IContainerWall> {
  const place = await makeTemporaryFolder('wall');
  const folder = path.join(place, 'sockets');
  const proxy = apis.length ? new ApiProxy({ hosts: new AllowedHosts(apis), warn }) : null;
  const waiting = ports.map(() => new WaitingConnections());
  const close = async () => {
    await Promise.all([proxy?.close(), ...waiting.map(each => each.close())]);
    await removeTemporaryFolder(place);
  };
  try {
    await mkdir(folder, { mode: 0o700 });
    const open = async (name: string, opened: { listen(socketPath: string): Promise<void> }) => {
      const file = path.join(folder, name);
      await opened.listen(file);
      await own(file, user);
    };
    await Promise.all([
      proxy && open('apis.sock', proxy),
      ...waiting.map((each, index) => open(`port-${index}.sock`, each))
    ]);
    await own(folder, user);
  } catch (error) {
    await close();
    throw error;
  }
  return { folder, hostPorts: waiting.map(each => each.hostPort), close };
}

/** Where the server is root, the user of the container is not. */
async function own(file: string, { uid, gid, isRootless }: IContainerUser): Promise<void> {
  if (!isRootless) {
    await lchown(file, uid, gid);
  }
}
