import { renderPackagesNotice } from '../../core/template/packagesNotice';
import type { SafeHtml } from '../../core/view/html';
import type { AutomationAccess } from '../access/automationAccess';
import type { Installations } from '../packages/installations';

/**
 * What a page says of missing packages; null when none is, or for who may not install any.
 */
export async function packagesPart(
  installations: Pick<Installations, 'resource'>,
  { loaded, mayInstall }: AutomationAccess
): Promise<SafeHtml | null> {
  // Most pages lack nothing, and looking takes a process.
  if (!mayInstall || !loaded.problems.some(({ code }) => code === 'packages-missing')) {
    return null;
  }
  const resource = await installations.resource(loaded);
  return resource.missing.length || resource.byHand ? renderPackagesNotice(resource) : null;
}
