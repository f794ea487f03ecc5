// SPDX-License-Identifier: MIT
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build/', 'dist/', '**/dist/', 'node_modules/', '.venv/', 'server/', 'bench/results/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async method without await still turns what it throws into a rejection, which is what its callers expect.
      '@typescript-eslint/require-await': 'off',
      // An event handler may be async: its errors arrive at the unhandledrejection listener.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }] },
  },
  {
    // Functions that Playwright sends into the page see the browser's names.
    files: ['tests/**/*.mjs', 'bench/**/*.mjs', 'examples/**/*.{js,mjs}'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['src/platform/web/*.js', 'bindings/embind/*.js'],
    languageOptions: { globals: { addToLibrary: 'readonly', Module: 'readonly' } },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      complexity: ['error', 15],
    },
  },
  { files: ['tools/**', 'tests/**', 'bench/**', 'examples/**'], rules: { 'no-console': 'off' } },
);
