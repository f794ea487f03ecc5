// SPDX-License-Identifier: MIT
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeGlobals = [
  'AbortController', 'AbortSignal', 'Buffer', 'CompressionStream', 'DecompressionStream', 'URL', 'URLSearchParams',
  'TextDecoder', 'TextEncoder', 'WebAssembly', 'clearInterval', 'clearTimeout', 'console', 'crypto', 'fetch',
  'performance', 'process', 'queueMicrotask', 'setInterval', 'setTimeout', 'structuredClone',
]; // prettier-ignore

// Functions that Playwright sends into the page see the browser's names.
const pageGlobals = [
  'BroadcastChannel', 'Event', 'document', 'indexedDB', 'caches', 'localStorage', 'location', 'navigator', 'self', 'window',
]; // prettier-ignore

const readOnly = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default tseslint.config(
  { ignores: ['build/', 'dist/', '**/dist/', 'node_modules/', '.venv/', 'server/', 'src/', 'bench/results/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // An event handler may be async: its errors arrive at the unhandledrejection listener.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: readOnly(nodeGlobals) },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  {
    files: ['tests/**/*.mjs', 'bench/**/*.mjs', 'examples/**/*.{js,mjs}'],
    languageOptions: { globals: readOnly(pageGlobals) },
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
