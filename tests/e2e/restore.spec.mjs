// SPDX-License-Identifier: MIT
// A person brings a backup back in the till: sees what it holds, loses nothing that was not sent, and sells on.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { corruptLastEntry } from './support/raw-database.mjs';
import { scenario } from './support/scenario.mjs';

/** Presses a button that saves a file: { name, bytes }. */
async function saved(till, testId) {
  const [download] = await Promise.all([till.page.waitForEvent('download'), till.at(testId).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

async function savedBackup(till) {
  await till.at('nav-settings').click();
  return saved(till, 'backup-save');
}

async function choose(till, bytes) {
  await till.at('restore-file').setInputFiles({ name: 'b.sawa', mimeType: 'application/octet-stream', buffer: bytes });
}

async function openRestore(till) {
  await till.at('restore-link').click();
  await till.at('restore-screen').waitFor();
}

async function restoreAndLogIn(till, deviceName) {
  await till.at('restore-start').click();
  await till.at('restore-yes').click();
  await till.at('restore-continue').click();
  await till.at('enrol-device').waitFor();
  await till.enrol({ deviceName });
  await till.untilSynced();
}

const databases = (till) =>
  till.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort());

scenario(
  'a new browser takes over from a lost one: its unsent sales arrive once, in no file but the backup',
  async (world) => {
    const shop = await world.shop();
    const lost = await world.device(shop.address);
    const [product] = await shop.products(1);
    const old = await lost.enrolledTill('Kaunta 1');
    const sent = await old.sell(product.sku);
    await old.untilSynced();
    await lost.setOffline(true);
    const unsent = [await old.sell(product.sku), await old.sell(product.sku)];
    const backup = await savedBackup(old);
    await lost.close();

    // The server asks for the sequences of the new incarnation (sequence_gap).
    const device = await world.device(shop.address, { allow: [/409/] });
    const till = await device.openTill();
    await openRestore(till);
    await choose(till, backup.bytes);
    const summary = till.at('restore-summary');
    await summary.waitFor();
    assert.equal(await summary.getAttribute('data-waiting'), '2');
    assert.match(await summary.innerText(), /Kaunta 1/);
    assert.match(await summary.innerText(), /Duka la Mfano/);
    assert.match(await summary.innerText(), /Bidhaa\s+1,862/);
    assert.deepEqual(await shop.receipts(), [sent], 'nothing happens before it is confirmed');
    await restoreAndLogIn(till, 'Kaunta 2');
    assert.deepEqual(await shop.receipts(), [sent, ...unsent].sort());
    await till.untilStock(product.sku, product.stock - 3);
    // Its receipts are of a series of its own.
    const next = await till.sell(product.sku);
    assert.notEqual(next.split('-')[0], sent.split('-')[0]);
    await shop.untilReceipts(4);
  },
);

scenario('what this device has not sent is sent or saved first, and stays in the browser', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  const till = await device.enrolledTill('Kaunta 1');
  const backup = await savedBackup(till);
  await till.openTillScreen();
  await device.setOffline(true);
  const unsent = await till.sell(product.sku);
  await till.at('nav-settings').click();
  await openRestore(till);
  await choose(till, backup.bytes);
  const held = till.at('restore-unsent');
  await held.waitFor();
  assert.equal(await held.getAttribute('data-count'), '1');
  assert.equal(await till.at('restore-start').isDisabled(), true);

  const file = await saved(till, 'restore-save-unsent');
  assert.match(file.name, /-unsent\.json$/);
  assert.ok(String(file.bytes).includes(unsent));
  await till.at('restore-saved').waitFor();

  // Another tab sells meanwhile: what it made is in no file.
  const other = await device.openTillWindow();
  const second = await other.sell(product.sku);
  await held.waitFor();
  assert.equal(await held.getAttribute('data-count'), '2');
  assert.equal(await till.at('restore-start').isDisabled(), true);
  assert.ok(String((await saved(till, 'restore-save-unsent')).bytes).includes(second));
  await till.at('restore-start').click();
  await till.at('restore-yes').click();
  await till.at('restore-done').waitFor();
  assert.deepEqual(await databases(till), ['bidhaa', 'bidhaa-2']);
  // The other tab does not go on with what is not the till's any more.
  await other.at('enrol-device').waitFor();

  await device.setOffline(false);
  await till.at('restore-continue').click();
  await till.at('enrol-device').waitFor();
  await till.enrol({ deviceName: 'Kaunta 2' });
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [], 'they were saved, and are not of this device');
  await till.at('nav-settings').click();
  await openRestore(till);
  await choose(till, backup.bytes);
  await till.at('restore-older').waitFor();
  assert.equal(await till.at('restore-older').getAttribute('data-count'), '2');
  assert.ok(String((await saved(till, 'restore-save-older')).bytes).includes(unsent));
});

scenario(
  'once it is sent, nothing holds up, and what came after the backup comes back from the server',
  async (world) => {
    const shop = await world.shop();
    const device = await world.device(shop.address);
    const [product] = await shop.products(1);
    const till = await device.enrolledTill('Kaunta 1');
    const backup = await savedBackup(till);
    await till.openTillScreen();
    await device.setOffline(true);
    const receipt = await till.sell(product.sku);
    await till.at('nav-settings').click();
    await openRestore(till);
    await choose(till, backup.bytes);
    await till.at('restore-unsent').waitFor();
    await device.setOffline(false);
    await till.page.locator('[data-testid=restore-start]:not([disabled])').waitFor();
    await restoreAndLogIn(till, 'Kaunta 2');
    assert.deepEqual(await shop.receipts(), [receipt]);
    assert.deepEqual(
      (await till.sales(1)).map((row) => row.receipt),
      [receipt],
    );
  },
);

scenario('a file that is no backup, or is damaged, changes nothing and says why', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [/storage_corrupt/, /invalid_argument/] });
  const till = await device.enrolledTill('Kaunta 1');
  const { bytes } = await savedBackup(till);
  await openRestore(till);
  await choose(till, Buffer.from('receipts,total\n1,2\n'));
  assert.equal(await till.codeOf('restore-error'), 'invalid_argument');
  assert.match(await till.at('restore-error').innerText(), /si nakala ya kaunta/);
  const damaged = Buffer.from(bytes);
  damaged[Math.floor(damaged.length / 2)] ^= 1;
  await choose(till, damaged);
  await till.page.locator('[data-testid=restore-error][data-code=storage_corrupt]').waitFor();
  assert.equal(await till.at('restore-start').count(), 0);
  assert.deepEqual(await databases(till), ['bidhaa']);
  await till.at('restore-back').click();
  await till.untilSynced();
});

scenario('a till that cannot open for damage takes a backup, when what can be read was saved', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [/storage_corrupt/] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill('Kaunta 1');
  const { bytes } = await savedBackup(till);
  await till.openTillScreen();
  await till.sell(product.sku);
  await till.untilSynced();
  await corruptLastEntry(till.page);
  await till.page.reload();
  assert.equal(await till.codeOf('open-failed'), 'storage_corrupt');
  await openRestore(till);
  const folder = world.folder('backup');
  await writeFile(path.join(folder, 'kaunta.sawa'), bytes);
  await till.at('restore-file').setInputFiles(path.join(folder, 'kaunta.sawa'));
  await till.at('restore-unsent').waitFor();
  assert.equal(await till.at('restore-start').isDisabled(), true);
  await saved(till, 'restore-save-unsent');
  await restoreAndLogIn(till, 'Kaunta 2');
  await till.untilStock(product.sku, product.stock - 1);
});
