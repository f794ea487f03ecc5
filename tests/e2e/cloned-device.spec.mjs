// SPDX-License-Identifier: MIT
// Two browsers with one copied profile: the till that the server finds out becomes a device of its own, with all its sales.
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';

import { scenario } from './support/scenario.mjs';

/** Copies a device's whole profile, as an image of a disk does; both are running afterwards. */
async function clone(world, device, options) {
  const copy = await world.device(device.address, options);
  await copy.context.close();
  await device.context.close();
  rmSync(copy.profile, { recursive: true });
  cpSync(device.profile, copy.profile, { recursive: true });
  await device.start();
  await copy.start();
  return copy;
}

const seriesOf = (receipt) => receipt.split('-')[0];

scenario('a cloned till is made a device of its own, and each sale of both arrives once', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  const first = await device.enrolledTill('Kaunta 1');
  const sold = [await first.sell(product.sku)];
  await first.untilSynced();
  // The server refuses the sequences that came before, then asks for those of the new incarnation.
  const copy = await clone(world, device, { allow: [/409/, /401/, /auth_invalid_credentials/] });

  const original = await device.openTill();
  await original.untilSynced();
  sold.push(await original.sell(product.sku));
  await original.untilSynced();
  const till = await copy.openTill();
  const other = await copy.openTillWindow();
  sold.push(await till.sell(product.sku));
  // One series, two devices: they print one number twice.
  assert.equal(sold[2], sold[1]);
  await till.at('anew-banner').waitFor();
  await till.untilChip('problem', 1);
  // Selling goes on.
  sold.push(await till.sell(product.sku));
  await till.untilWaiting(2);

  await till.at('anew-open').click();
  await till.fillLogin({ password: 'not-it', deviceName: 'Kaunta 2' });
  assert.equal(await till.codeOf('enrol-error'), 'auth_invalid_credentials');
  await till.fillLogin({ deviceName: 'Kaunta 2' });
  await till.at('anew-dialog').waitFor({ state: 'detached' });
  await till.untilSynced();
  assert.equal(await till.at('anew-banner').count(), 0);
  assert.deepEqual(await shop.receipts(), [...sold].sort());

  // From now on each has a series of its own, in all of its tabs.
  await other.untilSynced();
  const next = [await original.sell(product.sku), await till.sell(product.sku), await other.sell(product.sku)];
  assert.equal(seriesOf(next[0]), seriesOf(sold[0]));
  assert.notEqual(seriesOf(next[1]), seriesOf(sold[0]));
  assert.equal(seriesOf(next[2]), seriesOf(next[1]));
  assert.deepEqual(await shop.untilReceipts(7), [...sold, ...next].sort());
  assert.equal(await shop.stockOf(product.sku), product.stock - 7);
  for (const each of [original, till, other]) await each.untilStock(product.sku, product.stock - 7);
});
