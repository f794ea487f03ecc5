// SPDX-License-Identifier: MIT
// The pay button: one sale for one cart, however often it is pressed.

import { signal } from '@preact/signals';

import { go } from '../app/route';
import { paymentObstacle } from '../cart/cart-maths';
import { cart, clearCart } from '../cart/cart-state';
import { searchFor } from '../catalogue/catalogue-state';
import { errorCode } from '../data/store';
import { rememberFirstPrint } from '../receipt/first-print';
import { completeSale } from './complete-sale';

export type PayState = { phase: 'idle' } | { phase: 'saving' } | { phase: 'failed'; code: string };

export const payState = signal<PayState>({ phase: 'idle' });

/** What was said about a failed payment is about the cart as it was then. */
cart.subscribe(() => {
  if (payState.peek().phase === 'failed') payState.value = { phase: 'idle' };
});

/** Completes the sale of the present cart and shows its receipt. A failure leaves the cart as it is. */
export async function payCart(): Promise<void> {
  if (payState.peek().phase === 'saving') return;
  const paid = cart.peek();
  if (paymentObstacle(paid)) return;
  payState.value = { phase: 'saving' };
  try {
    await completeSale(paid);
  } catch (error) {
    console.warn(error);
    payState.value = { phase: 'failed', code: errorCode(error) };
    return;
  }
  payState.value = { phase: 'idle' };
  rememberFirstPrint(paid.saleId);
  clearCart();
  searchFor('');
  go({ screen: 'receipt', saleId: paid.saleId });
}
