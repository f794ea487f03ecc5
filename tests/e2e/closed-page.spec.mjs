// SPDX-License-Identifier: MIT
// What a page sends at its very end arrives, also where no service worker could send it later.
import assert from 'node:assert/strict';

import { DEMO_PASSWORD, DEMO_USER } from './support/shop-database.mjs';
import { HoldingProxy } from './support/holding-proxy.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilValue } from './support/waiting.mjs';

/** A page without the till and its service worker, with a database of its own that is a device of the shop. */
async function pageWithDevice(device) {
  const page = await device.context.newPage();
  await page.goto(`${device.address}/health/`);
  await page.evaluate(
    async ([username, password]) => {
      const { openDatabase, defineSchema, text } = await import('/dist/index.js');
      const schema = defineSchema({ version: 1, collections: { customers: { fields: { jina: text() } } } });
      window.database = await openDatabase({ name: 'closing', schema });
      await window.database.enrol({ username, password, deviceName: 'Closing' });
      await window.database.sync();
    },
    [DEMO_USER, DEMO_PASSWORD],
  );
  return page;
}

scenario('what is under way when its page is closed reaches the server', async (world) => {
  const shop = await world.shop();
  const proxy = await HoldingProxy.start(shop.port);
  world.onEnd(() => proxy.close());
  // The page has no icon.
  const device = await world.device(proxy.address, { allow: [/404/] });
  const page = await pageWithDevice(device);
  proxy.hold();
  await page.evaluate(() => window.database.put('customers', { jina: 'Last words' }));
  await until('the push is under way', () => proxy.held.length > 0);
  await page.close();
  // Another page closes after it: by then the browser has ended all that it ends with the first one.
  const other = await device.context.newPage();
  await other.goto(`${device.address}/health/`);
  await other.close();
  proxy.release();
  const count = async () =>
    (await shop.rows("SELECT count(*) AS count FROM bidhaa_customer WHERE jina = 'Last words'"))[0].count;
  await untilValue('the server has it', count, (found) => found === 1);
  assert.equal(proxy.held.length, 1, 'the page itself has sent it');
});
