// SPDX-License-Identifier: MIT
// A browser whose storage is full.

/**
 * Bounds what the browser stores for the shop's address, for as long as the session lasts: { lift() }. Counts only if
 * it is there before the first use.
 */
export async function limitStorage(device, quotaSize) {
  const session = await device.context.newCDPSession(device.context.pages()[0]);
  await session.send('Storage.overrideQuotaForOrigin', { origin: device.address, quotaSize });
  return { lift: () => session.send('Storage.overrideQuotaForOrigin', { origin: device.address }) };
}

/** Fills the storage to the last kilobyte, in a database of its own. */
export async function fillStorage(page) {
  return page.evaluate(async () => {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('filler', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('filler', { autoIncrement: true });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const failureOf = (kilobytes) =>
      new Promise((resolve) => {
        const transaction = database.transaction('filler', 'readwrite');
        transaction.oncomplete = () => resolve(null);
        transaction.onabort = () => resolve(transaction.error.name);
        transaction.objectStore('filler').add(crypto.getRandomValues(new Uint8Array(kilobytes * 1024)));
      });
    const failures = [];
    for (const kilobytes of [60, 1]) {
      let failure = null;
      for (let round = 0; failure === null && round < 1000; round += 1) failure = await failureOf(kilobytes);
      failures.push(failure);
    }
    database.close();
    return failures;
  });
}
