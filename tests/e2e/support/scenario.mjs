// SPDX-License-Identifier: MIT
// A test with a shop and devices of its own. Whatever it started ends with it, and what went wrong unseen fails it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { BUILD } from '../../../tools/lib/paths.mjs';
import { Device } from './device.mjs';
import { Shop } from './shop.mjs';

const TIMEOUT_MS = 60_000;
const PICTURES = path.join(BUILD, 'reports/e2e');

class World {
  #folder = mkdtempSync(path.join(tmpdir(), 'sawa-e2e-'));
  #devices = [];
  #closers = [];

  /** A server with a fresh demo shop. */
  async shop(env = {}) {
    const folder = this.folder('shop');
    const shop = await Shop.start(folder, env);
    this.onEnd(() => shop.close());
    return shop;
  }

  /** A started browser with an empty profile, for the till at `address`. */
  async device(address, options = {}) {
    const device = new Device(this.folder(`device-${this.#devices.length + 1}`), address, options);
    this.#devices.push(device);
    this.onEnd(() => device.close());
    return device.start();
  }

  folder(name) {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  onEnd(close) {
    this.#closers.push(close);
  }

  /** Keeps pictures of what was on the screens when a test failed. */
  async photograph(name) {
    mkdirSync(PICTURES, { recursive: true });
    const pages = this.#devices.flatMap((device) => device.context?.pages() ?? []);
    for (const [index, page] of pages.entries()) {
      const file = path.join(PICTURES, `${name.replaceAll(/\W+/g, '-')}-${index + 1}.png`);
      await page.screenshot({ path: file, timeout: 5000 }).then(
        () => console.log(`See ${file}`),
        () => console.log(`No picture of ${page.url()} could be taken`),
      );
    }
  }

  assertNoFaults() {
    for (const device of this.#devices) device.faults.assertNone();
  }

  async end() {
    // Last started, first ended; one that fails to end must not keep the others.
    const outcomes = [];
    for (const close of this.#closers.reverse()) outcomes.push(await Promise.resolve(close()).catch((error) => error));
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
    const failed = outcomes.find((outcome) => outcome instanceof Error);
    if (failed) throw failed;
  }
}

/** Rejects when a body takes too long: what hangs in a page has no timeout of its own. */
function deadline(timeoutMs) {
  let timer;
  const passed = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The test took longer than ${timeoutMs} ms.`)), timeoutMs);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

export function scenario(name, body, { timeoutMs = TIMEOUT_MS } = {}) {
  test(name, async () => {
    const world = new World();
    const limit = deadline(timeoutMs);
    try {
      await Promise.race([body(world), limit.passed]);
      world.assertNoFaults();
    } catch (error) {
      await world.photograph(name);
      throw error;
    } finally {
      limit.clear();
      await world.end();
    }
  });
}
