// SPDX-License-Identifier: MIT
// Live queries as hooks.

import { useEffect, useState } from 'preact/hooks';

import { database } from './store';
import type { Query, ShopCollection, ShopRecord } from './store';

/**
 * The records of a query, kept up to date. `undefined` until the first answer; while the query changes, the records of
 * the last one stay, so that the screen does not blink. A null query asks nothing.
 */
export function useRecords<Name extends ShopCollection>(
  collection: Name,
  query: Query<ShopRecord<Name>> | null,
): ShopRecord<Name>[] | undefined {
  const [records, setRecords] = useState<ShopRecord<Name>[] | undefined>(undefined);
  const key = JSON.stringify(query);
  useEffect(() => {
    if (!query) return;
    return database().watch(collection, query, setRecords);
  }, [collection, key]);
  return records;
}

/** The ids of a collection's records that are only on this device so far; `undefined` until known. */
export function usePendingIds(collection: ShopCollection): ReadonlySet<string> | undefined {
  const [ids, setIds] = useState<ReadonlySet<string> | undefined>(undefined);
  useEffect(() => database().watchPending(collection, setIds), [collection]);
  return ids;
}
