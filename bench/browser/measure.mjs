// SPDX-License-Identifier: MIT
// One run of one contender: three browsers one after another, each a new process with a fresh page.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Browser, storedBytesOf } from './setup/browser.mjs';

const QUERIES = ['getById', 'findByBarcode', 'countByPrice', 'pageOfCategory', 'typeAheadCommon', 'typeAheadRare'];
const DURABILITIES = ['strict', 'relaxed'];
const WAYS = ['sequential', 'concurrent'];
/** What is asked warm comes when a contender has done what it does in the background after opening. */
const PAUSE_AFTER_OPENING_MS = 2000;
const NEEDS_PRODUCTS = 'needs the products of hydrate';

const SALES = DURABILITIES.flatMap((durability) => WAYS.map((way) => ['sale', durability, way]));

/** The page's steps after a hydrate, in their order. */
const FOLLOWING = [['coldOpen'], ...QUERIES.map((name) => ['query', name]), ['liveUpdate'], ...SALES];

const nameOf = (step) => step.join('.');

/** The size on disk is that of a profile whose browser has ended. */
function storedOutcome(profile, { value, ...failure }) {
  return value ? { value: { diskBytes: storedBytesOf(profile), ...value } } : failure;
}

export class Measurement {
  /** { value }, { missing } or { error } by measurement. */
  outcomes = {};
  /** What the adapter says of itself. */
  about = null;

  /** `assets`: addresses of the files it fetches. `shared`: { site, limitMs, onStep(contender, name, outcome) }. */
  constructor(contender, assets, shared) {
    this.contender = contender;
    this.assets = assets;
    this.shared = shared;
  }

  /** Fills in `outcomes`; throws if the browser or the contender does not start. */
  async run() {
    await this.#withProfile(async (profile) => {
      await this.#hydrate(profile);
      if (this.outcomes.hydrate.value) await this.#useAgain(profile);
      else for (const step of FOLLOWING) this.#record(nameOf(step), this.#unreached());
    });
    await this.#withProfile((profile) =>
      this.#withBrowser(profile, async (browser) => this.#record('fieldReport', await browser.step('fieldReport'))),
    );
  }

  #unreached() {
    const { missing } = this.outcomes.hydrate;
    return missing ? { missing } : { error: NEEDS_PRODUCTS };
  }

  #record(name, outcome) {
    this.outcomes[name] = outcome;
    this.shared.onStep(this.contender, name, outcome);
  }

  async #hydrate(profile) {
    let estimate = null;
    await this.#withBrowser(profile, async (browser) => {
      this.#record('hydrate', await browser.step('hydrate'));
      if (!this.outcomes.hydrate.value) return;
      this.#record('memory', await browser.stepWithoutGarbage('memory'));
      estimate = await browser.step('estimate');
    });
    if (estimate) this.#record('stored', storedOutcome(profile, estimate));
    else for (const name of ['memory', 'stored']) this.#record(name, this.#unreached());
  }

  async #useAgain(profile) {
    await this.#withBrowser(profile, async (browser) => {
      for (const step of FOLLOWING) {
        this.#record(nameOf(step), await browser.step(...step));
        if (nameOf(step) === 'coldOpen') await pause(PAUSE_AFTER_OPENING_MS);
      }
    });
  }

  async #withProfile(work) {
    const profile = mkdtempSync(path.join(os.tmpdir(), 'sawa-bench-'));
    try {
      await work(profile);
    } finally {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }

  async #withBrowser(profile, work) {
    const { site, limitMs } = this.shared;
    const browser = await Browser.start(profile, site.address, limitMs);
    try {
      const started = await browser.step('start', this.contender.name, this.assets);
      if (!started.value) throw new Error(`${this.contender.name} does not load: ${started.error}`);
      this.about = { ...started.value, browser: browser.version };
      await work(browser);
      await browser.step('close');
    } finally {
      await browser.close();
    }
  }
}
