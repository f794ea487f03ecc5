// SPDX-License-Identifier: MIT
// The products that the browser benchmark compares us with.
import path from 'node:path';

import { inRoot } from '../../../tools/lib/paths.mjs';
import { installPeers, versionIn } from '../../lib/peers.mjs';
import { inBrowserBench, PEER_MODULES, PEERS } from './paths.mjs';

/** Installs what bench/browser/package-lock.json says, unless that has been done. */
export const ensurePeers = () => installPeers(inBrowserBench(), PEERS);

/** The version of a contender as it is installed, or as this repository says of our own. */
export function versionOf({ name, packages }) {
  if (packages.length === 0) return name === 'sawa' ? versionIn(inRoot('package.json')) : null;
  return versionIn(path.join(PEER_MODULES, packages[0], 'package.json'));
}
