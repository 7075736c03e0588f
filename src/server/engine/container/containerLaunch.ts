import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import type { IScriptContext } from '../../../core/run/execution';
import { UNBUFFERED } from '../commandExecutor';
import type { ScriptJournal } from '../scriptJournal';
import { containerArguments, containerEnvironment } from './containerArguments';
import type { ContainerNetwork, IMount } from './containerArguments';
import { OWNER_LABEL, ownerName } from './containerOwner';
import type { IContainerUser } from './containerFile';
import type { Images } from './images';
import { lendFolder } from './lentFolder';
import { NO_PODMAN, type Podman } from './podman';
import { placePorts } from './ports';

/** What containers need. */
export interface IContainerServices {
  podman: Podman;
  images: Images;
  user: IContainerUser;
}

/** What runs in a container. */
export interface IContained {
  /** Program and arguments. */
  words: readonly string[];
  /** Absolute working folder. */
  folder: string;
  /** Files of ours that it needs. */
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
  { podman, images, user }: IContainerServices,
  context: IScriptContext,
  contained: IContained,
  journal: ScriptJournal
): Promise<IContainerLaunch> {
  const { automation, folders } = context;
  const program = await podman.find();
  if (program === null) {
    throw new NoPodmanError();
  }
  const stage = journal.begin({ name: 'container image', isStage: true });
  const image = await images.require(automation, context.signal);
  journal.end(stage, { isOk: true });
  const name = `crosscompute-${randomUUID()}`;
  const environment = { ...UNBUFFERED, ...containerEnvironment(context.environment) };
  const batchFolder = path.dirname(folders.input);
  const ports = await placePorts(automation, folders);
  const parameters = containerArguments({
    name,
    labels: { [OWNER_LABEL]: ownerName() },
    image,
    user,
    folder: contained.folder,
    mounts: [
      { source: batchFolder, target: batchFolder, isWritable: true },
      ...(await datasetMounts(automation)),
      ...(contained.mounts ?? [])
    ],
    network: await chooseNetwork(automation, text => journal.text('stderr', text)),
    ports,
    variables: Object.keys(environment),
    environment: automation.environment,
    isInteractive: contained.isInteractive,
    // Whoever reads standard input is ours, and does by itself what the first process has to do.
    hasInit: !contained.isInteractive && (await podman.hasInit()),
    command: contained.words
  });
  const giveBack = await lendFolder(batchFolder, user);
  return {
    program,
    parameters,
    environment: { ...podman.environment, ...environment },
    signal: signalName => podman.signal(name, signalName),
    remove: () => podman.remove([name]),
    giveBack
  };
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

/**
 * Everything in 0.9, as it was there; in 1.0 only what `apis` names, also where a 0.9 file has the key.
 *
 * @param warn - gets a line about each host that is not known here either
 */
export async function chooseNetwork(
  { environment, vocabulary }: Pick<IAutomation, 'environment' | 'vocabulary'>,
  warn: (text: string) => void
): Promise<ContainerNetwork> {
  const { apis, ports } = environment;
  if (!apis.length && vocabulary === '0.9') {
    return { kind: 'all' };
  }
  if (!apis.length && !ports.length) {
    return { kind: 'none' };
  }
  const hosts = apis.map(async domain => {
    const found = await lookup(domain, { all: true }).catch(() => []);
    if (!found.length) {
      warn(`The host ${domain} of environment.apis was not found.\n`);
    }
    return found.map(({ address }) => ({ domain, address }));
  });
  return { kind: 'hosts', hosts: (await Promise.all(hosts)).flat() };
}
