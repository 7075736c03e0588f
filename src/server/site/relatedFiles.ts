import type { IConfigEvent } from '../../core/api';
import { ENVIRONMENT_PATH, type IAutomation } from '../../core/automation/automation';
import { joinPath } from '../../core/path';

/** What a file is to an automation. */
export type FileRole = IConfigEvent['change'];

/**
 * The files whose change matters for an automation, by absolute path.
 *
 * @param automation - null while its configuration was never valid: then that alone counts
 */
export function relatedFiles(
  configuration: string,
  automation: IAutomation | null
): Map<string, FileRole> {
  const roles = new Map<string, FileRole>();
  if (automation) {
    for (const script of automation.scripts) {
      const folder = joinPath(automation.folder, script.folder);
      if ('path' in script) {
        roles.set(joinPath(folder, script.path), 'code');
      } else if (script.kind === 'function') {
        roles.set(joinPath(folder, `${script.module.split('.').join('/')}.py`), 'code');
      }
    }
    const add = (path: string, role: FileRole) =>
      roles.set(joinPath(automation.folder, path), role);
    for (const style of automation.display.styles) {
      if ('path' in style) {
        add(style.path, 'style');
      }
    }
    automation.customViews.forEach(({ module }) => module && add(module, 'configuration'));
    automation.display.overrides.forEach(({ path }) => add(path, 'template'));
    for (const step of Object.values(automation.steps)) {
      step.templates.forEach(({ path }) => add(path, 'template'));
    }
    for (const { configurationPath, referenceFolder } of automation.batches) {
      if (configurationPath) {
        add(configurationPath, 'configuration');
      }
      if (referenceFolder) {
        // Their values are part of each row.
        referencePaths(automation).forEach(path =>
          add(joinPath(referenceFolder, 'input', path), 'configuration')
        );
      }
    }
    for (const { path } of automation.authorization?.tokenFiles ?? []) {
      add(path, 'configuration');
    }
  }
  roles.set(configuration, 'configuration');
  return roles;
}

/** Paths of the inputs that lie in a reference under a name of their own. */
function referencePaths({ steps }: IAutomation): string[] {
  return steps.input.variables
    .map(({ path }) => path)
    .filter(path => path !== ENVIRONMENT_PATH && !path.includes('{'));
}
