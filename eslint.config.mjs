import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// The dependency rule: core ← server, core ← page ← lab, and server and lab never meet.
const nodeModules = {
  regex: '^(node:|(fs|path|os|child_process|http|net|crypto|stream)$)',
  message: 'only src/server may use Node'
};
const jupyterLab = {
  regex: '^@jupyterlab/(?!(nbformat|services|coreutils|statedb|rendermime-interfaces)(/|$))',
  message: 'this package does not load in plain Node'
};
const fence = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const folder = name => ({
  // Straight up to src, and down again: a file of another folder may have the same name.
  regex: `^(\\.\\./)+${name}(/|$)`,
  message: `must not import src/${name}`
});

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'lib',
      'dist',
      'build',
      '.venv',
      '.original',
      'jupyterlab_crosscompute',
      'coverage',
      'ui-tests/.work',
      'ui-tests/test-results',
      'benchmarks/.work',
      '**/.crosscompute',
      // Modules of views are code of ours; the rest are scripts in other languages.
      'examples/**',
      '!examples/**/',
      '!examples/**/*.mjs'
    ]
  },
  {
    files: ['src/**/*.{ts,tsx}', 'ui-tests/**/*.ts'],
    extends: [...tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { project: './tsconfig.eslint.json', tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } }
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-empty-object-type': 'off',
      curly: 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-implied-eval': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error'
    }
  },
  ...jupyter.configs.recommended.map(config => ({
    ...config,
    plugins: { ...config.plugins, jupyter },
    // Rules of extensions are for the extension; those of schemas and browser tests keep their place.
    files: config.files?.some(pattern => pattern.endsWith('.json'))
      ? config.files
      : config.files?.some(pattern => pattern.includes('.spec.'))
        ? ['ui-tests/**/*.ts']
        : ['src/lab/**/*.{ts,tsx}'],
    ignores: ['**/__tests__/**'],
    rules: Object.fromEntries(
      Object.entries(config.rules ?? {}).map(([name, level]) => [
        name,
        level === 'warn' ? 'error' : level
      ])
    )
  })),
  {
    files: ['src/core/**/*.ts'],
    ignores: ['**/__tests__/**'],
    rules: {
      ...fence(
        nodeModules,
        jupyterLab,
        { regex: '^(react|@lumino/widgets)', message: 'core knows no DOM' },
        folder('server'),
        folder('page'),
        folder('lab'),
        folder('testing')
      ),
      'no-restricted-globals': ['error', 'document', 'window', 'process', 'Buffer']
    }
  },
  {
    files: ['src/server/**/*.ts'],
    ignores: ['**/__tests__/**'],
    rules: fence(jupyterLab, folder('page'), folder('lab'), folder('testing'))
  },
  {
    files: ['src/page/**/*.ts'],
    ignores: ['**/__tests__/**'],
    rules: fence(
      nodeModules,
      { regex: '^(@jupyterlab|@lumino|react)', message: 'pages know no JupyterLab' },
      folder('server'),
      folder('lab'),
      folder('testing')
    )
  },
  {
    files: ['src/lab/**/*.{ts,tsx}'],
    ignores: ['**/__tests__/**'],
    rules: fence(nodeModules, folder('server'), folder('testing'))
  },
  prettier,
  { files: ['src/**/*.{ts,tsx}', 'ui-tests/**/*.ts'], rules: { curly: 'error' } }
);
