// SPDX-License-Identifier: MIT
// Where the benchmark finds things, and where it puts what it makes.
import path from 'node:path';

import { BUILD, inRoot } from '../../../tools/lib/paths.mjs';

export const BENCH = inRoot('bench');
export const inBrowserBench = (...parts) => inRoot('bench/browser', ...parts);
export const DIST = inRoot('dist');
export const inBenchBuild = (...parts) => path.join(BUILD, 'bench', ...parts);
export const PEERS = inBenchBuild('peers');
export const PEER_MODULES = path.join(PEERS, 'node_modules');
export const BUNDLES = inBenchBuild('bundles');
