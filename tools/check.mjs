// SPDX-License-Identifier: MIT
// Formatting, linting and type checks of every language here. All of them run, then the failed ones are named.
//
//   node tools/check.mjs                    everything
//   node tools/check.mjs tsc clang-tidy     only these
import { buildAll } from './build.mjs';
import { runClangTidy } from './lib/clang_tidy.mjs';
import { repositoryFiles } from './lib/files.mjs';
import { inRoot, nodeProgram, pythonProgram, ROOT } from './lib/paths.mjs';
import { progress, run, runMain, runOrFail, ToolError } from './lib/process.mjs';
import { ensureNodeModules, ensurePython, ensureSystemPackages } from './setup.mjs';

const succeeds = async (program, args, options = { cwd: ROOT }) => (await run(program, args, options)).code === 0;

const inServer = (name, ...args) => succeeds(pythonProgram(name), args, { cwd: inRoot('server') });

async function clangFormat() {
  const files = (await repositoryFiles()).filter((name) => /\.(cc|h)$/.test(name));
  return files.length === 0 || succeeds('clang-format-19', ['--dry-run', '--Werror', ...files]);
}

async function clangTidy() {
  await runOrFail('cmake', ['--preset', 'native-asan'], { cwd: ROOT, quiet: true });
  return runClangTidy();
}

async function typeCheck(folder) {
  return succeeds(nodeProgram('tsc'), ['--noEmit', '-p', inRoot(folder)]);
}

const CHECKS = {
  build: buildPackage,
  prettier: () => succeeds(nodeProgram('prettier'), ['--check', '--log-level=warn', '.']),
  eslint: () => succeeds(nodeProgram('eslint'), ['--max-warnings=0', '.']),
  'tsc bindings/js': () => typeCheck('bindings/js'),
  'tsc sw': () => typeCheck('sw'),
  'tsc web': () => typeCheck('web'),
  'clang-format': clangFormat,
  'clang-tidy': clangTidy,
  ruff: () => inServer('ruff', 'check', '.'),
  'ruff format': () => inServer('ruff', 'format', '--check', '.'),
  mypy: () => inServer('mypy', '.'),
};

/** The service worker and the till are checked against the types of the built package. */
async function buildPackage() {
  await buildAll({ web: false });
  return true;
}

async function setUp() {
  const clang = ['clang-19', 'clang-format-19', 'clang-tidy-19', 'libclang-rt-19-dev'];
  await ensureSystemPackages(['cmake', 'ninja-build', 'python3-venv', ...clang]);
  await ensureNodeModules();
  await ensurePython({ development: true });
}

async function passes(name) {
  try {
    return await CHECKS[name]();
  } catch (error) {
    // One check that cannot run must not hide what the others find.
    process.stderr.write(`${error instanceof ToolError ? error.message : error.stack}\n`);
    return false;
  }
}

await runMain(async () => {
  const named = process.argv.slice(2);
  const names = Object.keys(CHECKS).filter((name) => named.length === 0 || named.includes(name.split(' ')[0]));
  await setUp();
  const failed = [];
  for (const name of names) {
    progress(name);
    if (!(await passes(name))) failed.push(name);
  }
  if (failed.length > 0) throw new ToolError(`Failed: ${failed.join(', ')}. \`npm run format\` mends formatting.`);
  progress(`all ${names.length} checks passed`);
});
