// SPDX-License-Identifier: MIT
// The cart of this tab, and everything that changes it.

import { computed, effect, signal } from '@preact/signals';

import { newId } from '../data/store';
import { database } from '../data/store';
import type { Product } from '../data/store';
import { addProduct, cartTotal, emptyCart, itemCount, removeLine, setQuantity, setUnitPrice } from './cart-maths';
import type { Cart } from './cart-maths';
import { claimCartSlot, loadCart, saveCart } from './stored-cart';

export const cart = signal<Cart>(emptyCart(newId()));
export const total = computed(() => cartTotal(cart.value.lines));
export const pieces = computed(() => itemCount(cart.value.lines));
/** Pieces by product id, for the marks in the catalogue. */
export const piecesOf = computed(() => new Map(cart.value.lines.map((line) => [line.productId, line.quantity])));

/** On a narrow screen: is the cart on top of the products? */
export const cartShown = signal(false);

/** Brings back the cart that this tab, or a closed one, left behind. Needs an open database. */
export async function restoreCart(): Promise<void> {
  const slot = await claimCartSlot();
  const stored = loadCart(slot);
  // A cart whose sale exists was paid just before the page went away.
  if (stored && !(await database().get('sales', stored.saleId))) {
    const added = cart.peek().lines;
    cart.value = added.reduce(
      (kept, line) => ({ ...kept, lines: addProduct(kept.lines, line, line.quantity) }),
      stored,
    );
  }
  effect(() => saveCart(slot, cart.value));
}

export function changeCart(change: Partial<Omit<Cart, 'saleId'>>): void {
  cart.value = { ...cart.peek(), ...change };
}

export function addToCart(product: Product): void {
  const { id, sku, jina, price } = product;
  changeCart({ lines: addProduct(cart.peek().lines, { productId: id, sku, jina, unitPrice: price }) });
}

export function changeQuantity(productId: string, quantity: number): void {
  changeCart({ lines: setQuantity(cart.peek().lines, productId, quantity) });
}

export function removeFromCart(productId: string): void {
  changeCart({ lines: removeLine(cart.peek().lines, productId) });
}

/** Takes over the product's present price in its line. */
export function takeNewPrice(product: Product): void {
  changeCart({ lines: setUnitPrice(cart.peek().lines, product.id, product.price) });
}

/** Starts the next customer's cart. */
export function clearCart(): void {
  cart.value = emptyCart(newId());
  cartShown.value = false;
}
