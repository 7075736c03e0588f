// npm run clean: remove what is built. --all removes what is installed, too.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { forgetBuilds } from './steps/build.mjs';
import {
  LABEXTENSION,
  LABEXTENSION_LINK,
  ROOT,
  SERVER_FOLDER,
  SETUP_FOLDER
} from './steps/paths.mjs';
import { runMain } from './steps/run.mjs';

await runMain(async words => {
  const built = ['lib', 'dist', 'build', 'coverage', 'tsconfig.tsbuildinfo'].map(name =>
    path.join(ROOT, name)
  );
  const installed = words.includes('--all')
    ? [LABEXTENSION_LINK, SETUP_FOLDER, path.join(ROOT, '.venv'), path.join(ROOT, 'node_modules')]
    : [];
  for (const target of [...installed, ...built, LABEXTENSION, SERVER_FOLDER]) {
    rmSync(target, { recursive: true, force: true });
  }
  forgetBuilds();
});
