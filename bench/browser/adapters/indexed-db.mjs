// SPDX-License-Identifier: MIT
// IndexedDB with promises, for the floors that call it by hand.

export const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export const completionOf = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

/** Opens a database; `create(database, transaction)` makes its stores the first time. */
export function openIndexedDb(name, create) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => create(request.result, request.transaction);
  return answerOf(request);
}
