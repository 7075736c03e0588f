import type { IAutomation } from '../../../core/automation/automation';

/**
 * Tell how far the containers of an automation reach: everywhere in 0.9, as it was there; in 1.0 only what `apis` and
 * `ports` name, also where a 0.9 file has `apis`, through a wall; or nowhere.
 */
export function networkOf({
  environment,
  vocabulary
}: Pick<IAutomation, 'environment' | 'vocabulary'>): 'all' | 'none' | 'wall' {
  const { apis, ports } = environment;
  if (!apis.length && vocabulary === '0.9') {
    return 'all';
  }
  return apis.length || ports.length ? 'wall' : 'none';
}
