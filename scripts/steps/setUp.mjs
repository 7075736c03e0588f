import { build } from './build.mjs';
import {
  installBuildTools,
  installDependencies,
  installNpmPackages,
  installPackage
} from './install.mjs';
import { createVenv } from './python.mjs';

/** Prepare everything that running and testing need; what is there already costs less than a second. */
export async function setUp() {
  await createVenv();
  await installBuildTools();
  await Promise.all([installNpmPackages(), installDependencies()]);
  await build();
  await installPackage();
}
