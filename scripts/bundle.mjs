// npm run build:server: bundle the server, and the script of the pages that it serves. --watch goes on.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { context } from 'esbuild';
import { ROOT, SERVER_FOLDER } from './steps/paths.mjs';
import { runMain, StepError } from './steps/run.mjs';

const ASSETS = path.join(SERVER_FOLDER, 'assets');
const STYLE = path.join(ROOT, 'style', 'page.css');
const LOGO = path.join(ROOT, 'style', 'icons', 'crosscompute.svg');

/** Files appear whole under their names: a server that starts meanwhile never reads half a bundle. */
const writeWhole = {
  name: 'write-whole',
  setup(build) {
    build.onEnd(({ outputFiles, errors }) => {
      if (errors.length) {
        return;
      }
      for (const { path: file, contents } of outputFiles ?? []) {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(`${file}.new`, contents);
        renameSync(`${file}.new`, file);
      }
      copyStyles();
    });
  }
};

const server = {
  entryPoints: [path.join(ROOT, 'src', 'server', 'main.ts')],
  outfile: path.join(SERVER_FOLDER, 'crosscompute.cjs'),
  platform: 'node',
  // With ESM, packages that call `require` die at start with "Dynamic require is not supported".
  format: 'cjs',
  target: 'node22',
  // Optional accelerators of ws; it looks for them and goes on without.
  external: ['bufferutil', 'utf-8-validate'],
  // Stack traces in logs name functions.
  keepNames: true,
  legalComments: 'eof'
};

const page = {
  entryPoints: [path.join(ROOT, 'src', 'page', 'index.ts')],
  outfile: path.join(ASSETS, 'page.js'),
  platform: 'browser',
  format: 'iife',
  target: 'es2020',
  minify: true,
  legalComments: 'eof'
};

function copyStyles() {
  mkdirSync(ASSETS, { recursive: true });
  cpSync(STYLE, path.join(ASSETS, 'page.css'));
  cpSync(LOGO, path.join(ASSETS, 'logo.svg'));
}

await runMain(async words => {
  const isWatching = words.includes('--watch');
  if (!isWatching) {
    rmSync(SERVER_FOLDER, { recursive: true, force: true });
  }
  const missing = [server, page]
    .flatMap(({ entryPoints }) => entryPoints)
    .filter(file => !existsSync(file));
  if (missing.length) {
    throw new StepError(`There is nothing to bundle at ${missing.join(' and ')}.`);
  }
  const contexts = await Promise.all(
    [server, page].map(options =>
      context({
        ...options,
        absWorkingDir: ROOT,
        bundle: true,
        charset: 'utf8',
        logLevel: 'warning',
        plugins: [writeWhole],
        write: false
      })
    )
  );
  if (isWatching) {
    await Promise.all(contexts.map(one => one.watch()));
    process.stdout.write('Bundling the server at each change.\n');
    return;
  }
  try {
    await Promise.all(contexts.map(one => one.rebuild()));
  } catch (error) {
    // esbuild has said what and where.
    throw new StepError(`The server was not bundled: ${error.errors?.length ?? 1} errors.`);
  } finally {
    await Promise.all(contexts.map(one => one.dispose()));
  }
});
