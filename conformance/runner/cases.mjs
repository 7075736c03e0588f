import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Folder of the cases. */
export const CONFORMANCE_FOLDER = fileURLToPath(new URL('..', import.meta.url));

const CONFIGURATIONS = ['automate.yaml', 'automate.toml', 'automate.ini'];

/**
 * Read the cases of a folder, sorted by name.
 *
 * @param kind - `automations` or `broken`
 * @param only - part of a name; null for all
 * @returns name, absolute folder, file name of the configuration, and the content of `case.yaml`
 */
export function readCases(kind, only = null) {
  const parent = path.join(CONFORMANCE_FOLDER, kind);
  return readdirSync(parent)
    .filter(name => existsSync(path.join(parent, name, 'case.yaml')))
    .filter(
      (name, _, all) =>
        only === null || name === only || (!all.includes(only) && name.includes(only))
    )
    .sort()
    .map(name => {
      const folder = path.join(parent, name);
      return {
        name,
        folder,
        configuration: CONFIGURATIONS.find(file => existsSync(path.join(folder, file))),
        ...parse(readFileSync(path.join(folder, 'case.yaml'), 'utf8'))
      };
    });
}

/** The automation's address in a site: its slug, or one made of its name. */
export function slugOf({ folder, configuration }) {
  const text = readFileSync(path.join(folder, configuration), 'utf8');
  const slug = /^slug *[:=] *"?([^"\n]+)"?$/m.exec(text)?.[1];
  const name = /^name *[:=] *"?([^"\n]+?)"?$/m.exec(text)?.[1] ?? '';
  const words = (slug ?? name).toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.filter(Boolean).join('-');
}
