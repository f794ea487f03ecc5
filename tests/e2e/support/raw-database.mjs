// SPDX-License-Identifier: MIT
// The till's database as the browser stores it, past the engine (docs/storage-format.md).

/** All entries of the log, as [position, hex digits]; the version is whatever the database has. */
export function logEntries(page, name = 'bidhaa') {
  return page.evaluate(async (databaseName) => {
    const answer = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await answer(indexedDB.open(databaseName));
    const store = database.transaction('log').objectStore('log');
    const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
    database.close();
    const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return keys.map((key, index) => [key, hex(values[index])]);
  }, name);
}

/** Turns one bit in the middle of the newest entry; gives what `restoreEntry` needs. */
export function corruptLastEntry(page, name = 'bidhaa') {
  return changeLastEntry(page, name);
}

export function restoreEntry(page, { position, offset }, name = 'bidhaa') {
  return changeLastEntry(page, name, position, offset);
}

function changeLastEntry(page, name, position = null, offset = null) {
  return page.evaluate(
    async ([databaseName, givenPosition, givenOffset]) => {
      const answer = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await answer(indexedDB.open(databaseName));
      const store = database.transaction('log', 'readwrite').objectStore('log');
      const key = givenPosition ?? (await answer(store.getAllKeys())).at(-1);
      const bytes = new Uint8Array(await answer(store.get(key)));
      const index = givenOffset ?? Math.floor(bytes.length / 2);
      bytes[index] ^= 1;
      await answer(store.put(bytes.buffer, key));
      database.close();
      return { position: key, offset: index };
    },
    [name, position, offset],
  );
}

/** Opens the database as a newer version of the app would. */
export function raiseVersion(page, version, name = 'bidhaa') {
  return page.evaluate(
    ([databaseName, newVersion]) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(databaseName, newVersion);
        request.onblocked = () => reject(new Error('the open till blocks the newer version'));
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
      }),
    [name, version],
  );
}

/** How many entries each of the database's stores has. */
export function storeSizes(page, name = 'bidhaa') {
  return page.evaluate(async (databaseName) => {
    const answer = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await answer(indexedDB.open(databaseName));
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names);
    const counts = await Promise.all(names.map((store) => answer(transaction.objectStore(store).count())));
    database.close();
    return Object.fromEntries(names.map((store, index) => [store, counts[index]]));
  }, name);
}
