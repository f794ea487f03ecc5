// SPDX-License-Identifier: MIT
// The package as its users get it: packed, and installed into an empty project with no registry in reach.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ROOT } from '../../tools/lib/paths.mjs';
import { runOrFail } from '../../tools/lib/process.mjs';

const OFFLINE = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];

/** A project in a temporary folder that has the packed package as its one dependency. */
export async function installPacked() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sawa-package-')));
  const options = { cwd: ROOT, quiet: true };
  const { stdout } = await runOrFail(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    options,
  );
  const [packed] = Object.values(JSON.parse(stdout));
  const project = path.join(folder, 'project');
  const write = (name, content) => writeFileSync(path.join(project, name), content);
  await runOrFail('mkdir', [project], { quiet: true });
  write('package.json', JSON.stringify({ name: 'empty-project', private: true, type: 'module' }));
  await runOrFail('npm', ['install', ...OFFLINE, path.join(folder, packed.filename)], { cwd: project, quiet: true });
  return {
    packed,
    project,
    installed: path.join(project, 'node_modules/sawa'),
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
