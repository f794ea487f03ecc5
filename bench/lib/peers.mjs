// SPDX-License-Identifier: MIT
// The products we are compared with: installed for the benchmarks alone, outside of the sources.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashInputs } from '../../tools/lib/files.mjs';
import { progress, runOrFail } from '../../tools/lib/process.mjs';

const MANIFESTS = ['package.json', 'package-lock.json', '.npmrc'];

/** Installs into `target` what the lockfile in the folder `source` says, unless that has been done. */
export async function installPeers(source, target) {
  const stamp = path.join(target, 'node_modules/.lockfile-hash');
  const hash = hashInputs(MANIFESTS.map((name) => path.join(source, name)));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  progress('installing the contenders');
  mkdirSync(target, { recursive: true });
  for (const name of MANIFESTS) copyFileSync(path.join(source, name), path.join(target, name));
  await runOrFail('npm', ['ci'], { cwd: target, quiet: true });
  writeFileSync(stamp, hash);
}

/** The version of an installed package. */
export const versionIn = (manifest) => JSON.parse(readFileSync(manifest, 'utf8')).version;
