// SPDX-License-Identifier: MIT
// The site that the measured page comes from: the harness, the bundles, and the data made for this run.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { BENCH, BUNDLES } from './paths.mjs';

const PAGE =
  '<!doctype html><title>Sawa bench</title><script type="module" src="/bench/browser/page/main.mjs"></script>';
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
const HEADERS = {
  // Isolation makes the timers fine, and allows the memory to be measured.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'max-age=3600',
};

const FOLDERS = { '/bench/': BENCH, '/bundles/': BUNDLES };

export class Site {
  #server;
  #data;
  #bundleFiles = new Map();

  /** `data`: address -> bytes or text. */
  static async start(data) {
    const site = new Site(data);
    await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    site.address = `http://localhost:${site.#server.address().port}/`;
    return site;
  }

  constructor(data) {
    this.#data = data;
    this.#server = http.createServer((request, response) => {
      this.#contentOf(request.url).then(
        (body) => response.writeHead(200, { ...HEADERS, 'Content-Type': typeOf(request.url) }).end(body),
        () => response.writeHead(404).end(),
      );
    });
  }

  async #contentOf(address) {
    if (address === '/') return PAGE;
    if (Object.hasOwn(this.#data, address)) return this.#data[address];
    const start = Object.keys(FOLDERS).find((prefix) => address.startsWith(prefix));
    if (!start || address.includes('..')) throw new Error('no such file');
    const content = await readFile(path.join(FOLDERS[start], address.slice(start.length)));
    if (start === '/bundles/') this.#remember(address.slice(start.length));
    return content;
  }

  #remember(file) {
    const [name, ...rest] = file.split('/');
    if (!this.#bundleFiles.has(name)) this.#bundleFiles.set(name, new Set());
    this.#bundleFiles.get(name).add(rest.join('/'));
  }

  /** The files of a contender's bundle that the browser has asked for. */
  bundleFilesOf(name) {
    return [...(this.#bundleFiles.get(name) ?? [])];
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const typeOf = (address) => TYPES[path.extname(address) || '.html'] ?? 'application/octet-stream';
