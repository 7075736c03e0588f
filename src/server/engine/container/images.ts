import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import { errorCode } from '../../files';
import type { ILog } from '../../log';
import { writeAtomically } from '../../store/atomicWrite';
import { systemClock, type IClock } from '../../store/clock';
import { BuildContext } from './buildContext';
import {
  CONTEXT_FILES,
  CONTEXT_SETUP,
  ImageNameError,
  containerFile,
  imageName
} from './containerFile';
import type { IContainerUser } from './containerFile';
import type { Podman } from './podman';

/** What images need. */
export interface IImagesOptions {
  podman: Podman;
  user: IContainerUser;
  /** Value of an environment variable of the server, for setup scripts. */
  valueOf(name: string): string | undefined;
  /** True lets an image that is there stay as it is, whatever changed since; default false. */
  isKept?: boolean;
  /** Default: the time of this machine. */
  clock?: IClock;
  log: ILog;
}

/** What wants an image. */
export interface IImageRequest {
  /** Ends the build when nobody else waits for it. */
  signal: AbortSignal;
  /** True for a batch of a sweep: others fail as the first, without a build for each. A person's run builds again. */
  isSweep: boolean;
}

/** Milliseconds for which batches of sweeps do not build again what could not be built. */
const FAILURE_MS = 60_000;

/** Thrown when there is no image for an automation, with the last lines of what the build said. */
export class ImageError extends Error {
  constructor(
    message: string,
    readonly tail: string[]
  ) {
    super(message);
    this.name = 'ImageError';
  }
}

/** Says what an image holds: its digest. */
export const CONTENT_LABEL = 'crosscompute.content';
/** Says whose image it is: a digest of the automation's folder. */
const FOLDER_LABEL = 'crosscompute.folder';

/** A build, and who waits for it. */
interface IBuild {
  done: Promise<string>;
  users: number;
  abort: AbortController;
}

/**
 * The images of automations: each is built when it is first wanted, once for the same content, and replaced when its
 * content changes.
 */
export class Images {
  constructor(private readonly _options: IImagesOptions) {
    this._clock = _options.clock ?? systemClock;
  }

