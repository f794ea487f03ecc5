// SPDX-License-Identifier: MIT
// What the engine costs a page: the .wasm, and the package's JavaScript as a bundler would deliver it; and what the till's
// first load costs.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { inRoot } from './paths.mjs';
import { ToolError } from './process.mjs';

// In units of 1000 bytes, compressed.
const ENGINE_BUDGET_KB = 100;
const TILL_BUDGET_KB = 250;

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

/** Prints a table of contents by their names and their sum, and fails when that is over its budget. */
function reportSizes(what, contents, budgetKb) {
  const parts = contents.map(([name, content]) => ({
    ...{ name, raw: content.length, gzip: gzipSync(content, { level: 9 }).length },
  }));
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  const rows = [...parts, { name: what, raw: sum('raw'), gzip: sum('gzip') }];
  const lines = rows.map(({ name, raw, gzip }) => `  ${name.padEnd(26)}${inKilobytes(raw)}${inKilobytes(gzip)}`);
  process.stderr.write(`\n  ${'kB'.padEnd(26)}${'raw'.padStart(9)}${'gzip'.padStart(9)}\n${lines.join('\n')}\n\n`);
  const total = sum('gzip') / 1000;
  if (total > budgetKb) {
    throw new ToolError(`The ${what} takes ${total.toFixed(1)} kB compressed; its budget is ${budgetKb} kB.`);
  }
}

export async function reportEngineSize() {
  const contents = [
    ['sawa.wasm', readFileSync(inRoot('dist/sawa.wasm'))],
    ['sawa.js', await bundleScript()],
  ];
  reportSizes('engine', contents, ENGINE_BUDGET_KB);
}

/** What a browser fetches before the till can be used: the page, what the page names, and the engine's module. */
export function reportTillSize() {
  const page = readFileSync(inRoot('web/dist/index.html'), 'utf8');
  const assets = [...page.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, name]) => name);
  const module = readdirSync(inRoot('web/dist/assets')).filter((name) => name.endsWith('.wasm'));
  const names = ['index.html', ...assets, ...module.map((name) => `assets/${name}`)];
  const contents = names.map((name) => [name.replace('assets/', ''), readFileSync(inRoot('web/dist', name))]);
  reportSizes('first load', contents, TILL_BUDGET_KB);
}
