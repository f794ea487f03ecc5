// SPDX-License-Identifier: MIT
// Formats every source of every language here, in place.
import { repositoryFiles } from './lib/files.mjs';
import { inRoot, nodeProgram, pythonProgram, ROOT } from './lib/paths.mjs';
import { runMain, runOrFail } from './lib/process.mjs';
import { ensureNodeModules, ensurePython, ensureSystemPackages } from './setup.mjs';

await runMain(async () => {
  await ensureSystemPackages(['clang-format-19']);
  await ensureNodeModules();
  await ensurePython({ development: true });
  await runOrFail(nodeProgram('prettier'), ['--write', '--log-level=warn', '.'], { cwd: ROOT });
  const cpp = (await repositoryFiles()).filter((name) => /\.(cc|h)$/.test(name));
  if (cpp.length > 0) await runOrFail('clang-format-19', ['-i', ...cpp], { cwd: ROOT });
  await runOrFail(pythonProgram('ruff'), ['check', '--fix-only', '.'], { cwd: inRoot('server') });
  await runOrFail(pythonProgram('ruff'), ['format', '.'], { cwd: inRoot('server') });
});
