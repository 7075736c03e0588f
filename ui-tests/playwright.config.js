// Browser tests: galata in the system's Chromium, against a JupyterLab of our own on a free port.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const base = require('@jupyterlab/galata/lib/playwright-config');

const work = path.join(__dirname, '.work');
const root = path.join(work, 'root');

// Workers read this file again: the port is chosen once and handed on.
if (!process.env.CROSSCOMPUTE_TEST_PORT) {
  const script =
    'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})';
  process.env.CROSSCOMPUTE_TEST_PORT = execFileSync(process.execPath, ['-e', script], {
    encoding: 'utf-8'
  }).trim();
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(root, { recursive: true });
}
const port = process.env.CROSSCOMPUTE_TEST_PORT;
process.env.JUPYTERLAB_GALATA_ROOT_DIR = root;
// Neither settings nor state of whoever runs the tests.
process.env.JUPYTER_DATA_DIR = path.join(work, 'data');
process.env.JUPYTER_CONFIG_DIR = path.join(work, 'config');

const bin = process.platform === 'win32' ? 'Scripts' : 'bin';
const python = path.join(__dirname, '..', '.venv', bin, 'python');
const chromium =
  process.env.CROSSCOMPUTE_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(file =>
    fs.existsSync(file)
  );

/** Tests of served pages alone. */
const PAGES =
  /(conformancePages|forms|gallery|hostile|ownViews|served|signIn|viewGallery)\.spec\.ts$/;

module.exports = {
  ...base,
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  reporter: [['list']],
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // One for tests in JupyterLab, which share one server and its queue, and one for pages, which start servers of their own.
  workers: 2,
  projects: [
    { name: 'lab', workers: 1, testIgnore: PAGES },
    { name: 'pages', workers: 1, testMatch: PAGES }
  ],
  retries: 0,
  use: {
    ...base.use,
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    // Recording asks for an ffmpeg that only a browser download brings.
    video: 'off',
    // A third of the processor's time. Failed tests are run again alone, with it.
    trace: 'off',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking']
    }
  },
  webServer: {
    command: `"${python}" -m jupyterlab --config "${path.join(__dirname, 'jupyter_server_test_config.py')}"`,
    url: `http://127.0.0.1:${port}/lab`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe'
  }
};
