import type { IAutomation, IPackage } from '../../../core/automation/automation';
import { networkOf } from './networkOf';

/** Who a script is inside its container. */
export interface IContainerUser {
  uid: number;
  gid: number;
  /** True when podman runs without root: ids in the container are then those of the host. */
  isRootless: boolean;
}

/** What an image is made of, besides the files. */
export type ImageSource = Pick<IAutomation, 'folder' | 'environment' | 'scripts' | 'vocabulary'>;

/** Home of the user in the container. */
export const CONTAINER_HOME = '/home/user';

/** Folder of the build context that holds the automation's files. */
export const CONTEXT_FILES = 'files';
/** Folder of the build context that holds the setup scripts. */
export const CONTEXT_SETUP = 'setup';

/** Thrown when no image can be described. */
export class ImageNameError extends Error {}

/**
 * Write the Containerfile of an automation: parent image, packages, user, setup scripts, and its files at the path
 * that they have on this host. What changes least comes first, so that an edit of a script builds one layer.
 *
 * @throws {ImageNameError} when the name of the parent image cannot be one
 */
export function containerFile(source: ImageSource, user: IContainerUser): string {
  const { folder, environment, scripts } = source;
  const { image, packages, setup, setupVariables } = environment;
  if (!/^[\w][\w.\-/:@]*$/.test(image)) {
    throw new ImageNameError(`"${image}" cannot be the name of an image`);
  }
  const needsPython = scripts.some(({ kind }) => kind !== 'command');
  const owner = `${user.uid}:${user.gid}`;
  const secrets = setupVariables.map(id => `--mount=type=secret,id=${id},mode=0444 `).join('');
  const runSetup = (path: string | null, name: string) =>
    path === null
      ? []
      : [
          `COPY ${words([`${CONTEXT_SETUP}/${name}`, `/var/lib/crosscompute/${name}`])}`,
          `RUN ${secrets}${words(['sh', '-c', RUN_SETUP, 'sh', `/var/lib/crosscompute/${name}`])}`
        ];
  return [
    `FROM ${image}`,
    'USER 0',
    'ENTRYPOINT []',
    ...installPackages(packages),
    ...(needsPython ? [`RUN ${words(['sh', '-c', REQUIRE_KERNEL])}`] : []),
    ...(networkOf(source) === 'wall' ? [`RUN ${words(['sh', '-c', REQUIRE_PYTHON])}`] : []),
    `RUN ${words(['sh', '-c', MAKE_FOLDERS, 'sh', owner, CONTAINER_HOME, folder])}`,
    `ENV HOME=${CONTAINER_HOME}`,
    ...runSetup(setup.root, 'root.sh'),
    `USER ${owner}`,
    ...runSetup(setup.user, 'user.sh'),
    `COPY --chown=${owner} ${words([`${CONTEXT_FILES}/`, `${escapeWord(folder)}/`])}`,
    ''
  ].join('\n');
}

/** Packages of the system first, as others may need them. */
function installPackages(packages: readonly IPackage[]): string[] {
  return (['apt', 'dnf', 'npm', 'pip'] as const).flatMap(manager => {
    const ids = packages.filter(item => item.manager === manager).map(({ id }) => id);
    return ids.length ? [`RUN ${words([...INSTALLERS[manager], ...ids])}`] : [];
  });
}

/*
 * Ids are arguments of these, never part of a shell's text. Modules of npm at the root are found from every
 * folder, as Node looks upwards.
 */
const INSTALLERS: Readonly<Record<IPackage['manager'], readonly string[]>> = {
  apt: [
    'sh',
    '-c',
    'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -- "$@" && rm -rf /var/lib/apt/lists/*',
    'sh'
  ],
  dnf: ['dnf', 'install', '--assumeyes', '--'],
  npm: ['npm', 'install', '--prefix', '/', '--no-audit', '--no-fund', '--'],
  pip: [
    'env',
    'PIP_BREAK_SYSTEM_PACKAGES=1',
    'PIP_ROOT_USER_ACTION=ignore',
    ...['python3', '-m', 'pip', 'install', '--no-cache-dir', '--disable-pip-version-check', '--']
  ]
};

/** Notebooks, Python files and functions run in what a kernel is made of. */
const REQUIRE_KERNEL =
  'python3 -c "import ipykernel, IPython" 2>/dev/null || PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --no-cache-dir --disable-pip-version-check ipykernel';

/** What goes through the wall needs a Python inside; any will do. */
const REQUIRE_PYTHON =
  'command -v python3 >/dev/null || { echo "apis and ports need python3 in the image: add {id: python3, manager: apt} to packages, or name an image that has it" >&2; exit 1; }';

/** The user can write to both folders, and come to them: parents such as `/root` are closed in many images. */
const MAKE_FOLDERS =
  'owner=$1; shift; for folder; do mkdir -p "$folder" && chown "$owner" "$folder" || exit; while [ "$folder" != / ]; do folder=$(dirname "$folder"); chmod a+x "$folder" || exit; done; done';

/** Variables that the image needs while it is made come as secret files, which no layer keeps. */
const RUN_SETUP =
  'for file in /run/secrets/*; do [ -f "$file" ] && export "${file##*/}=$(cat "$file")"; done; if command -v bash >/dev/null; then exec bash "$1"; fi; exec sh "$1"';

function words(list: readonly string[]): string {
  return JSON.stringify(list);
}

/** Words of `COPY` are read as a shell would read them, also in a list. */
function escapeWord(text: string): string {
  return text.replace(/[\\$'"]/g, '\\$&');
}

/**
 * Name of an automation's image: `localhost/<slug>:<version>`, with `-` for what such names cannot have.
 */
export function imageName({ slug, version }: Pick<IAutomation, 'slug' | 'version'>): string {
  const name = slug
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const tag = version
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128);
  return `localhost/${name || 'automation'}:${tag || 'latest'}`;
}
