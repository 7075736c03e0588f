import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import type { IOutput } from './output';

/**
 * `crosscompute run --install`: install declared packages that are missing. What cannot be installed here, such as
 * packages of the system, stays a warning of the configuration: the runs tell whether they need it.
 *
 * @param signal - aborted when the person interrupts
 */
export async function install(
  { packages }: Services,
  automations: readonly LoadedAutomation[],
  output: IOutput,
  signal: AbortSignal
): Promise<void> {
  for (const loaded of automations) {
    const automation = loaded.get();
    const wanted = await packages.missing(automation);
    if (wanted.length && !signal.aborted) {
      output.say(`installing ${wanted.map(({ id }) => id).join(', ')}`);
      const installation = await packages.install(automation, { signal });
      for (const { id, manager } of installation.missing) {
        output.say(`warning: "${id}" of ${manager} is still missing`);
      }
      if (installation.missing.length && installation.output) {
        output.say(installation.output);
      }
    }
  }
}
