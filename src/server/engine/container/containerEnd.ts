/** An end of `podman run` that is none of the program in the container. */
export interface IContainerEnd {
  code: 'engine-unavailable' | 'command-not-found';
  /** One sentence for a person, with what podman said. */
  message: string;
}

const ENGINE_FAILED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** How the small first process of `--init` says that there is no such program. */
const INIT_FAILED = /\(catatonit:\d+\): failed to exec pid1: (No such file|Permission denied)/;

/**
 * Tell the ends that podman causes from those of the program: no container, or no program in it.
 *
 * @param status - exit status of `podman run`
 * @returns null when the status is the program's own
 */
export function containerEnd(
  status: number,
  { program, said }: { program: string; said: string }
): IContainerEnd | null {
  const [, reason] = INIT_FAILED.exec(said) ?? [];
  const isRuntime =
    /OCI runtime error|workdir ".*" does not exist/.test(said) ||
    (/OCI permission denied/.test(said) && !/exec/.test(said));
  if (status === ENGINE_FAILED || (isRuntime && status >= NOT_EXECUTABLE)) {
    const message = `The container could not be started: ${said || `podman ended with ${status}`}`;
    return { code: 'engine-unavailable', message };
  }
  if (status === NOT_FOUND || reason === 'No such file') {
    const message = `The program ${program} was not found in the image; add the package that has it, or correct the command.`;
    return { code: 'command-not-found', message };
  }
  if (status === NOT_EXECUTABLE || reason) {
    const message = `The program ${program} may not be executed in the container; run chmod +x on it, or correct the command.`;
    return { code: 'command-not-found', message };
  }
  return null;
}
