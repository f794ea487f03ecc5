// SPDX-License-Identifier: MIT
// What two devices changed without knowing of each other is told, and a person can decide it.
import assert from 'node:assert/strict';

import { openShopDatabase, PackageProxy } from './support/package-proxy.mjs';
import { scenario } from './support/scenario.mjs';
import { untilValue } from './support/waiting.mjs';

const PHONE = { width: 390, height: 844 };

const shillings = (amount) => `TSh\u00a0${amount.toLocaleString('en')}`;

async function twoTills(world) {
  const shop = await world.shop();
  const proxy = await PackageProxy.start(shop.port);
  world.onEnd(() => proxy.close());
  const devices = [await world.device(proxy.address), await world.device(proxy.address, { viewport: PHONE })];
  const tills = [await devices[0].enrolledTill('Till 1'), await devices[1].enrolledTill('Till 2')];
  for (const till of tills) await openShopDatabase(till.page);
  return { shop, devices, tills };
}

/** Writes past the till's screens, on the device alone: { remove: true } or fields. */
async function edit(till, product, change) {
  await till.page.evaluate(
    async ([sku, { remove, ...fields }]) => {
      const [{ id }] = await window.shopDatabase.find('bidhaas', { where: { sku } });
      if (remove) await window.shopDatabase.remove('bidhaas', id);
      else await window.shopDatabase.patch('bidhaas', id, fields);
    },
    [product.sku, change],
  );
}

async function syncAll(tills) {
  // Who comes first learns of the others' edits at the next look.
  for (const till of [...tills, ...tills]) {
    await till.syncNow();
    await till.untilWaiting(0);
  }
}

/** The first device pushes first: the conflict is made by the second one. */
async function meet(devices, tills) {
  for (const [index, device] of devices.entries()) {
    await device.setOffline(false);
    await tills[index].untilSynced();
  }
  await syncAll(tills);
}

async function openInbox(till) {
  await till.chip.click();
  await till.at('conflicts-link').click();
  await till.at('conflicts-screen').waitFor();
}

const cardOf = (till, field) => till.page.locator(`[data-testid=conflict][data-field="${field}"]`);

async function choose(till, filter) {
  await till.page.locator('label', { has: till.at(`conflicts-${filter}`) }).click();
  await till.page.locator(`[data-testid=conflicts-screen][data-filter=${filter}]`).waitFor();
}

const pricesOf = (tills, { sku }) =>
  Promise.all(
    tills.map(({ page }) =>
      page.evaluate(async (code) => {
        const [found] = await window.shopDatabase.find('bidhaas', { where: { sku: code } });
        return found ? found.price : null;
      }, sku),
    ),
  );

const rowOf = async (shop, { sku }) =>
  (await shop.rows('SELECT price FROM bidhaa_bidhaa WHERE sku = ?', sku)).map(({ price }) => price);

const untilPrices = (tills, product, price) =>
  untilValue(
    `both devices have the price ${price}`,
    () => pricesOf(tills, product),
    (prices) => prices.every((found) => found === price),
  );

scenario('two edits of one price are told to both, decided offline, undone, and all agree', async (world) => {
  const { shop, devices, tills } = await twoTills(world);
  const [left, right] = tills;
  const [product] = await shop.products(1);
  for (const device of devices) await device.setOffline(true);
  await edit(left, product, { price: 2900 });
  await edit(right, product, { price: 3100 });
  await meet(devices, tills);
  assert.deepEqual(await rowOf(shop, product), [3100]);

  // Where it lost: what was there before, what each wrote, and what stands.
  await openInbox(left);
  const lost = cardOf(left, 'price');
  await lost.waitFor();
  assert.equal(await left.at('conflict').count(), 1);
  await lost.getByText(product.jina).waitFor();
  assert.ok((await lost.getByTestId('conflict-before').innerText()).includes(shillings(product.price)));
  const [mine, theirs] = [lost.getByTestId('conflict-mine'), lost.getByTestId('conflict-theirs')];
  assert.ok((await mine.innerText()).includes(shillings(3100)));
  assert.ok((await theirs.innerText()).includes(shillings(2900)));
  assert.equal(await mine.getAttribute('data-stands'), 'true');
  assert.equal(await theirs.getAttribute('data-stands'), 'false');

  // With no network, from a cold start: the inbox and the decision are this device's own.
  await devices[0].setOffline(true);
  await left.page.reload();
  await cardOf(left, 'price').waitFor();
  await left.at('conflict-use-theirs').click();
  await left.at('conflict-outcome').waitFor();
  await left.untilWaiting(1);
  assert.equal(await left.at('conflict').count(), 0);
  await devices[0].setOffline(false);
  await openShopDatabase(left.page);
  await syncAll(tills);
  await untilPrices(tills, product, 2900);
  assert.deepEqual(await rowOf(shop, product), [2900]);

  // The other device sees who decided, and can take it back.
  await openInbox(right);
  await choose(right, 'resolved');
  await cardOf(right, 'price').waitFor();
  assert.match(await cardOf(right, 'price').innerText(), /demo/);
  await right.at('conflict-undo').click();
  await right.at('conflict-outcome').waitFor();
  await syncAll(tills);
  await untilPrices(tills, product, 3100);
  assert.deepEqual(await rowOf(shop, product), [3100]);
  const states = await shop.rows('SELECT state, resolved_by FROM sawa_conflict');
  assert.deepEqual(states, [{ state: 'settled', resolved_by: null }]);
});

