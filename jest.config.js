// Two projects: core and server run in plain Node, where a touch of the DOM throws;
// page and lab run in jsdom on the base that JupyterLab's own packages use.
const createLabConfig = require('@jupyterlab/testutils/lib/jest-config');

// Top-level options of the base do not belong into a project.
const {
  coverageReporters: _reporters,
  coverageDirectory: _directory,
  reporters: _output,
  testTimeout: _timeout,
  ...labBase
} = createLabConfig(__dirname);

const esModules = [
  '@codemirror',
  '@jupyter',
  '@jupyterlab',
  '@lumino',
  '@rjsf',
  '@microsoft',
  '@marijn',
  'exenv-es6',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');
const ignored = [
  '<rootDir>/lib',
  '<rootDir>/dist',
  '<rootDir>/build',
  '<rootDir>/jupyterlab_crosscompute',
  '<rootDir>/.venv',
  '<rootDir>/benchmarks/.work',
  '<rootDir>/ui-tests/.work'
];
const transform = {
  '\\.tsx?$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.test.json', diagnostics: false }]
};

module.exports = {
  testTimeout: 60000,
  projects: [
    {
      displayName: 'node',
      rootDir: __dirname,
      testEnvironment: 'node',
      testMatch: ['<rootDir>/src/{core,server,testing}/**/*.spec.ts'],
      modulePathIgnorePatterns: ignored,
      transform: { ...transform, '\\.js$': 'babel-jest' },
      // Of what the server uses, these come as ES modules alone, which Jest cannot require.
      transformIgnorePatterns: ['/node_modules/(?!(cookie|content-disposition)/)']
    },
    {
      ...labBase,
      displayName: 'lab',
      rootDir: __dirname,
      testMatch: ['<rootDir>/src/{page,lab}/**/*.spec.ts?(x)'],
      testRegex: undefined,
      modulePathIgnorePatterns: ignored,
      transform: { ...labBase.transform, ...transform },
      transformIgnorePatterns: [`/node_modules/(?!(${esModules}).*)`]
    }
  ]
};
