// SPDX-License-Identifier: MIT
// (f) The watch that every other test relies on: does it see what must not happen, and does the server forbid it?
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

/** Does something wrong in the page, and gives what the watch has seen of it. */
async function seen(device, till, kind, doWrong) {
  await doWrong(till.page);
  // What the page did before is known here by the time its next answer is.
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline && !device.faults.found.some((fault) => fault.startsWith(kind))) {
    await till.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return device.faults.take();
}

scenario('whatever must not happen in a page is seen', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.openTill();
  assert.deepEqual(device.faults.found, []);

  const planted = {
    'pageerror: Error: thrown on purpose': (page) =>
      page.evaluate(() => void setTimeout(() => { throw new Error('thrown on purpose'); })), // prettier-ignore
    'pageerror: Error: rejected on purpose': (page) =>
      page.evaluate(() => void Promise.reject(new Error('rejected on purpose'))),
    'console: printed on purpose': (page) => page.evaluate(() => console.error('printed on purpose')),
    'pageerror: EvalError': (page) =>
      // Not in the call itself: what DevTools evaluate is let through.
      page.evaluate(() => void setTimeout(() => new Function('document.title = "run"')())),
    'csp: securitypolicyviolation img-src': (page) =>
      page.evaluate(() => document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/a.png' }))),
    'csp: securitypolicyviolation connect-src': (page) =>
      page.evaluate(() => fetch('https://elsewhere.example/').catch(() => undefined)),
    'csp: securitypolicyviolation require-trusted-types-for': (page) =>
      page.evaluate(() => {
        try {
          document.body.innerHTML = '<b>text</b>';
        } catch {
          // Refused, as it should be.
        }
      }),
  };
  for (const [fault, doWrong] of Object.entries(planted)) {
    const faults = await seen(device, till, fault, doWrong);
    assert.ok(
      faults.some((found) => found.startsWith(fault)),
      `${fault}: ${JSON.stringify(faults)}`,
    );
  }
  assert.notEqual(await till.page.title(), 'run', 'the policy must stop it, not only tell of it');

  device.faults.take();
  const elsewhere = shop.address.replace('localhost', '127.0.0.1');
  await till.page.goto(`${elsewhere}/health/`).catch(() => undefined);
  assert.ok(device.faults.take().some((fault) => fault.startsWith(`request: ${elsewhere}`)));
});

scenario('an error in the service worker is seen', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.openTill();
  await till.untilOfflineReady();
  const [worker] = device.context.serviceWorkers();
  const printed = await seen(device, till, 'service worker', () =>
    worker.evaluate(() => console.error('printed in the worker on purpose')),
  );
  assert.ok(printed.includes('service worker: printed in the worker on purpose'), JSON.stringify(printed));
});

scenario('a fault that a test did not expect fails it', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.openTill();
  world.assertNoFaults();
  await till.page.evaluate(() => console.error('unexpected'));
  assert.throws(() => world.assertNoFaults(), /must never do[^]*unexpected/);
  device.faults.take();
});
