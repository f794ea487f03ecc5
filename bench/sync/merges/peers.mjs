// SPDX-License-Identifier: MIT
// The products that merging is compared with, as bench/sync/peers/package-lock.json says.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { BUILD, inRoot } from '../../../tools/lib/paths.mjs';
import { installPeers, versionIn } from '../../lib/peers.mjs';

const FOLDER = path.join(BUILD, 'bench/sync-peers');
const resolve = createRequire(path.join(FOLDER, 'package.json')).resolve;

export const ensurePeers = () => installPeers(inRoot('bench/sync/peers'), FOLDER);

export const importPeer = (name) => import(pathToFileURL(resolve(name)).href);

export const peerVersion = (name) => versionIn(path.join(FOLDER, 'node_modules', name, 'package.json'));
