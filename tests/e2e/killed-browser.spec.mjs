// SPDX-License-Identifier: MIT
// "Complete" is a promise: a sale that the screen has called complete is there, whatever happens next. And before the
// screen: a write whose promise has resolved. SAWA_KILLS says how often each is tried; docs/testing.md.
import assert from 'node:assert/strict';

import { PackageSite } from './support/package-site.mjs';
import { scenario } from './support/scenario.mjs';

const KILLS = Number(process.env.SAWA_KILLS ?? 5);
/** More would make the list of sales longer than a screen shows. */
const ROUNDS_MAX = 25;
const MS_PER_ROUND = 10_000;

/** As many scenarios as it takes, each with a fresh device. */
function scenarios(name, body) {
  for (let first = 1; first <= KILLS; first += ROUNDS_MAX) {
    const last = Math.min(first + ROUNDS_MAX - 1, KILLS);
    const rounds = last - first + 1;
    const options = { timeoutMs: 60_000 + rounds * MS_PER_ROUND };
    scenario(`${name}, kills ${first} to ${last}`, (world) => body(world, rounds), options);
  }
}

/** The receipt number, as soon as the page shows one. Waits in the page: nothing but one message lies behind it. */
function receiptOnScreen(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          const number = document.querySelector('[data-testid=receipt-number]');
          if (number) resolve(number.textContent);
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
  );
}

scenarios('a sale outlives a browser that is killed the moment it shows "complete"', async (world, rounds) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  await device.enrolledTill();
  await device.restart();
  // Not only the browser's own switch: a background sync may run before a starting browser knows of it.
  await shop.stopServer();
  await device.setOffline(true);
  let till = await device.openTill();

  const receipts = [];
  let sold = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const pieces = 1 + (round % 4);
    await till.add(product.sku, pieces);
    const processes = device.processes();
    const shown = receiptOnScreen(till.page);
    await till.at('pay').click({ noWaitAfter: true });
    receipts.push(await shown);
    await device.killBrowser(processes);
    sold += pieces;

    await device.start({ offline: true });
    till = await device.openTill();
    await till.untilChip('offline', round);
    const listed = await till.sales(round);
    assert.deepEqual(
      listed.map(({ receipt }) => receipt),
      receipts.toReversed(),
      `round ${round}`,
    );
    await till.openTillScreen();
    assert.equal(await till.at('pay').count(), 0, 'the cart of a completed sale must not come back');
  }
  assert.equal(new Set(receipts).size, rounds);

  await shop.startServer();
  await device.setOffline(false);
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), receipts);
  assert.equal(await shop.stockOf(product.sku), product.stock - sold);
});

/** Writes on and on, and tells of each write as soon as its promise has resolved. Runs in the page. */
async function writeForEver() {
  const database = await window.openNotes();
  const [total] = await database.find('totals');
  const id = total?.id ?? (await database.put('totals', { name: 'sold', amount: 0 }));
  for (;;) {
    const write = database.write('sale', async (transaction) => {
      const number = await transaction.nextNumber('receipt');
      transaction.put('notes', { title: `sale ${number}`, size: number });
      transaction.increment('totals', id, 'amount', 1);
      return number;
    });
    await write.then(window.stored);
  }
}

/** What a page finds in the database that others have written to. */
function readAll(page) {
  return page.evaluate(async () => {
    const database = await window.openNotes();
    const notes = await database.find('notes', { orderBy: [{ field: 'size' }], limit: 10_000 });
    const [total] = await database.find('totals');
    const { waiting } = database.status;
    await database.close();
    return { numbers: notes.map(({ size }) => size), sold: total?.amount, waiting };
  });
}

/** Kills the browser the moment it tells of so many writes. Gives the number of the last one that it told of. */
async function killWhileWriting(device, page, writes) {
  const processes = device.processes();
  const told = [];
  let kill;
  const killed = new Promise((resolve) => (kill = () => resolve(device.killBrowser(processes))));
  await page.exposeFunction('stored', (number) => {
    told.push(number);
    if (told.length === writes) kill();
  });
  // It ends with the browser, and before that only if something is wrong.
  const writing = page.evaluate(writeForEver).catch((error) => {
    if (told.length < writes) throw error;
  });
  await Promise.all([killed, writing]);
  return told.at(-1);
}

scenarios('what a write has promised outlives a browser that is killed in that moment', async (world, rounds) => {
  const site = await PackageSite.start();
  world.onEnd(() => site.close());
  const device = await world.device(site.address);
  for (let round = 1; round <= rounds; round += 1) {
    const promised = await killWhileWriting(device, await site.openPage(device), 1 + (round % 7));
    await device.start();
    const { numbers, sold, waiting } = await readAll(await site.openPage(device));
    // What was being written in that moment may be there too; but whole, and nothing before it is missing.
    assert.ok(numbers.length >= promised, `round ${round}: of ${promised} promised writes there are ${numbers.length}`);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
      `round ${round}`,
    );
    assert.deepEqual({ sold, waiting }, { sold: numbers.length, waiting: numbers.length + 1 }, `round ${round}`);
  }
});
