// SPDX-License-Identifier: MIT
// Sawa: core.cc, compiled with the flags of the package. A device's edits are mutations as it pushes them.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { ensureEmscripten } from '../../../tools/emscripten.mjs';
import { BUILD, inRoot } from '../../../tools/lib/paths.mjs';
import { progress, runOrFail } from '../../../tools/lib/process.mjs';
import { Random } from '../../lib/random.mjs';

const LAYERS = ['base', 'model', 'codec', 'conflict'];
const FOLDER = path.join(BUILD, 'bench/sync');
const encoder = new TextEncoder();
let core;

/** Builds the module, and loads it. */
export async function prepare() {
  const { env, emxx, version } = await ensureEmscripten();
  progress(`building the core with Emscripten ${version}`);
  mkdirSync(FOLDER, { recursive: true });
  const presets = JSON.parse(readFileSync(inRoot('CMakePresets.json'), 'utf8')).configurePresets;
  const asShipped = presets.find(({ name }) => name === 'wasm-release').cacheVariables;
  const sources = LAYERS.flatMap((layer) =>
    readdirSync(inRoot('src', layer))
      .filter((name) => name.endsWith('.cc'))
      .map((name) => inRoot('src', layer, name)),
  );
  const flags = [asShipped.CMAKE_CXX_FLAGS_RELEASE, asShipped.CMAKE_EXE_LINKER_FLAGS_RELEASE].join(' ').split(' ');
  const output = path.join(FOLDER, 'core.mjs');
  const own = [
    '-std=c++23',
    '-fno-exceptions',
    '-fno-rtti',
    '-fno-threadsafe-statics',
    `-I${inRoot('src')}`,
    '--no-entry',
  ];
  const settings = ['MODULARIZE=1', 'EXPORT_ES6=1', 'ENVIRONMENT=node', 'ALLOW_MEMORY_GROWTH=1', 'MALLOC=emmalloc'];
  const exported = '-sEXPORTED_RUNTIME_METHODS=[HEAPU8,UTF8ToString]';
  const options = [...own, ...flags, ...settings.map((setting) => `-s${setting}`), exported];
  await runOrFail(emxx, [...options, inRoot('bench/sync/merges/core.cc'), ...sources, '-o', output], {
    env,
    quiet: true,
  });
  const { default: create } = await import(pathToFileURL(output).href);
  core = await create();
}

const stamp = (ms, node) => `${ms.toString(16).padStart(12, '0')}0000-${node}`;

/** The texts of mutations. `operation`: of an edit. */
function outbox(edits, node, random, operation) {
  return edits.map((edit, index) => {
    const head = { seq: index + 1, id: random.id(edit.at_ms), name: 'product.edit', stamp: stamp(edit.at_ms, node) };
    return JSON.stringify({ ...head, actor: '1', base: null, ops: [{ collection: 'products', ...operation(edit) }] });
  });
}

function merge(replica, text) {
  const bytes = encoder.encode(text);
  const address = core._bench_input(bytes.length);
  core.HEAPU8.set(bytes, address);
  if (!core._bench_merge(replica, bytes.length)) throw new Error(`cannot be merged: ${text}`);
}

/** For each device its replica, with its own edits, and the messages that it sends to the others. */
export function makeReplicas({ products, edits }, { singly }) {
  core._bench_clear();
  const random = new Random(1);
  const put = ({ id, ...fields }) => ({ op: 'put', id, fields });
  const first = products.map((product) => ({ at_ms: 1_790_000_000_000, ...product }));
  const base = outbox(first, '0'.repeat(16), random, ({ at_ms: _, ...product }) => put(product));
  return edits.map((own, device) => {
    const replica = core._bench_make();
    const patch = ({ id, field, value, was }) => ({
      op: 'patch',
      id,
      was: { [field]: was },
      fields: { [field]: value },
    });
    const mutations = outbox(own, String(device + 1).padStart(16, '0'), random, patch);
    merge(replica, `[${base.join(',')}]`);
    merge(replica, `[${mutations.join(',')}]`);
    const messages = singly ? mutations.map((text) => `[${text}]`) : [`[${mutations.join(',')}]`];
    return {
      messages,
      receive: (texts) => {
        for (const text of texts) merge(replica, text);
      },
      state: () => core.UTF8ToString(core._bench_state(replica)),
    };
  });
}
