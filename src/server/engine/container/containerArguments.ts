import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import type { IContainerUser } from './containerFile';

/** A folder or file of the host that a container sees at the same path. */
export interface IMount {
  /** Absolute path on the host. */
  source: string;
  /** Absolute path in the container. */
  target: string;
  isWritable: boolean;
}

/** A container as `podman run` shall make it. */
export interface IContainer {
  name: string;
  /** Labels by name. */
  labels: Readonly<Record<string, string>>;
  image: string;
  user: IContainerUser;
  /** Absolute working folder. */
  folder: string;
  mounts: readonly IMount[];
  /** False for none at all. */
  hasNetwork: boolean;
  /** Ports of the container, each at a port of the host's loopback address. */
  ports: readonly { number: number; hostPort: number }[];
  /** Names of variables that it gets from the environment of `podman run`: values are in no argument. */
  variables: readonly string[];
  environment: Pick<IAutomation['environment'], 'memory' | 'processor' | 'timeoutMs'>;
  /** True when standard input is handed in. */
  isInteractive: boolean;
  /** True to let a small first process hand on signals and bury orphans. */
  hasInit: boolean;
  /** Program and arguments. */
  command: readonly string[];
}

/** Processes and threads that a container may have: enough for any library, too few to stop the host. */
const MAXIMUM_PROCESSES = 2048;
/** Podman ends a container by itself this long after its time is over, should we be gone by then. */
const TIMEOUT_RESERVE_S = 30;

/**
 * The arguments of podman that run a container once, and remove it with its end. The container keeps no capability
 * and can gain none, and its user is not root.
 */
export function containerArguments(container: IContainer): string[] {
  const { name, labels, image, user, folder, environment, command } = container;
  const { memory, processor, timeoutMs } = environment;
  return [
    ...['run', '--rm', '--name', name],
    ...Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
    ...(container.isInteractive ? ['--interactive'] : []),
    ...(container.hasInit ? ['--init'] : []),
    // What it says goes to us alone; proxies of the host are no matter of scripts.
    ...['--log-driver', 'none', '--http-proxy=false', '--pull', 'never'],
    ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
    // Else SELinux would want the labels of an author's folders changed.
    ...['--security-opt', 'label=disable'],
    ...(user.isRootless ? ['--userns', 'keep-id'] : []),
    ...['--user', `${user.uid}:${user.gid}`, '--workdir', folder],
    ...['--pids-limit', String(MAXIMUM_PROCESSES)],
    // Without swap beyond it, the limit is one.
    ...(memory === null ? [] : ['--memory', memory, '--memory-swap', memory]),
    ...(processor === null ? [] : ['--cpus', processor]),
    ...(timeoutMs === null
      ? []
      : ['--timeout', String(Math.ceil(timeoutMs / 1000) + TIMEOUT_RESERVE_S)]),
    ...(container.hasNetwork ? [] : ['--network', 'none']),
    ...container.ports.flatMap(({ number, hostPort }) => [
      '--publish',
      `127.0.0.1:${hostPort}:${number}`
    ]),
    ...container.mounts.flatMap(mountArguments),
    ...container.variables.flatMap(variable => ['--env', variable]),
    image,
    ...command
  ];
}

/** Thrown when podman has no way to write a path. */
export class MountError extends Error {}

function mountArguments({ source, target, isWritable }: IMount): string[] {
  if (/[:\n]/.test(source + target)) {
    const shown = JSON.stringify(path.basename(target));
    throw new MountError(
      `${shown} lies in a folder with a colon in its name, which podman cannot mount`
    );
  }
  return ['--volume', `${source}:${target}:${isWritable ? 'rw' : 'ro'}`];
}

/** Variables that say something about the host, or that podman itself would heed. */
const OF_HOST =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TMP|TEMP|VIRTUAL_ENV|CONDA_PREFIX|PYTHONPATH|PYTHONHOME|SYSTEMROOT|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|(?:LD_|CONTAINER|PODMAN|BUILDAH|STORAGE_|REGISTRY_|XDG_|DBUS_|NOTIFY_|LISTEN_).*)$/;

/**
 * The variables of a script's environment that its container gets; it keeps its own `PATH`, `HOME` and the like.
 * Names that podman reads as patterns or assignments are left out.
 */
export function containerEnvironment(
  environment: Readonly<Record<string, string>>
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !OF_HOST.test(name) && !/[*=\0]/.test(name))
  );
}
