// SPDX-License-Identifier: MIT
// Backups on a real browser's IndexedDB; the file and its faults: tests/wasm/backup.test.mjs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { readBackup } from 'sawa/backup';

import { limitStorage } from './support/full-storage.mjs';
import { PackageSite } from './support/package-site.mjs';
import { corruptLastEntry } from './support/raw-database.mjs';
import { scenario } from './support/scenario.mjs';

async function pageWithPackage(world) {
  const site = await PackageSite.start();
  world.onEnd(() => site.close());
  const device = await world.device(site.address);
  return { device, page: await site.openPage(device) };
}

scenario('a database of many pages goes through a file into a new one, while it is written', async (world) => {
  const { page } = await pageWithPackage(world);
  const found = await page.evaluate(async () => {
    const { exportDatabase, importDatabase } = await import('/dist/backup.js');
    const database = await window.openNotes();
    const title = (index) => `note ${String(index).padStart(6, '0')} ${'x'.repeat(100)}`;
    await database.load(
      'notes',
      Array.from({ length: 30_000 }, (_, index) => ({ id: window.sawa.newId(), title: title(index), size: index })),
    );
    const exporting = exportDatabase('notes');
    await database.put('notes', { title: 'meanwhile' });
    const file = await exporting;
    await importDatabase(file, { name: 'copy' });
    const copy = await window.openNotes('copy');
    const last = await copy.find('notes', { where: { size: 29_999 } });
    const databases = (await indexedDB.databases()).map(({ name }) => name).sort();
    return { bytes: file.size, count: await copy.count('notes'), last: last[0].title === title(29_999), databases };
  });
  assert.ok(found.bytes > 3_000_000, `${found.bytes} bytes`);
  assert.ok([30_000, 30_001].includes(found.count), `${found.count} notes`);
  assert.equal(found.last, true);
  assert.deepEqual(found.databases, ['copy', 'notes']);
});

scenario('a full disk refuses an import, and nothing is left of it', async (world) => {
  const { device, page } = await pageWithPackage(world);
  const limit = await limitStorage(device, 6_000_000);
  const refused = await page.evaluate(async () => {
    const { exportDatabase, importDatabase } = await import('/dist/backup.js');
    window.importFile = (file) => importDatabase(file, { name: 'copy' });
    const database = await window.openNotes();
    const noise = () => Array.from(crypto.getRandomValues(new Uint8Array(2000)), (byte) => byte.toString(16)).join('');
    await database.load(
      'notes',
      Array.from({ length: 500 }, () => ({ id: window.sawa.newId(), title: noise() })),
    );
    window.file = await exportDatabase('notes');
    const failure = await window.failureOf(() => window.importFile(window.file));
    return { failure, databases: (await indexedDB.databases()).map(({ name }) => name) };
  });
  assert.deepEqual(refused, {
    failure: { name: 'StorageError', code: 'storage_quota_exceeded' },
    databases: ['notes'],
  });
  await limit.lift();
  const count = await page.evaluate(async () => {
    await window.importFile(window.file);
    return (await window.openNotes('copy')).count('notes');
  });
  assert.equal(count, 500);
});

/** Presses a button that saves a file: { name, bytes }. */
async function saved(till, testId) {
  const [download] = await Promise.all([till.page.waitForEvent('download'), till.at(testId).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

scenario(
  'a till saves its backup and what it has not sent, offline, and the latter though it is damaged',
  async (world) => {
    const shop = await world.shop();
    const device = await world.device(shop.address, { allow: [/storage_corrupt/] });
    const [product] = await shop.products(1);
    const till = await device.enrolledTill('Kaunta 7');
    await till.at('nav-settings').click();
    assert.equal(await till.at('backup-unsent').count(), 0);
    await device.setOffline(true);
    await till.openTillScreen();
    const receipts = [await till.sell(product.sku), await till.sell(product.sku)];
    await till.at('nav-settings').click();

    const backup = await saved(till, 'backup-save');
    assert.match(backup.name, /^bidhaa-\w+-\d{8}-\d{4}\.sawa$/);
    const { name, device: of, waiting, needsAction } = await readBackup(backup.bytes);
    assert.deepEqual(
      { name, of: of.name, waiting, needsAction },
      { name: 'bidhaa', of: 'Kaunta 7', waiting: 2, needsAction: 0 },
    );
    const unsentReceipts = (text) =>
      JSON.parse(text).waiting.map(
        ({ mutation }) => mutation.ops.find(({ collection }) => collection === 'sales').fields.receipt_number,
      );
    assert.deepEqual(unsentReceipts((await saved(till, 'backup-unsent')).bytes), receipts);

    await corruptLastEntry(till.page);
    await till.page.reload();
    assert.equal(await till.codeOf('open-failed'), 'storage_corrupt');
    assert.deepEqual(unsentReceipts((await saved(till, 'backup-unsent')).bytes), receipts.slice(0, 1));
  },
);
