// SPDX-License-Identifier: MIT
// A device: a browser with a profile of its own, which can lose its network, be killed, and be started again.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { findChromium } from '../../../tools/setup.mjs';
import { Faults, NO_NETWORK } from './faults.mjs';
import { Till } from './till.mjs';
import { until } from './waiting.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TIMEOUT_MS = 20_000;

/** The processes that run on a profile, the browser's main one first. */
function processesOf(profile) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words.includes(`--user-data-dir=${profile}`)) {
        found.push({ pid: Number(pid), main: !words.some((word) => word.startsWith('--type=')) });
      }
    } catch {
      // It has ended since.
    }
  }
  return found.sort((left, right) => Number(right.main) - Number(left.main)).map(({ pid }) => pid);
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended since.
  }
}

export class Device {
  context = null;
  offline = false;

  /** `address`: where the till is. `viewport`, `locale`: as Playwright has them. */
  constructor(profile, address, { allow = [], viewport = { width: 1280, height: 800 }, locale = 'en-GB' } = {}) {
    this.profile = profile;
    this.address = address;
    this.faults = new Faults(new URL(address).origin, [NO_NETWORK, ...allow]);
    this.launchOptions = { viewport, locale };
    mkdirSync(profile, { recursive: true });
  }

  /** Starts the browser. */
  async start({ offline = false } = {}) {
    this.offline = offline;
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: process.env.SAWA_CHROMIUM || findChromium(),
      headless: true,
      offline,
      args: ARGUMENTS,
      ...this.launchOptions,
    });
    this.context.setDefaultTimeout(TIMEOUT_MS);
    await this.faults.watch(this.context);
    return this;
  }

  /** Opens the till: in the browser's first, empty tab, or in a new one. */
  async openTill() {
    const empty = this.context.pages().find((page) => page.url() === 'about:blank');
    const till = new Till(empty ?? (await this.context.newPage()), this.address);
    await till.open();
    return till;
  }

  /** An empty page in a window of its own: both are in sight, where a tab behind another is slowed down. */
  async newWindow() {
    const session = await this.context.newCDPSession(this.context.pages()[0]);
    const appeared = this.context.waitForEvent('page');
    await session.send('Target.createTarget', { url: 'about:blank', newWindow: true });
    await session.detach();
    return appeared;
  }

  async openTillWindow() {
    const till = new Till(await this.newWindow(), this.address);
    await till.open();
    return till;
  }

  /** A first visit: opens the till, makes this browser a device of the shop, and waits until it can start offline. */
  async enrolledTill(deviceName = 'Till 1') {
    const till = await this.openTill();
    await till.enrol({ deviceName });
    await till.untilSynced();
    await till.untilOfflineReady();
    return till;
  }

  async setOffline(offline) {
    this.offline = offline;
    await this.context.setOffline(offline);
  }

  /**
   * Closes the browser as a person would and starts it again. Chromium writes a cookie to disk up to half a minute
   * after it was set, so a browser killed right after enrolling forgets the device's credential.
   */
  async restart() {
    const { offline } = this;
    await this.context.close();
    return this.start({ offline });
  }

  /** The browser's processes as they are now. */
  processes() {
    return processesOf(this.profile);
  }

  /** Ends the browser with no chance to finish anything; at once those processes that need not be looked for. */
  async killBrowser(known = []) {
    known.forEach(kill);
    const closed = new Promise((resolve) => this.context.once('close', resolve));
    for (const pid of processesOf(this.profile)) kill(pid);
    await until('the browser has ended', () => processesOf(this.profile).length === 0);
    await closed;
    this.context = null;
    for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
      rmSync(path.join(this.profile, name), { force: true });
    }
  }

  /** Deletes the cookies of a browser that is not running. */
  forgetCookies() {
    for (const name of ['Cookies', 'Cookies-journal']) {
      for (const folder of ['Default', 'Default/Network'])
        rmSync(path.join(this.profile, folder, name), { force: true });
    }
  }

  async close() {
    await this.context?.close();
    this.context = null;
    for (const pid of processesOf(this.profile)) kill(pid);
  }
}
