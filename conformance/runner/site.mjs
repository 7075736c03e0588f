import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';

/**
 * Copy cases into one folder whose configuration imports them all.
 *
 * @param folder - absolute; its content is replaced
 * @returns absolute path of the configuration
 */
export function createSite(folder, cases) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const item of cases) {
    const target = path.join(folder, item.name);
    cpSync(item.folder, target, { recursive: true });
    // A test of the case reads it; an automation's folder holds none.
    rmSync(path.join(target, 'case.yaml'));
  }
  const configuration = path.join(folder, 'automate.yaml');
  const imports = cases.map(({ name, configuration: file }) => ({ path: `${name}/${file}` }));
  writeFileSync(configuration, stringify({ crosscompute: '0.9.4', name: 'Conformance', imports }));
  return cases.length === 1
    ? path.join(folder, cases[0].name, cases[0].configuration)
    : configuration;
}
