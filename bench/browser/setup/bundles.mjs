// SPDX-License-Identifier: MIT
// Each contender's code as an app would ship it: bundled and minified, with the files that it fetches beside it.
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { BUNDLES, DIST, inBrowserBench, PEER_MODULES, PEERS } from './paths.mjs';

/** Node's modules, which some peers import where they find themselves in Node. */
const NODE_MODULES = ['fs', 'fs/promises', 'path', 'url', 'util', 'crypto', 'module', 'stream', 'node:*'];

const folderOf = ({ name }) => path.join(BUNDLES, name);

const sourceOf = (asset) => (asset === 'sawa.wasm' ? path.join(DIST, asset) : path.join(PEER_MODULES, asset));

async function bundle(contender) {
  const { build } = createRequire(path.join(PEERS, 'package.json'))('esbuild');
  const names = [contender.name, ...(contender.worker ? [`${contender.name}-worker`] : [])];
  await build({
    entryPoints: names.map((name) => inBrowserBench('adapters', `${name}.mjs`)),
    outdir: folderOf(contender),
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    nodePaths: [PEER_MODULES],
    alias: { sawa: path.join(DIST, 'index.js') },
    define: { 'process.env.NODE_ENV': '"production"' },
    external: NODE_MODULES,
    logLevel: 'error',
  });
}

/** Bundles a contender, and names the files that its page fetches into the cache before it opens a database. */
export async function bundleContender(contender) {
  rmSync(folderOf(contender), { recursive: true, force: true });
  await bundle(contender);
  const assets = contender.assets ?? [];
  for (const asset of assets) copyFileSync(sourceOf(asset), path.join(folderOf(contender), path.basename(asset)));
  return assets.map((asset) => `/bundles/${contender.name}/${path.basename(asset)}`);
}

/** The bytes of these files of a bundle, each compressed as a server sends it. */
export function gzipBytesOf(contender, files) {
  const lengths = files.map(
    (file) => gzipSync(readFileSync(path.join(folderOf(contender), file)), { level: 9 }).length,
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}
