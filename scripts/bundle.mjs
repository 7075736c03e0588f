// npm run build:server: bundle the server, and the script of the pages that it serves. --watch goes on.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import path from 'node:path';
import { context } from 'esbuild';
import { ROOT, SERVER_FOLDER } from './steps/paths.mjs';
import { runMain, StepError } from './steps/run.mjs';

const ASSETS = path.join(SERVER_FOLDER, 'assets');
const LOGO = path.join(ROOT, 'style', 'icons', 'crosscompute.svg');

/** Files of libraries that pages load by themselves; their names say the version, as browsers keep them for ever. */
const LIBRARY_FILES = [
  ['maplibre-gl', 'dist/maplibre-gl.css', version => `maplibre-gl-${version}.css`],
  ['mapbox-gl', 'dist/mapbox-gl-csp-worker.js', version => `mapbox-gl-worker-${version}.js`],
  ['mapbox-gl', 'dist/mapbox-gl.css', version => `mapbox-gl-${version}.css`],
  // Not an open licence: its text travels with it.
  ['mapbox-gl', 'LICENSE.txt', version => `mapbox-gl-${version}-LICENSE.txt`],
  ['world-atlas', 'countries-50m.json', version => `world-atlas-50m-${version}.json`]
];

/** Drives the browser that prints. It reads files of its own when it starts, so it cannot be part of a bundle. */
const PRINTER = 'playwright-core';

/** What of it is used: neither its command line nor its viewer of traces, nor types. */
const PRINTER_FILES = [
  'package.json',
  'browsers.json',
  'index.js',
  'index.mjs',
  'LICENSE',
  'NOTICE',
  'ThirdPartyNotices.txt',
  'lib/bootstrap.js',
  'lib/coreBundle.js',
  'lib/package.js',
  'lib/serverRegistry.js',
  'lib/serverRegistry.js.LICENSE',
  'lib/utilsBundle.js',
  'lib/utilsBundle.js.LICENSE'
];

/** Bytes that every page loads before it is alive; libraries for single views are loaded by these. */
const MAX_FIRST_BYTES = 200_000;

