// SPDX-License-Identifier: MIT
// The storage contract (src/storage/storage.h, tests/cpp/contract) on a real browser's IndexedDB, through the package.
import assert from 'node:assert/strict';

import { fillStorage, limitStorage } from './support/full-storage.mjs';
import { PackageSite } from './support/package-site.mjs';
import { corruptLastEntry, logEntries, raiseVersion, restoreEntry, storeSizes } from './support/raw-database.mjs';
import { scenario } from './support/scenario.mjs';

/** A test with one page that has the package and nothing else. */
function contract(name, body) {
  scenario(name, async (world) => {
    const site = await PackageSite.start();
    world.onEnd(() => site.close());
    const device = await world.device(site.address);
    await body({ device, site, page: await site.openPage(device) });
  });
}

const titles = (page) =>
  page.evaluate(async () => {
    const database = await window.openNotes();
    const notes = await database.find('notes', { orderBy: [{ field: 'title' }] });
    await database.close();
    return notes.map((note) => note.title);
  });

contract('a commit is one entry of the log, in one strict transaction', async ({ page }) => {
  const used = await page.evaluate(async () => {
    const database = await window.openNotes();
    const transactions = [];
    const original = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      if (mode === 'readwrite') transactions.push(options?.durability);
      return original.call(this, stores, mode, options);
    };
    const puts = [];
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (value, key) {
      puts.push({
        store: this.name,
        isBuffer: value instanceof ArrayBuffer,
        kilobytes: Math.ceil(value.byteLength / 1024),
      });
      return add.call(this, value, key);
    };
    await database.put('notes', { title: 'one' });
    await database.write('several', async (transaction) => {
      for (let index = 0; index < 20; index += 1) transaction.put('notes', { title: `many ${index}` });
      transaction.put('totals', { name: 'all', amount: 0 });
      await transaction.nextNumber('series');
    });
    await database.close();
    return { transactions, puts };
  });
  assert.deepEqual(used.transactions, ['strict', 'strict']);
  assert.equal(used.puts.length, 2);
  for (const put of used.puts) {
    assert.equal(put.store, 'log');
    assert.ok(put.isBuffer && put.kilobytes < 64, 'a view of the heap would store the whole heap');
  }
  const positions = (await logEntries(page, 'notes')).map(([position]) => position);
  assert.deepEqual(positions, [1, 2, 3], 'the first entry is the new database itself');
  assert.equal((await titles(page)).length, 21);
});

contract('a write that fails leaves nothing, neither in memory nor in the log', async ({ page }) => {
  const before = await page.evaluate(async () => {
    const database = (window.database = await window.openNotes());
    await database.put('notes', { title: 'kept' });
    const thrown = await window.failureOf(() =>
      database.write('fails', (transaction) => {
        transaction.put('notes', { title: 'lost' });
        throw Object.assign(new Error('by the app'), { code: 'app' });
      }),
    );
    const refused = await window.failureOf(() =>
      database.write('fails', async (transaction) => {
        transaction.put('notes', { title: 'lost too' });
        await transaction.nextNumber('series');
        transaction.put('totals', { name: 5, amount: 0 });
      }),
    );
    return { thrown, refused, count: (await database.find('notes')).length };
  });
  assert.deepEqual(before, {
    thrown: { name: 'Error', code: 'app' },
    refused: { name: 'UsageError', code: 'invalid_value' },
    count: 1,
  });
  assert.equal((await logEntries(page, 'notes')).length, 2);
  const number = await page.evaluate(() =>
    window.database.write('number', (transaction) => transaction.nextNumber('series')),
  );
  assert.equal(number, 1, 'the number of the failed write is given back');
});

