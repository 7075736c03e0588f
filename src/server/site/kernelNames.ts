import type { IAutomation, Script } from '../../core/automation/automation';
import type { IFiles } from '../../core/files';
import { joinPath } from '../../core/path';
import { parseNotebook } from '../../core/run/notebook';

/**
 * Name what executes an automation, for its run key: kernel spec names, `command` for commands,
 * joined by `+` in the order of the scripts; `none` without scripts.
 */
export async function kernelNames(files: IFiles, automation: IAutomation): Promise<string> {
  const names = await Promise.all(
    automation.scripts.map(script => kernelName(files, automation, script))
  );
  return names.join('+') || 'none';
}

async function kernelName(files: IFiles, automation: IAutomation, script: Script): Promise<string> {
  if (script.kind === 'command') {
    return 'command';
  }
  if (script.kernel || script.kind !== 'notebook') {
    return script.kernel ?? 'python3';
  }
  try {
    const path = joinPath(automation.folder, script.folder, script.path);
    return parseNotebook(await files.readText(path)).kernel;
  } catch {
    // A notebook that cannot be read is a problem of the configuration, or of the run that tries.
    return 'unknown';
  }
}