/** Files appear whole under their names: a server that starts meanwhile never reads half a bundle. */
const writeWhole = {
  name: 'write-whole',
  setup(build) {
    build.onEnd(({ outputFiles, metafile, errors }) => {
      if (errors.length) {
        return undefined;
      }
      // What is loaded first comes last, when all that it loads later is there.
      const files = [...(outputFiles ?? [])].sort((one, other) => isFirst(one) - isFirst(other));
      for (const { path: file, contents } of files) {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(`${file}.new`, contents);
        renameSync(`${file}.new`, file);
      }
      return metafile && { errors: checkFirstBytes(metafile) };
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
  // Optional accelerators of ws, which looks for them and goes on without; and what `copyPrinter` puts beside.
  external: ['bufferutil', 'utf-8-validate', PRINTER],
  // Stack traces in logs name functions.
  keepNames: true,
  legalComments: 'eof'
};

/** The thread that renders templates of authors; it starts from a file of its own. */
const overrideWorker = {
  ...server,
  entryPoints: [path.join(ROOT, 'src', 'server', 'overrides', 'overrideWorker.ts')],
  outfile: path.join(SERVER_FOLDER, 'overrideWorker.cjs'),
  // Nunjucks looks for a watcher of files, which it never needs here.
  external: ['chokidar']
};

/** The thread that reads tables too large for a page; it starts from a file of its own. */
const tableWorker = {
  ...server,
  entryPoints: [path.join(ROOT, 'src', 'server', 'tables', 'tableWorker.ts')],
  outfile: path.join(SERVER_FOLDER, 'tableWorker.cjs')
};

/** The thread of a view that an automation brings; it starts from a file of its own. */
const viewWorker = {
  ...server,
  entryPoints: [path.join(ROOT, 'src', 'server', 'views', 'viewWorker.ts')],
  outfile: path.join(SERVER_FOLDER, 'viewWorker.cjs')
};

/** Heavy libraries are in chunks of their own, named by their content, which a page loads when it needs them. */
const page = {
  entryPoints: [path.join(ROOT, 'src', 'page', 'index.ts')],
  outdir: ASSETS,
  entryNames: 'page',
  chunkNames: '[name]-[hash]',
  platform: 'browser',
  format: 'esm',
  splitting: true,
  target: 'es2020',
  minify: true,
  legalComments: 'eof',
  metafile: true
};

/** The style sheet of pages: `page.css` with the sheets of components that it imports. */
const style = {
  entryPoints: [path.join(ROOT, 'style', 'page.css')],
  outfile: path.join(ASSETS, 'page.css'),
  target: 'es2020'
};

/** The worker of maps: a page starts it by its address. */
const mapWorker = {
  entryPoints: [path.join(ROOT, 'src', 'page', 'maps', 'mapWorker.ts')],
  outfile: path.join(ASSETS, `maplibre-gl-worker-${versionOf('maplibre-gl')}.mjs`),
  // The library says that its worker does nothing by being imported.
  ignoreAnnotations: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2020',
  minify: true,
  legalComments: 'eof'
};

const parts = [server, overrideWorker, tableWorker, viewWorker, page, mapWorker, style];

function versionOf(name) {
  const file = path.join(ROOT, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf-8')).version;
}

function isFirst({ path: file }) {
  return path.basename(file) === 'page.js';
}

/** Say how much every page loads, and refuse more than the limit: then something heavy is not loaded when used. */
function checkFirstBytes({ outputs }) {
  const [entry] = Object.keys(outputs).filter(file => isFirst({ path: file }));
  const seen = new Set();
  const add = file => {
    if (!seen.has(file)) {
      seen.add(file);
      const { imports } = outputs[file];
      imports.filter(({ kind }) => kind === 'import-statement').forEach(one => add(one.path));
    }
  };
  add(entry);
  const bytes = [...seen].reduce((sum, file) => sum + outputs[file].bytes, 0);
  const size = `${Math.round(bytes / 1000)} kB, in ${seen.size} of ${Object.keys(outputs).length} files`;
  process.stdout.write(`Every page loads ${size}.\n`);
  return bytes > MAX_FIRST_BYTES
    ? [{ text: `every page would load ${size}; the limit is ${MAX_FIRST_BYTES / 1000} kB` }]
    : [];
}

function copyAssets() {
  mkdirSync(ASSETS, { recursive: true });
  cpSync(LOGO, path.join(ASSETS, 'logo.svg'));
  for (const [name, file, nameOf] of LIBRARY_FILES) {
    const folder = path.join(ROOT, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf-8'));
    // Without the last line, which names a file that is not there.
    const text = readFileSync(path.join(folder, file), 'utf-8');
    writeFileSync(
      path.join(ASSETS, nameOf(versionOf(name))),
      text.replace(/\n\/\/# sourceMapping.*\s*$/, '\n')
    );
  }
}

function copyPrinter() {
  const from = path.join(ROOT, 'node_modules', PRINTER);
  const to = path.join(SERVER_FOLDER, 'node_modules', PRINTER);
  PRINTER_FILES.forEach(file => cpSync(path.join(from, file), path.join(to, file)));
}

await runMain(async words => {
  const isWatching = words.includes('--watch');
  if (!isWatching) {
    rmSync(SERVER_FOLDER, { recursive: true, force: true });
  }
  const missing = parts.flatMap(({ entryPoints }) => entryPoints).filter(file => !existsSync(file));
  if (missing.length) {
    throw new StepError(`There is nothing to bundle at ${missing.join(' and ')}.`);
  }
  copyAssets();
  copyPrinter();
  const contexts = await Promise.all(
    parts.map(options =>
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
