// SPDX-License-Identifier: MIT
// Builds the WebAssembly module, the npm package in dist/ and the till in web/dist/; what has not changed is left alone.
//
//   node tools/build.mjs             everything
//   node tools/build.mjs package     only the WebAssembly module and the npm package
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { ensureEmscripten } from './emscripten.mjs';
import { onceForInputs } from './lib/files.mjs';
import { orderFunctions } from './lib/function_order.mjs';
import { withLock } from './lib/lock.mjs';
import { BUILD, inRoot, nodeProgram, ROOT } from './lib/paths.mjs';
import { progress, runMain, runOrFail, ToolError } from './lib/process.mjs';
import { reportEngineSize, reportTillSize } from './lib/sizes.mjs';
import { ensureNodeModules, ensureSystemPackages } from './setup.mjs';

const WASM_FILES = ['sawa.wasm', 'sawa.mjs'];
const WASM_OUTPUTS = WASM_FILES.map((name) => `build/wasm-release/${name}`);
const FUNCTION_ORDER = 'tools/lib/function_order.mjs';
const WASM_INPUTS = ['CMakeLists.txt', 'CMakePresets.json', 'cmake', 'src', 'bindings/embind', FUNCTION_ORDER];
const PACKAGE_INPUTS = ['package.json', 'tsconfig.base.json', 'bindings/js', 'sw', ...WASM_OUTPUTS];

/**
 * Lets one build at a time into this clone. Two Emscripten links that write the same file can both succeed and leave an
 * empty module.
 */
const alone = (action) => withLock(path.join(BUILD, 'build.lock'), action);

async function runCmake(preset, target) {
  await runOrFail('cmake', ['--preset', preset], { cwd: ROOT, quiet: true });
  const parallel = ['--parallel', String(availableParallelism())];
  const targets = target ? ['--target', target] : [];
  await runOrFail('cmake', ['--build', '--preset', preset, ...parallel, ...targets], { cwd: ROOT });
}

/** Configures a CMake preset and builds all of it, or one target. */
export async function buildPreset(preset, target) {
  await alone(() => runCmake(preset, target));
}

async function buildWasm() {
  const { version, env, wasmOpt } = await ensureEmscripten();
  Object.assign(process.env, env);
  const work = { inputs: WASM_INPUTS, extra: version, outputs: WASM_OUTPUTS };
  const ran = await onceForInputs('wasm', work, async () => {
    progress(`building the WebAssembly module with Emscripten ${version} (its system libraries too, the first time)`);
    // A failed build must not leave the outputs of an older one to be taken for its own.
    for (const output of WASM_OUTPUTS) rmSync(inRoot(output), { force: true });
    await runCmake('wasm-release', 'sawa_module');
    await orderFunctions(inRoot(WASM_OUTPUTS[0]), wasmOpt);
  });
  if (!ran) progress('the WebAssembly module is up to date');
}

async function buildPackage() {
  const outputs = ['dist/index.js', 'dist/sawa.wasm', 'dist/service-worker/index.js'];
  const ran = await onceForInputs('package', { inputs: PACKAGE_INPUTS, outputs }, async () => {
    progress('compiling the npm package into dist/');
    rmSync(inRoot('dist'), { recursive: true, force: true });
    await runOrFail(nodeProgram('tsc'), ['-p', inRoot('bindings/js')], { cwd: ROOT });
    for (const [index, name] of WASM_FILES.entries()) copyFileSync(inRoot(WASM_OUTPUTS[index]), inRoot('dist', name));
    // tsc does not pass on declarations that were written by hand.
    copyFileSync(inRoot('bindings/js/sawa.d.mts'), inRoot('dist/sawa.d.mts'));
    await runOrFail(nodeProgram('tsc'), ['-p', inRoot('sw')], { cwd: ROOT });
    await reportEngineSize();
  });
  if (!ran) progress('the npm package is up to date');
}

async function buildWeb() {
  if (!existsSync(inRoot('web/vite.config.ts'))) throw new ToolError('web/vite.config.ts is missing.');
  const inputs = ['web', 'package-lock.json', 'build/stamps/package'];
  const ran = await onceForInputs('web', { inputs, outputs: ['web/dist/index.html'] }, async () => {
    progress('building the till into web/dist/');
    await runOrFail(nodeProgram('vite'), ['build', 'web'], { cwd: ROOT });
    reportTillSize();
  });
  if (!ran) progress('the till is up to date');
}

/** Builds the module and the package, and with `web` also the till. A second build waits for the first. */
export async function buildAll({ web = true } = {}) {
  await ensureSystemPackages(['cmake', 'ninja-build']);
  await ensureNodeModules();
  await alone(async () => {
    await buildWasm();
    await buildPackage();
    if (web) await buildWeb();
  });
}

async function main() {
  await buildAll({ web: !process.argv.includes('package') });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runMain(main);
