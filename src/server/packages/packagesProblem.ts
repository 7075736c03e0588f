import type { IPackage } from '../../core/automation/automation';
import { isInstallable } from './packages';
import { WEIGHTS } from '../../core/automation/problemCodes';
import type { IProblem } from '../../core/problem';

/** How each package manager is asked by hand. */
const COMMANDS: Readonly<Record<IPackage['manager'], string>> = {
  apt: 'sudo apt-get install',
  dnf: 'sudo dnf install',
  npm: 'npm install',
  pip: 'pip install'
};

/** The warning that packages are missing, at the first of them; [] when none is. */
export function packagesProblems(missing: readonly IPackage[]): IProblem[] {
  if (!missing.length) {
    return [];
  }
  const [{ position }] = missing;
  const names = missing.map(({ id }) => id).join(', ');
  const isOurs = missing.some(isInstallable);
  const count = missing.length === 1 ? '1 package is' : `${missing.length} packages are`;
  return [
    {
      ...WEIGHTS.warning,
      code: 'packages-missing',
      ...position,
      message: `${count} not installed: ${names}`,
      hint: `install with: ${[...(isOurs ? ['the button, or crosscompute run --install, or by hand: '] : []), commandsByHand(missing)].join('')}`
    }
  ];
}

/** What a person types to install packages, such as `sudo apt-get install gdal-bin`; a command for each manager. */
export function commandsByHand(packages: readonly Pick<IPackage, 'id' | 'manager'>[]): string {
  const managers = [...new Set(packages.map(({ manager }) => manager))];
  const commands = managers.map(manager => {
    const ids = packages.filter(item => item.manager === manager).map(({ id }) => quote(id));
    return `${COMMANDS[manager]} ${ids.join(' ')}`;
  });
  return commands.join('; ');
}

/** A version such as `numpy>=2` would write into a file otherwise. */
function quote(id: string): string {
  return /^[\w.@/-]+$/.test(id) ? id : `'${id.replace(/'/g, `'\\''`)}'`;
}
