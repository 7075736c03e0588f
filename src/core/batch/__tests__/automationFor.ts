import type { MemoryFiles } from '../../../testing/memoryFiles';
import { fakeViews } from '../../automation/__tests__/fakeViews';
import type { IAutomation } from '../../automation/automation';
import { readAutomation } from '../../automation/readAutomation';

/** Read the automation at `/tip/automate.yaml`; specs of batches start from a valid one. */
export async function automationFor(files: MemoryFiles): Promise<IAutomation> {
  const { automation, problems } = await readAutomation(files, '/tip/automate.yaml', {
    views: fakeViews,
    environment: () => 'set',
    rootFolder: '/'
  });
  if (!automation) {
    throw new Error(JSON.stringify(problems));
  }
  return automation;
}
