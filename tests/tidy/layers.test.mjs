// SPDX-License-Identifier: MIT
// Who may include and import whom. The build links the layers in the same graph; this names the line that breaks it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { listFiles } from '../../tools/lib/files.mjs';
import { inRoot, ROOT } from '../../tools/lib/paths.mjs';

const DIRECT = {
  base: [],
  model: ['base'],
  codec: ['model'],
  conflict: ['model'],
  storage: ['codec'],
  query: ['storage', 'conflict'],
  protocol: ['codec'],
  sync: ['storage', 'conflict', 'protocol'],
  engine: ['query', 'sync'],
  'platform/web': ['storage', 'sync'],
};

/** The layer itself and everything below it. */
function allowedLayers(layer) {
  return new Set([layer, ...DIRECT[layer].flatMap((below) => [...allowedLayers(below)])]);
}

const isCpp = (name) => /\.(cc|h)$/.test(name);

/** Every matching line of every file: [{ where, found }]. */
function findLines(files, pattern) {
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const match = pattern.exec(line);
        return match ? [{ where: `${path.relative(ROOT, file)}:${index + 1}`, found: match[1] }] : [];
      }),
  );
}

const layerOf = (include) => Object.keys(DIRECT).find((layer) => include.startsWith(`${layer}/`));

for (const layer of Object.keys(DIRECT)) {
  test(`src/${layer} includes only itself and the layers below it`, () => {
    const files = listFiles(inRoot('src', layer), isCpp);
    const allowed = allowedLayers(layer);
    const includes = findLines(files, /^\s*#\s*include\s+"(.+?)"/);
    const wrong = includes.filter(({ found }) => !allowed.has(layerOf(found)));
    assert.deepEqual(wrong, []);
  });
}

test('every folder of src is a known layer', () => {
  const folders = listFiles(inRoot('src'), isCpp).map((file) => path.relative(inRoot('src'), path.dirname(file)));
  assert.ok(folders.length > 0);
  assert.deepEqual(
    [...new Set(folders)].filter((folder) => !(folder in DIRECT)),
    [],
  );
});

test('CMake links the layers in the same graph', () => {
  for (const [layer, below] of Object.entries(DIRECT)) {
    const text = readFileSync(inRoot('src', layer, 'CMakeLists.txt'), 'utf8');
    const linked = /DEPENDS ([\w ]+?)(?: LIBRARIES|\))/.exec(text)?.[1].split(' ') ?? [];
    assert.deepEqual(linked, below, `src/${layer}/CMakeLists.txt`);
  }
});

test('Emscripten and the host are used only in src/platform/web and bindings/embind', () => {
  const files = [...listFiles(inRoot('src'), isCpp), ...listFiles(inRoot('bindings'), isCpp)];
  const includes = findLines(files, /^\s*#\s*include\s+["<](emscripten.*?|.*\/host_imports\.h)[">]/);
  const wrong = includes.filter(({ where }) => !/^(src\/platform\/web|bindings\/embind)\//.test(where));
  assert.ok(includes.length > 0);
  assert.deepEqual(wrong, []);
});

test('codec, conflict and protocol do no input or output and read no clock', () => {
  const files = ['codec', 'conflict', 'protocol'].flatMap((layer) => listFiles(inRoot('src', layer), isCpp));
  const pattern =
    /^\s*#\s*include\s+[<"](fstream|iostream|cstdio|filesystem|ctime|chrono|random|base\/clock\.h|base\/random\.h)[>"]/;
  assert.deepEqual(findLines(files, pattern), []);
});

test('only the data folder of the till, and its service worker, import the package', () => {
  const files = listFiles(inRoot('web/src'), (name) => /\.tsx?$/.test(name));
  const importers = findLines(files, /from '(sawa(?:\/[\w-]+)?)'/).map(({ where }) => where.split(':')[0]);
  const names = [...new Set(importers)].sort();
  assert.deepEqual(names, [
    'web/src/data/conflicts.ts',
    'web/src/data/digest.ts',
    'web/src/data/restore.ts',
    'web/src/data/schema.ts',
    'web/src/data/storage-care.ts',
    'web/src/data/store.ts',
    'web/src/sw.ts',
  ]);
});

test('the bindings and the service worker do not reach into the till or the server', () => {
  const files = ['bindings/js', 'sw'].flatMap((folder) => listFiles(inRoot(folder), (name) => name.endsWith('.ts')));
  assert.ok(files.length > 0);
  assert.deepEqual(findLines(files, /from '((?:\.\.\/)+(?:web|server|src|tests)\/.*?)'/), []);
});
