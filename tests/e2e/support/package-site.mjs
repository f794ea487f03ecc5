// SPDX-License-Identifier: MIT
// A site that is nothing but a blank page and the built package, for tests of the package in a real browser.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { inRoot } from '../../../tools/lib/paths.mjs';

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

const PAGE = '<!doctype html><title>Sawa</title><script type="module" src="/harness.js"></script>';

/**
 * Makes `sawa` and `openNotes(name)` names of the page; `openNotes` gives a database without any server, and
 * `openNotesInWorker` one whose engine runs in a worker.
 */
const HARNESS = `
import * as sawa from '/dist/index.js';
import { openInWorker } from '/dist/worker.js';
const { boolean, counter, defineSchema, integer, text } = sawa;
const schema = defineSchema({
  version: 1,
  collections: {
    notes: { fields: { title: text(), done: boolean.optional(), size: integer.optional() }, search: ['title'] },
    totals: { fields: { name: text(), amount: counter() } },
  },
});
window.sawa = sawa;
window.openNotes = (name = 'notes') => sawa.openDatabase({ name, schema, autoSync: false });
window.openNotesInWorker = (options) => openInWorker({ name: 'notes', schema, autoSync: false, ...options });
window.failureOf = (work) => Promise.resolve().then(work).then(() => null, (error) => ({ name: error.name, code: error.code }));
window.ready = true;
`;

/** An app's own worker, with a message of its own. */
const OWN_WORKER = `
import '/dist/worker-host.js';
addEventListener('pageshow', () => postMessage('seen'));
`;

const SCRIPTS = { '/harness.js': HARNESS, '/own-worker.js': OWN_WORKER };

async function contentOf(address) {
  if (address === '/') return { type: 'text/html', body: PAGE };
  if (SCRIPTS[address]) return { type: 'text/javascript', body: SCRIPTS[address] };
  const type = TYPES[path.extname(address)];
  if (!address.startsWith('/dist/') || address.includes('..') || !type) return null;
  return { type, body: await readFile(inRoot(address.slice(1))) };
}

export class PackageSite {
  #server;

  static async start() {
    const site = new PackageSite();
    await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    site.address = `http://localhost:${site.#server.address().port}`;
    return site;
  }

  constructor() {
    this.#server = http.createServer((request, response) => {
      contentOf(request.url).then(
        (content) => {
          response.writeHead(content ? 200 : 204, { 'Content-Type': content?.type ?? 'text/plain' });
          response.end(content?.body);
        },
        () => response.writeHead(404).end(),
      );
    });
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Opens the blank page in a browser's first tab or, with `newWindow`, in a window of its own. */
  async openPage(device, { newWindow = false } = {}) {
    const page = newWindow ? await device.newWindow() : device.context.pages()[0];
    await page.goto(`${this.address}/`);
    await page.waitForFunction(() => window.ready);
    return page;
  }
}
