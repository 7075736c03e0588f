import type { IPackage } from '../../core/automation/automation';
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
  const managers = [...new Set(missing.map(({ manager }) => manager))];
  const commands = managers.map(manager => {
    const ids = missing.filter(item => item.manager === manager).map(({ id }) => quote(id));
    return `${COMMANDS[manager]} ${ids.join(' ')}`;
  });
  const isOurs = managers.some(manager => manager === 'pip' || manager === 'npm');
  const count = missing.length === 1 ? '1 package is' : `${missing.length} packages are`;
  return [
    {
      ...WEIGHTS.warning,
      code: 'packages-missing',
      ...position,
      message: `${count} not installed: ${names}`,
      hint: `install with: ${[...(isOurs ? ['crosscompute run --install, or by hand: '] : []), commands.join('; ')].join('')}`
    }
  ];
}

/** A version such as `numpy>=2` would write into a file otherwise. */
function quote(id: string): string {
  return /^[\w.@/-]+$/.test(id) ? id : `'${id.replace(/'/g, `'\\''`)}'`;
}