contract('two tabs that race take 200 different numbers', async ({ device, site, page }) => {
  const other = await site.openPage(device, { newWindow: true });
  const race = (tab, who) =>
    tab.evaluate(async (name) => {
      const database = await window.openNotes();
      const numbers = [];
      for (let index = 0; index < 100; index += 1) {
        await database.write('race', async (transaction) => {
          numbers[index] = await transaction.nextNumber('series');
          transaction.put('notes', { title: `${name} ${index}` });
          if (index === 0 && name === 'left') transaction.put('totals', { name: 'x', amount: 0 });
        });
      }
      await database.close();
      return numbers;
    }, who);
  const [left, right] = await Promise.all([race(page, 'left'), race(other, 'right')]);
  const all = [...left, ...right].sort((a, b) => a - b);
  assert.deepEqual(
    all,
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
  const handovers = [...left].filter((number, index) => index > 0 && number !== left[index - 1] + 1).length;
  assert.ok(handovers > 0, 'the tabs did not run at the same time');
  assert.equal((await titles(other)).length, 200);
  assert.equal((await titles(page)).length, 200);
});

contract('a long log is folded into pages, with nothing lost', async ({ device, site, page }) => {
  await page.evaluate(async () => {
    const database = await window.openNotes();
    const id = await database.put('totals', { name: 'sum', amount: 0 });
    for (let index = 0; index < 520; index += 1) await database.increment('totals', id, 'amount', 1);
    await database.put('notes', { title: 'last' });
    await database.close();
  });
  const sizes = await storeSizes(page, 'notes');
  assert.ok(sizes.log < 100, `the log still has ${sizes.log} entries`);
  assert.ok(sizes.pages > 0);
  const other = await site.openPage(device, { newWindow: true });
  const amounts = await other.evaluate(async () => {
    const database = await window.openNotes();
    const totals = await database.find('totals');
    const { waiting } = database.status;
    await database.close();
    return { amounts: totals.map((total) => total.amount), waiting };
  });
  assert.deepEqual(amounts, { amounts: [520], waiting: 522 });
  assert.deepEqual(await titles(other), ['last']);
});

contract('a connection that is closed under an open database is opened again, once', async ({ page }) => {
  const outcome = await page.evaluate(async () => {
    const connections = [];
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...options) {
      const request = open.apply(this, options);
      request.addEventListener('success', () => connections.push(request.result));
      return request;
    };
    const database = await window.openNotes();
    await database.put('notes', { title: 'before' });
    for (const connection of connections) connection.close();
    await database.put('notes', { title: 'after' });
    await database.close();
    return connections.length;
  });
  assert.equal(outcome, 2);
  assert.deepEqual(await titles(page), ['after', 'before']);
});

contract('a newer version of the app is not blocked, and then not overwritten', async ({ page }) => {
  await page.evaluate(async () => {
    window.database = await window.openNotes();
    await window.database.put('notes', { title: 'kept' });
  });
  await raiseVersion(page, 7, 'notes');
  const before = await logEntries(page, 'notes');
  const failures = await page.evaluate(async () => [
    await window.failureOf(() => window.database.put('notes', { title: 'too late' })),
    await window.failureOf(() => window.openNotes()),
  ]);
  const tooNew = { name: 'StorageError', code: 'storage_version_too_new' };
  assert.deepEqual(failures, [tooNew, tooNew]);
  assert.deepEqual(await logEntries(page, 'notes'), before);
});

contract('a full storage is told by its own code, and changes nothing', async ({ device, page }) => {
  const limit = await limitStorage(device, 2_000_000);
  await page.evaluate(async () => {
    window.database = await window.openNotes();
    await window.database.put('notes', { title: 'kept' });
  });
  assert.deepEqual(await fillStorage(page), ['QuotaExceededError', 'QuotaExceededError']);
  const full = await page.evaluate(async () => {
    const failure = await window.failureOf(() => window.database.put('notes', { title: 'x'.repeat(40_000) }));
    return { failure, count: (await window.database.find('notes')).length, waiting: window.database.status.waiting };
  });
  assert.deepEqual(full, { failure: { name: 'StorageError', code: 'storage_quota_exceeded' }, count: 1, waiting: 1 });
  await limit.lift();
  await page.evaluate(() => window.database.put('notes', { title: 'fits now' }).then(() => window.database.close()));
  assert.deepEqual(await titles(page), ['fits now', 'kept']);
});

contract('a damaged entry is reported, and nothing is repaired by guessing', async ({ page }) => {
  await page.evaluate(async () => {
    const database = await window.openNotes();
    for (const title of ['a', 'b', 'c']) await database.put('notes', { title });
    await database.close();
  });
  const before = await logEntries(page, 'notes');
  const damage = await corruptLastEntry(page, 'notes');
  const failure = await page.evaluate(() => window.failureOf(() => window.openNotes()));
  assert.deepEqual(failure, { name: 'StorageError', code: 'storage_corrupt' });
  assert.equal((await logEntries(page, 'notes')).length, before.length);
  await restoreEntry(page, damage, 'notes');
  assert.deepEqual(await logEntries(page, 'notes'), before);
  assert.deepEqual(await titles(page), ['a', 'b', 'c']);
});

for (const how of ['deleteDatabase', 'clearDataForOrigin']) {
  contract(`a database that ${how} took away is reported, not begun anew`, async ({ device, page, site }) => {
    await page.evaluate(async () => {
      window.database = await window.openNotes();
      await window.database.put('notes', { title: 'gone' });
    });
    if (how === 'deleteDatabase') {
      await page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase('notes');
            request.onsuccess = resolve;
            request.onblocked = reject;
          }),
      );
    } else {
      const session = await device.context.newCDPSession(page);
      await session.send('Storage.clearDataForOrigin', { origin: site.address, storageTypes: 'indexeddb' });
    }
    const failure = await page.evaluate(() => window.failureOf(() => window.database.put('notes', { title: 'new' })));
    assert.deepEqual(failure, { name: 'StorageError', code: 'storage_wiped' });
  });
}
