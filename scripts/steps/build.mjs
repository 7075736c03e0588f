import { rmSync } from 'node:fs';
import path from 'node:path';
import { createEnvironment, requireNode } from './node.mjs';
import { LABEXTENSION, LABEXTENSION_ARGUMENTS, ROOT, SERVER_FOLDER, TOOLS } from './paths.mjs';
import { announce, run } from './run.mjs';
import { doOnce, forget } from './stamps.mjs';

const SHARED_INPUTS = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'src/core'];
const LIBRARY_INPUTS = [...SHARED_INPUTS, 'tsconfig.json', 'src/page', 'src/lab'];

/** Build what changed: library, extension and bundled server. */
export async function build() {
  await buildLibrary();
  await buildLabextension();
  await buildServer();
}

/** Compile core, page and lab to `lib/`. */
async function buildLibrary() {
  const outputs = [path.join(ROOT, 'lib', 'lab', 'index.js')];
  await doOnce({ name: 'library', inputs: LIBRARY_INPUTS, outputs }, async () => {
    announce('Compiling');
    // Files whose source has gone would otherwise stay and be packaged.
    rmSync(path.join(ROOT, 'lib'), { recursive: true, force: true });
    await runTool(TOOLS.typescript, ['--build', 'tsconfig.json']);
  });
}

/** Build the extension as it is shipped. */
async function buildLabextension() {
  const inputs = [...LIBRARY_INPUTS, 'style', 'schema'];
  const outputs = [path.join(LABEXTENSION, 'package.json')];
  await doOnce({ name: 'labextension', inputs, outputs }, async () => {
    announce('Building the extension');
    await runTool(TOOLS.labextension, LABEXTENSION_ARGUMENTS);
  });
}

/** Bundle the server and the script of its pages. */
async function buildServer() {
  const inputs = [...SHARED_INPUTS, 'src/server', 'src/page', 'style', 'scripts/bundle.mjs'];
  const outputs = [
    path.join(SERVER_FOLDER, 'crosscompute.cjs'),
    path.join(SERVER_FOLDER, 'assets', 'page.js')
  ];
  await doOnce({ name: 'server', inputs, outputs }, async () => {
    announce('Bundling the server');
    await runTool(path.join(ROOT, 'scripts', 'bundle.mjs'), []);
  });
}

/** Let the next build do all of its work, as others write to the same folders. */
export function forgetBuilds() {
  ['library', 'labextension', 'server'].forEach(forget);
}

function runTool(file, words) {
  return run(requireNode(), [file, ...words], { env: createEnvironment() });
}
