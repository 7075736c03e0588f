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
  '<rootDir>/.setup',
  '<rootDir>/benchmarks/.work',
  '<rootDir>/ui-tests/.work'
];
// Libraries of drawings come as ES modules alone, or with hundreds of them; these are the same in one file.
const bundled = {
  '^d3-dsv$': '<rootDir>/node_modules/d3-dsv/dist/d3-dsv.min.js',
  '^topojson-client$': '<rootDir>/node_modules/topojson-client/dist/topojson-client.min.js',
  '^vega$': '<rootDir>/node_modules/vega/build/vega.min.js',
  '^vega-interpreter$': '<rootDir>/node_modules/vega-interpreter/build/vega-interpreter.min.js',
  '^vega-lite$': '<rootDir>/node_modules/vega-lite/build/vega-lite.min.js',
  '^vega-themes$': '<rootDir>/node_modules/vega-themes/build/vega-themes.min.js'
};
const transform = {
  '\\.tsx?$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.test.json', diagnostics: false }]
};

module.exports = {
  testTimeout: 60000,
  // Most specs wait for processes: by default one core would be left to wait for them.
  maxWorkers: '100%',
  projects: [
    {
      displayName: 'node',
      rootDir: __dirname,
      testEnvironment: 'node',
      testMatch: ['<rootDir>/src/{core,server,testing}/**/*.spec.ts'],
      modulePathIgnorePatterns: ignored,
      transform: { ...transform, '\\.m?js$': 'babel-jest' },
      // Of what the server uses, these come as ES modules alone, which Jest cannot require.
      transformIgnorePatterns: [
        '/node_modules/(?!(cookie|content-disposition|eslint-visitor-keys|toml-eslint-parser)/)'
      ]
    },
    {
      ...labBase,
      displayName: 'lab',
      rootDir: __dirname,
      testMatch: ['<rootDir>/src/{page,lab}/**/*.spec.ts?(x)'],
      testRegex: undefined,
      modulePathIgnorePatterns: ignored,
      transform: { ...labBase.transform, ...transform },
      moduleNameMapper: { ...labBase.moduleNameMapper, ...bundled },
      transformIgnorePatterns: [`/node_modules/(?!(${esModules}).*)`]
    }
  ]
};
