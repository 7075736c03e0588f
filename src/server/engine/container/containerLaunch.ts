import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import type { IScriptContext } from '../../../core/run/execution';
import { UNBUFFERED } from '../commandExecutor';
import type { ScriptJournal } from '../scriptJournal';
import { MountError, containerArguments, containerEnvironment } from './containerArguments';
import type { IMount } from './containerArguments';
import { OWNER_LABEL, ownerName } from './containerOwner';
import type { ContainerPorts } from './containerPorts';
import type { IContainerUser } from './containerFile';
import type { Images } from './images';
import { lendFolder } from './lentFolder';
import { NO_PODMAN, type Podman } from './podman';
import { openWall } from './containerWall';
import type { IContainerWall } from './containerWall';
import { networkOf } from './networkOf';
import { placePorts, writeAddresses } from './ports';

/** What containers need. */
export interface IContainerServices {
  podman: Podman;
  images: Images;
  user: IContainerUser;
  /** Where browsers find the ports of containers. */
  ports: ContainerPorts;
  /** Path of `container_relay.py`; null where it is missing. */
  relayScript: string | null;
}

/** Where our files are in containers. */
const RELAY_TARGET = '/var/lib/crosscompute/container_relay.py';
const SOCKETS_TARGET = '/var/lib/crosscompute/sockets';

/** What runs in a container. */
export interface IContained {
  /** Program and arguments. */
  words: readonly string[];
  /** Absolute working folder. */
  folder: string;
  /** Files of ours that it needs, by what they are for. */
  mounts?: readonly IMount[];
  /** True when standard input is handed in. */
  isInteractive: boolean;
}

/** A process that runs a container, to be started. */
export interface IContainerLaunch {
  /** Absolute path of podman. */
  program: string;
  parameters: string[];
  /** Environment of podman; the variables of the script are among it. */
  environment: NodeJS.ProcessEnv;
  /** Send a signal to the first process in the container. */
  signal(name: 'INT' | 'TERM'): Promise<void>;
  /** End the container and remove it; nothing happens when it is gone. */
  remove(): Promise<void>;
  /** Take back what was lent to it, when it is gone. */
  giveBack(): Promise<void>;
}

/** Thrown when there is no podman. */
export class NoPodmanError extends Error {
  constructor() {
    super(NO_PODMAN);
    this.name = 'NoPodmanError';
  }
}

/**
 * Make everything ready for a container: its image, the folder of the batch, ports.
 *
 * @throws {NoPodmanError} where there is no podman
 * @throws {ImageError} when there is no image for it
 * @throws {MountError} when a folder cannot be shown to it
 */
export async function launchContainer(
  services: IContainerServices,
  context: IScriptContext,
  contained: IContained,
  journal: ScriptJournal
): Promise<IContainerLaunch> {
  const { podman, images, user } = services;
  const { automation } = context;
  const program = await podman.find();
  if (program === null) {
    throw new NoPodmanError();
  }
  const stage = journal.begin({ name: 'container image', isStage: true });
  const image = await images.require(automation, context);
  journal.end(stage, { isOk: true });
  const releases: (() => Promise<void>)[] = [];
  const giveBack = async () => {
    await Promise.all(releases.map(release => release()));
  };
  try {
    const wall = await openWallOf(automation, user, text => journal.text('stderr', text));
    releases.push(async () => wall?.close());
    const prepared = { ...services, image, program, wall, releases };
    return { ...(await prepareContainer(prepared, context, contained)), giveBack };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

interface IPrepared extends IContainerServices {
  image: string;
  /** Absolute path of podman. */
  program: string;
  wall: IContainerWall | null;
  /** Gets what takes back what the container was given. */
  releases: (() => Promise<void>)[];
}

async function prepareContainer(
  { podman, user, ports, relayScript, image, program, wall, releases }: IPrepared,
  context: IScriptContext,
  contained: IContained
): Promise<Omit<IContainerLaunch, 'giveBack'>> {
  const { automation, folders } = context;
  const name = `crosscompute-${randomUUID()}`;
  const environment = { ...UNBUFFERED, ...containerEnvironment(context.environment) };
  const batchFolder = path.dirname(folders.input);
  const placed = await placePorts(automation.environment.ports, wall?.hostPorts);
  const addresses = ports.open(placed);
  releases.push(async () => addresses.close());
  await writeAddresses(automation, folders, addresses);
  const parameters = containerArguments({
    name,
    labels: { [OWNER_LABEL]: ownerName() },
    image,
    user,
    folder: contained.folder,
    mounts: [
      { source: batchFolder, target: batchFolder, isWritable: true },
      ...(await datasetMounts(automation)),
      ...(contained.mounts ?? []),
      ...(wall ? wallMounts(wall, relayScript) : [])
    ],
    hasNetwork: networkOf(automation) === 'all',
    ports: wall ? [] : placed,
    variables: Object.keys(environment),
    environment: automation.environment,
    isInteractive: contained.isInteractive,
    // Whoever reads standard input is ours, and does by itself what the first process has to do.
    hasInit: !contained.isInteractive && (await podman.hasInit()),
    command: wall ? relayed(contained.words, automation.environment) : contained.words
  });
  releases.push(await lendFolder(batchFolder, user));
  return {
    program,
    parameters,
    environment: { ...podman.environment, ...environment },
    signal: signalName => podman.signal(name, signalName),
    remove: () => podman.remove([name])
  };
}

async function openWallOf(
  automation: IAutomation,
  user: IContainerUser,
  warn: (text: string) => void
): Promise<IContainerWall | null> {
  const { apis, ports } = automation.environment;
  return networkOf(automation) === 'wall' ? openWall({ apis, ports, user, warn }) : null;
}

function wallMounts({ folder }: IContainerWall, relayScript: string | null): IMount[] {
  if (relayScript === null) {
    throw new MountError('container_relay.py is missing from this installation');
  }
  return [
    { source: folder, target: SOCKETS_TARGET, isWritable: false },
    { source: relayScript, target: RELAY_TARGET, isWritable: false }
  ];
}

/** The relay becomes the program when it is ready. */
function relayed(
  words: readonly string[],
  { ports }: Pick<IAutomation['environment'], 'ports'>
): string[] {
  const numbers = ports.map(({ number }) => String(number));
  return ['python3', '-I', '-S', RELAY_TARGET, SOCKETS_TARGET, ...numbers, '--', ...words];
}

/** A link is shown with what it leads to; a dataset that is not there is left to the script to miss. */
async function datasetMounts({ folder, datasets }: IAutomation): Promise<IMount[]> {
  const mounts = datasets.map(async (dataset): Promise<IMount[]> => {
    const target = path.join(folder, dataset.path);
    const source = await realpath(target).catch(() => null);
    return source === null ? [] : [{ source, target, isWritable: false }];
  });
  return (await Promise.all(mounts)).flat();
}
