// SPDX-License-Identifier: MIT
// Backups on a real browser's IndexedDB; the file and its faults: tests/wasm/backup.test.mjs.
import assert from 'node:assert/strict';

import { limitStorage } from './support/full-storage.mjs';
import { PackageSite } from './support/package-site.mjs';
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
