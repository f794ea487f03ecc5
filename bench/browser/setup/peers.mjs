// SPDX-License-Identifier: MIT
// The products we are compared with: installed for the benchmark alone, outside of the sources.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashInputs } from '../../../tools/lib/files.mjs';
import { progress, runOrFail } from '../../../tools/lib/process.mjs';
import { inRoot } from '../../../tools/lib/paths.mjs';
import { inBrowserBench, PEER_MODULES, PEERS } from './paths.mjs';

const MANIFESTS = ['package.json', 'package-lock.json', '.npmrc'];

/** Installs what bench/browser/package-lock.json says, unless that has been done. */
export async function ensurePeers() {
  const stamp = path.join(PEER_MODULES, '.lockfile-hash');
  const hash = hashInputs(MANIFESTS.map((name) => inBrowserBench(name)));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  progress('installing the contenders');
  mkdirSync(PEERS, { recursive: true });
  for (const name of MANIFESTS) copyFileSync(inBrowserBench(name), path.join(PEERS, name));
  await runOrFail('npm', ['ci'], { cwd: PEERS, quiet: true });
  writeFileSync(stamp, hash);
}

/** The version of a contender as it is installed, or as this repository says of our own. */
export function versionOf({ name, packages }) {
  if (packages.length === 0) return name === 'sawa' ? versionIn(inRoot('package.json')) : null;
  return versionIn(path.join(PEER_MODULES, packages[0], 'package.json'));
}

const versionIn = (manifest) => JSON.parse(readFileSync(manifest, 'utf8')).version;