  /**
   * Find or build the image of an automation as it is now.
   *
   * @returns id of the image
   * @throws {ImageError} when it cannot be built, could not be built just now, or the signal was aborted
   */
  async require(automation: IAutomation, { signal, isSweep }: IImageRequest): Promise<string> {
    let text: string;
    try {
      text = containerFile(automation, this._options.user);
    } catch (error) {
      throw error instanceof ImageNameError ? new ImageError(error.message, []) : error;
    }
    const context = await BuildContext.read(automation);
    const digest = createHash('sha256')
      .update(JSON.stringify([text, await digestSetup(automation), await context.digest()]))
      .digest('hex');
    const known = this._builds.get(digest);
    const failure = isSweep && !known ? this._failureOf(digest) : null;
    if (failure) {
      throw failure;
    }
    const build = known ?? this._start(digest, automation, text, context);
    build.users += 1;
    const leave = () => {
      build.users -= 1;
      if (build.users === 0) {
        build.abort.abort();
      }
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) {
      leave();
    }
    try {
      return await build.done;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Why the same content could not be built a moment ago; null when it was not tried. */
  private _failureOf(digest: string): ImageError | null {
    const nowMs = this._clock.elapsedMs();
    for (const [other, { untilMs }] of this._failures) {
      if (untilMs <= nowMs) {
        this._failures.delete(other);
      }
    }
    return this._failures.get(digest)?.error ?? null;
  }

  private _start(
    digest: string,
    automation: IAutomation,
    text: string,
    context: BuildContext
  ): IBuild {
    const abort = new AbortController();
    const before = this._last.get(automation.folder);
    const done = (async () => {
      // One at a time in a folder, where the context lies.
      await before?.catch(() => undefined);
      const found = await this._find(
        ...(this._options.isKept
          ? [
              `label=${FOLDER_LABEL}=${digestOf(automation.folder)}`,
              `reference=${imageName(automation)}`
            ]
          : [`label=${CONTENT_LABEL}=${digest}`])
      );
      return found[0] ?? (await this._build(digest, automation, text, context, abort.signal));
    })();
    const build: IBuild = { done, users: 0, abort };
    this._builds.set(digest, build);
    this._last.set(automation.folder, done);
    const forget = () => {
      this._builds.delete(digest);
      if (this._last.get(automation.folder) === done) {
        this._last.delete(automation.folder);
      }
    };
    done.then(forget, forget);
    return build;
  }

  private async _build(
    digest: string,
    automation: IAutomation,
    text: string,
    context: BuildContext,
    signal: AbortSignal
  ): Promise<string> {
    const { podman, log } = this._options;
    const folder = path.join(automation.folder, '.crosscompute', 'podman');
    const place = path.join(folder, 'context');
    const folderDigest = digestOf(automation.folder);
    const before = await this._find(`label=${FOLDER_LABEL}=${folderDigest}`);
    const secrets = await mkdtemp(path.join(tmpdir(), 'crosscompute-build-'));
    try {
      await writeAtomically(path.join(folder, 'Containerfile'), text);
      await context.place(path.join(place, CONTEXT_FILES));
      await placeSetup(automation, path.join(place, CONTEXT_SETUP));
      const name = imageName(automation);
      log.info(`building the image ${name}`);
      const words = [
        ...['build', '--file', path.join(folder, 'Containerfile'), '--tag', name],
        ...['--label', `${CONTENT_LABEL}=${digest}`, '--label', `${FOLDER_LABEL}=${folderDigest}`],
        ...(await this._writeSecrets(automation.environment.setupVariables, secrets)),
        place
      ];
      const { code, tail } = await podman.call(words, { signal });
      const [id] = code === 0 ? await this._find(`label=${CONTENT_LABEL}=${digest}`) : [];
      if (id === undefined) {
        const error = new ImageError(`the image ${name} could not be built`, tail);
        if (!signal.aborted) {
          this._failures.set(digest, { error, untilMs: this._clock.elapsedMs() + FAILURE_MS });
        }
        throw error;
      }
      this._failures.delete(digest);
      await this._removeImages(before.filter(other => other !== id));
      return id;
    } finally {
      await rm(secrets, { recursive: true, force: true });
      await rm(place, { recursive: true, force: true });
    }
  }

  /** @returns ids, the newest first */
  private async _find(...filters: readonly string[]): Promise<string[]> {
    const wanted = filters.flatMap(filter => ['--filter', filter]);
    const words = ['images', '--quiet', '--no-trunc', ...wanted];
    const { code, output } = await this._options.podman.call(words);
    return code === 0
      ? output.split('\n').filter(line => /^(sha256:)?[0-9a-f]{64}$/.test(line))
      : [];
  }

  /** An image that a container still uses stays; it is tried again after the next build. */
  private async _removeImages(ids: readonly string[]): Promise<void> {
    for (const id of new Set(ids)) {
      const { code, tail } = await this._options.podman.call(['rmi', id]);
      if (code !== 0) {
        this._options.log.debug(`an older image stays: ${tail.join(' ')}`);
      }
    }
  }

  private async _writeSecrets(ids: readonly string[], folder: string): Promise<string[]> {
    const words = ids.map(async id => {
      const file = path.join(folder, id);
      await writeFile(file, this._options.valueOf(id) ?? '', { mode: 0o600 });
      return ['--secret', `id=${id},src=${file}`];
    });
    return (await Promise.all(words)).flat();
  }

  private readonly _clock: IClock;
  /** Builds that failed, by digest, until they are forgotten. */
  private readonly _failures = new Map<string, { error: ImageError; untilMs: number }>();
  private readonly _builds = new Map<string, IBuild>();
  /** The last build of each folder. */
  private readonly _last = new Map<string, Promise<string>>();
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function setupFiles({ environment }: IAutomation): [string, string][] {
  const { root, user } = environment.setup;
  return [
    ...(root === null ? [] : [['root.sh', root] as [string, string]]),
    ...(user === null ? [] : [['user.sh', user] as [string, string]])
  ];
}

async function digestSetup(automation: IAutomation): Promise<string[]> {
  return Promise.all(
    setupFiles(automation).map(async ([, file]) =>
      createHash('sha256')
        .update(await readSetup(readFile(path.join(automation.folder, file)), file))
        .digest('hex')
    )
  );
}

async function placeSetup(automation: IAutomation, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const [name, file] of setupFiles(automation)) {
    await readSetup(copyFile(path.join(automation.folder, file), path.join(target, name)), file);
  }
}

async function readSetup<T>(reading: Promise<T>, file: string): Promise<T> {
  return reading.catch(error => {
    throw new ImageError(`the setup script ${file} could not be read (${errorCode(error)})`, []);
  });
}
