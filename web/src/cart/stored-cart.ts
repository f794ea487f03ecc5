// SPDX-License-Identifier: MIT
// Where a cart waits between reloads. Each tab owns one numbered slot in localStorage, held by a Web Lock: two tabs
// serve two customers, and a restarted browser finds the cart again.

import type { Cart, CartLine } from './cart-maths';

const SLOTS = 16;
/** A reload can start before the old page has let go of its slot. */
const OLD_PAGE_GRACE_MS = 600;
const TAB_KEY = 'bidhaa.cart-slot';

const slotName = (slot: number): string => `bidhaa.cart.${slot}`;

/** Claims a slot for as long as this page lives. */
export async function claimCartSlot(): Promise<number> {
  if (!('locks' in navigator)) return 1;
  const mine = Number(sessionStorage.getItem(TAB_KEY));
  if (mine && (await hold(mine, { signal: AbortSignal.timeout(OLD_PAGE_GRACE_MS) }))) return mine;
  for (let slot = 1; slot <= SLOTS; slot++) {
    if (await hold(slot, { ifAvailable: true })) {
      sessionStorage.setItem(TAB_KEY, String(slot));
      return slot;
    }
  }
  return SLOTS + 1;
}

/** Takes the lock of a slot and never gives it back; false if another tab has it. */
function hold(slot: number, options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(slotName(slot), options, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise<never>(() => undefined) : undefined;
      })
      .catch(() => resolve(false));
  });
}

/** The cart left in a slot, or null if there is none or it cannot be read. */
export function loadCart(slot: number): Cart | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(slotName(slot)) ?? 'null');
    return isCart(stored) ? stored : null;
  } catch (error) {
    console.warn('The stored cart could not be read.', error);
    return null;
  }
}

/** Keeps the cart. A full storage costs only the copy: the cart on the screen stays. */
export function saveCart(slot: number, cart: Cart): void {
  try {
    if (cart.lines.length === 0 && cart.customer.name === '') localStorage.removeItem(slotName(slot));
    else localStorage.setItem(slotName(slot), JSON.stringify(cart));
  } catch (error) {
    console.warn('The cart could not be stored.', error);
  }
}

function isCart(value: unknown): value is Cart {
  if (typeof value !== 'object' || value === null) return false;
  const { saleId, lines, customer, method } = value as Partial<Cart>;
  return (
    typeof saleId === 'string' &&
    typeof customer === 'object' &&
    typeof method === 'string' &&
    Array.isArray(lines) &&
    (lines as unknown[]).every(isLine)
  );
}

function isLine(value: unknown): value is CartLine {
  if (typeof value !== 'object' || value === null) return false;
  const { productId, quantity, unitPrice } = value as Partial<CartLine>;
  return typeof productId === 'string' && Number.isSafeInteger(quantity) && Number.isSafeInteger(unitPrice);
}
