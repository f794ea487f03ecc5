// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { injectManifest } from 'workbox-build';

const folder = path.dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(folder, '../package.json'), 'utf8')) as { version: string };
const server = process.env['SAWA_SERVER'] ?? 'http://localhost:8000';

/** Writes the list of files to keep, with their hashes, into the service worker. */
function precacheManifest(): Plugin {
  return {
    name: 'precache-manifest',
    apply: 'build',
    async closeBundle() {
      const output = path.join(folder, 'dist');
      const { count, size, warnings } = await injectManifest({
        swSrc: path.join(output, 'sw.js'),
        swDest: path.join(output, 'sw.js'),
        globDirectory: output,
        globPatterns: ['**/*.{html,js,css,wasm,svg,png,webmanifest}'],
        globIgnores: ['sw.js', 'screenshots/**'],
        dontCacheBustURLsMatching: /^\/assets\//,
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        modifyURLPrefix: { '': '/' },
      });
      for (const warning of warnings) this.warn(warning);
      this.info(`precache: ${count} files, ${Math.round(size / 1024)} KiB`);
    },
  };
}

export default defineConfig({
  root: folder,
  plugins: [precacheManifest()],
  define: { __APP_VERSION__: JSON.stringify(version) },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // A file as a data: address would need holes in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: path.join(folder, 'index.html'), sw: path.join(folder, 'src/sw.ts') },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: Object.fromEntries(['/sync', '/api', '/admin', '/static'].map((prefix) => [prefix, server])) },
});
