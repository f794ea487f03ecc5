// SPDX-License-Identifier: MIT
// A browser with a profile of its own and one page, which can be asked to do the steps of the measurement.
import { existsSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { findChromium } from '../../../tools/setup.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Where a profile keeps what its pages have stored. */
const STORAGE_FOLDERS = ['IndexedDB', 'File System', 'WebStorage'];
const CLOSE_MS = 30_000;
const COLLECT_MS = 500;

export const browserProgram = () => process.env.SAWA_CHROMIUM || findChromium();

/** Resolves to `fallback` if `promise` takes too long. */
async function within(promise, limitMs, fallback) {
  let timer;
  const timeout = new Promise((resolve) => (timer = setTimeout(() => resolve(fallback), limitMs)));
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

function bytesBelow(folder) {
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** What a profile's pages have stored on disk. */
export const storedBytesOf = (profile) =>
  STORAGE_FOLDERS.reduce((sum, name) => sum + bytesBelow(path.join(profile, 'Default', name)), 0);

export class Browser {
  #context;
  #page;
  #devTools;
  #failure = null;

  static async start(profile, address, limitMs) {
    const browser = new Browser(profile, limitMs);
    browser.#context = await chromium.launchPersistentContext(profile, {
      executablePath: browserProgram(),
      headless: true,
      args: ARGUMENTS,
    });
    await browser.#openPage(address).catch(async (error) => {
      await browser.close();
      throw error;
    });
    return browser;
  }

  async #openPage(address) {
    this.#page = this.#context.pages()[0];
    this.#page.on('crash', () => (this.#failure = 'the page crashed'));
    await this.#page.goto(address);
    await this.#page.waitForFunction(() => window.bench);
    this.#devTools = await this.#context.newCDPSession(this.#page);
  }

  constructor(profile, limitMs) {
    this.profile = profile;
    this.limitMs = limitMs;
  }

  get version() {
    return this.#context.browser()?.version() ?? null;
  }

  /** Does one step in the page: { value }, { missing } or { error }. After a step that never ends, all others fail. */
  async step(name, ...parameters) {
    if (this.#failure) return { error: this.#failure };
    const answer = this.#page
      .evaluate(([step, rest]) => window.bench(step, ...rest), [name, parameters])
      .catch((error) => ({ error: this.#failure ?? error.message.split('\n')[0] }));
    const outcome = await within(answer, this.limitMs, null);
    if (outcome) return outcome;
    this.#failure = `${name} took longer than ${this.limitMs / 60_000} minutes`;
    await this.close();
    return { error: this.#failure };
  }

  /** As `step`, while garbage is collected: it measures what is needed, and does not wait for the next collection. */
  async stepWithoutGarbage(name) {
    const timer = setInterval(() => this.#devTools.send('HeapProfiler.collectGarbage').catch(() => {}), COLLECT_MS);
    return this.step(name).finally(() => clearInterval(timer));
  }

  async close() {
    const isClosed = await within(
      this.#context.close().then(() => true),
      CLOSE_MS,
      false,
    );
    if (!isClosed) this.#kill();
  }

  /** The main process's id is in the profile's lock; the others end with it. */
  #kill() {
    const lock = path.join(this.profile, 'SingletonLock');
    try {
      process.kill(Number(readlinkSync(lock).split('-').at(-1)), 'SIGKILL');
    } catch {
      // It has ended since.
    }
    rmSync(lock, { force: true });
  }
}
