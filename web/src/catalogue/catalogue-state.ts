// SPDX-License-Identifier: MIT
// What the cashier is looking for.

import { computed, effect, signal } from '@preact/signals';

import { addToCart } from '../cart/cart-state';
import { database, openState, syncStatus } from '../data/store';
import type { Product, Query } from '../data/store';
import { groupOf } from './category';

const PAGE = 60;
/** The engine's own bound on one answer; a shop has fewer products. */
const ALL = 10_000;
const CATEGORIES_FRESH_MS = 60_000;

export const searchWords = signal('');
export const chosenGroup = signal<string | null>(null);
/** One category of the chosen group; null means all of them. */
export const chosenCategory = signal<string | null>(null);
export const shownCount = signal(PAGE);
/** The names of all categories that have products, in order. */
export const categories = signal<readonly string[]>([]);
/** What happened to the last typed or scanned code. */
export const scanOutcome = signal<{ added: string } | { unknown: string } | null>(null);

export const productQuery = computed<Query<Product>>(() => ({
  where: { archived: false, ...categoryCondition.value },
  ...(searchWords.value.trim() === '' ? {} : { search: searchWords.value.trim() }),
  orderBy: [{ field: 'jina' }],
  limit: shownCount.value,
}));

const categoryCondition = computed(() => {
  if (chosenCategory.value !== null) return { category: chosenCategory.value };
  const group = chosenGroup.value;
  return group === null ? {} : { category: { in: categories.value.filter((each) => groupOf(each) === group) } };
});

export function searchFor(words: string): void {
  searchWords.value = words;
  shownCount.value = PAGE;
  scanOutcome.value = null;
}

export function chooseCategory(group: string | null, category: string | null = null): void {
  chosenGroup.value = group;
  chosenCategory.value = category;
  shownCount.value = PAGE;
}

export function showMore(): void {
  shownCount.value += PAGE;
}

/** Adds the product that a typed or scanned code names; if none does, the only product that the words find. */
export async function addByCode(typed: string): Promise<void> {
  const code = typed.trim();
  if (code === '') return;
  const product = (await findByCode(code)) ?? (await findTheOnly(code));
  if (product === 'several') return;
  if (product) {
    addToCart(product);
    searchFor('');
    scanOutcome.value = { added: product.jina };
  } else {
    scanOutcome.value = { unknown: code };
  }
}

async function findByCode(code: string): Promise<Product | undefined> {
  for (const spelling of new Set([code, code.toUpperCase()])) {
    const [bySku] = await database().find('bidhaas', { where: { archived: false, sku: spelling }, limit: 1 });
    if (bySku) return bySku;
    const [byBarcode] = await database().find('bidhaas', { where: { archived: false, barcode: spelling }, limit: 1 });
    if (byBarcode) return byBarcode;
  }
  return undefined;
}

async function findTheOnly(words: string): Promise<Product | 'several' | undefined> {
  const found = await database().find('bidhaas', { where: { archived: false }, search: words, limit: 2 });
  return found.length > 1 ? 'several' : found[0];
}

let categoriesReadAtMs = 0;

effect(() => {
  if (openState.value.phase !== 'open') return;
  const ready = syncStatus.value?.ready ?? false;
  const syncedAtMs = syncStatus.value?.lastSyncedAtMs ?? 0;
  const fresh = syncedAtMs - categoriesReadAtMs < CATEGORIES_FRESH_MS;
  if (!ready || (fresh && categories.peek().length > 0)) return;
  categoriesReadAtMs = syncedAtMs;
  void readCategories();
});

async function readCategories(): Promise<void> {
  const products = await database().find('bidhaas', { where: { archived: false }, limit: ALL });
  const names = new Set(products.map((product) => product.category).filter((name) => !!name));
  categories.value = ([...names] as string[]).sort((a, b) => a.localeCompare(b));
}
