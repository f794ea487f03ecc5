// SPDX-License-Identifier: MIT
// What the engine costs a page: the .wasm, and the package's JavaScript as a bundler would deliver it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { inRoot } from './paths.mjs';
import { ToolError } from './process.mjs';

// In units of 1000 bytes, compressed.
const ENGINE_BUDGET_KB = 100;

/** dist/index.js with all it imports, minified. */
async function bundleScript() {
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: inRoot('dist'),
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      assetsInlineLimit: 0,
      rollupOptions: { input: inRoot('dist/index.js'), preserveEntrySignatures: 'strict' },
    },
  });
  return Buffer.from(result.output.map((chunk) => chunk.code ?? '').join(''));
}

const inKilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(9);

/** Prints the table, and fails when the engine is over its budget. */
export async function reportEngineSize() {
  const parts = [
    ['sawa.wasm', readFileSync(inRoot('dist/sawa.wasm'))],
    ['sawa.js', await bundleScript()],
  ].map(([name, content]) => ({ name, raw: content.length, gzip: gzipSync(content, { level: 9 }).length }));
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  const rows = [...parts, { name: 'engine', raw: sum('raw'), gzip: sum('gzip') }];
  const lines = rows.map(({ name, raw, gzip }) => `  ${name.padEnd(26)}${inKilobytes(raw)}${inKilobytes(gzip)}`);
  process.stderr.write(`\n  ${'kB'.padEnd(26)}${'raw'.padStart(9)}${'gzip'.padStart(9)}\n${lines.join('\n')}\n\n`);
  const total = sum('gzip') / 1000;
  if (total > ENGINE_BUDGET_KB) {
    throw new ToolError(`The engine takes ${total.toFixed(1)} kB compressed; its budget is ${ENGINE_BUDGET_KB} kB.`);
  }
}