scenario('a removal that an edit has undone can be chosen after all', async (world) => {
  const { shop, devices, tills } = await twoTills(world);
  const [left, right] = tills;
  const [product] = await shop.products(1);
  for (const device of devices) await device.setOffline(true);
  await edit(left, product, { remove: true });
  await edit(right, product, { price: 3100 });
  await meet(devices, tills);
  await untilPrices(tills, product, 3100);

  await openInbox(right);
  const card = cardOf(right, '*');
  await card.waitFor();
  assert.equal(await card.getByTestId('conflict-mine').getAttribute('data-stands'), 'true');
  assert.ok((await card.getByTestId('conflict-mine').innerText()).includes(shillings(3100)));
  await right.at('conflict-use-theirs').click();
  await right.at('conflict-outcome').waitFor();
  await syncAll(tills);
  await untilPrices(tills, product, null);
  assert.deepEqual(await rowOf(shop, product), []);
  await right.at('conflict-outcome-undo').click();
  await syncAll(tills);
  await untilPrices(tills, product, 3100);
  assert.deepEqual(await rowOf(shop, product), [3100]);
});

/** A conflict that waits for a person, as the merge of a field with the policy `manual` makes it. */
const openConflict = (sku) => `
import uuid
from django.utils import timezone
from bidhaa.models import Bidhaa
from sawa.models import Conflict
product = Bidhaa.objects.get(sku=${JSON.stringify(sku)})
Conflict.objects.create(
    shop_id=product.shop_id, collection="bidhaas", record_id=product.pk, field="price", policy="manual",
    base=product.price, mine=product.price, theirs=product.price + 500, result=product.price,
    stamp="019a5b0000000000-00000000000000aa", theirs_stamp="019a5affff000000-00000000000000bb",
    actor="1", device_id=uuid.uuid4(), mutation_id=uuid.uuid4(), at=timezone.now(), state="open",
)`;

scenario('what a person must decide shows in the chip, holds up no sale, and is decided by keyboard', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product, other] = await shop.products(2);
  const till = await device.enrolledTill();
  await shop.runInDjango(openConflict(product.sku));
  await till.syncNow();
  await till.untilChip('conflict', 0);
  assert.equal(await till.chip.getAttribute('data-conflicts'), '1');
  await till.add(other.sku);
  const receipt = await till.pay();
  await till.newSale();
  await till.untilChip('conflict', 0);
  await untilValue(
    'the server has the sale',
    () => shop.receipts(),
    (receipts) => receipts.join() === receipt,
  );

  const { keyboard } = till.page;
  const press = async (testId) => {
    const control = till.at(testId);
    await control.focus();
    await keyboard.press('Enter');
  };
  await press('status-chip');
  // Opening takes the focus into the panel.
  await till.page.locator('[data-testid=status-panel][open]').waitFor();
  await press('conflicts-link');
  await till.page.locator('[data-testid=conflict][data-state=open]').waitFor();
  assert.equal(await till.at('conflicts-open').isChecked(), true);
  await press('conflict-use-theirs');
  await till.at('conflict-outcome').waitFor();
  // The button that had the focus has gone; the next one is a Tab away.
  await keyboard.press('Tab');
  const focused = await till.page.evaluate(() => document.activeElement.dataset.testid);
  assert.equal(focused, 'conflict-outcome-undo');
  await till.untilSynced();
  assert.deepEqual(await rowOf(shop, product), [product.price + 500]);

  await till.at('conflicts-open').focus();
  await keyboard.press('ArrowRight');
  await till.page.locator('[data-testid=conflicts-screen][data-filter=settled]').waitFor();
});
