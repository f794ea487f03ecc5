// SPDX-License-Identifier: MIT
// What only the browser itself can do to a service worker, by the DevTools protocol.
import { until } from './waiting.mjs';

/** Lets the browser's background sync fire now. `page`: any page of the browser, on whatever address. */
export async function dispatchBackgroundSync(page, address, tag = 'sawa-sync') {
  const session = await page.context().newCDPSession(page);
  const registrations = new Map();
  session.on('ServiceWorker.workerRegistrationUpdated', (event) => {
    for (const registration of event.registrations) registrations.set(registration.registrationId, registration);
  });
  await session.send('ServiceWorker.enable');
  const registration = await until('the browser tells of the service worker', () =>
    [...registrations.values()].find(({ scopeURL, isDeleted }) => scopeURL.startsWith(address) && !isDeleted),
  );
  await session.send('ServiceWorker.dispatchSyncEvent', {
    origin: address,
    registrationId: registration.registrationId,
    tag,
    lastChance: false,
  });
  await session.detach();
}
