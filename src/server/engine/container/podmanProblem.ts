import type { IAutomation } from '../../../core/automation/automation';
import { PROBLEM_CODES } from '../../../core/automation/problemCodes';
import type { IProblem } from '../../../core/problem';
import type { Podman } from './podman';

/** The problem that an automation asks for containers where there is no podman; [] when it does not, or there is. */
export async function podmanProblems(
  { environment }: Pick<IAutomation, 'environment'>,
  podman: Pick<Podman, 'find'>
): Promise<IProblem[]> {
  const { enginePosition } = environment;
  if (!enginePosition || (await podman.find()) !== null) {
    return [];
  }
  return [
    {
      ...PROBLEM_CODES['engine-unavailable'],
      code: 'engine-unavailable',
      ...enginePosition,
      message: 'podman was not found',
      hint: 'install podman and open this file again, or use engine: unsafe to run scripts on this host'
    }
  ];
}
