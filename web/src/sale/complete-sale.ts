// SPDX-License-Identifier: MIT
// The sale: the whole of it in one atomic write.

import { cartTotal, itemCount, lineTotal, needsReference, settleCash } from '../cart/cart-maths';
import type { Cart } from '../cart/cart-maths';
import { database, enrolment, newId, tracked } from '../data/store';
import { formatReceiptNumber, receiptSeries, receiptYear } from '../receipt/receipt-number';

const NO_CASH = { tendered: 0, change: 0 };

/**
 * Completes the sale of a cart and returns its receipt number. Resolves only when the sale is durable on this device.
 * A cart that was completed before gives its first receipt number again and changes nothing. On any error nothing is
 * written and the cart can be paid again.
 */
export async function completeSale(cart: Cart): Promise<string> {
  const identity = enrolment.peek();
  if (!identity) throw new Error('A device that is not enrolled cannot sell.');
  const { device, shop, actor } = identity;

  const now = Date.now();
  const total = cartTotal(cart.lines);
  const cash = cart.method === 'cash' ? settleCash(total, cart.tendered) : NO_CASH;
  const name = cart.customer.name.trim() || null;
  const phone = cart.customer.phone.trim() || null;
  const newCustomerId = cart.keepCustomer && name && !cart.customer.id ? newId(now) : null;

  const write = database().write('sale.complete', async (transaction) => {
    const earlier = await transaction.get('sales', cart.saleId);
    if (earlier) return earlier.receipt_number;

    const year = receiptYear(now, shop.time_zone);
    const number = await transaction.nextNumber(receiptSeries(year));
    const receiptNumber = formatReceiptNumber(device.series, year, number);

    if (newCustomerId && name) {
      transaction.put('customers', { id: newCustomerId, jina: name, phone, note: null, archived: false });
    }
    transaction.put('sales', {
      id: cart.saleId,
      receipt_number: receiptNumber,
      sold_at_ms: now,
      status: 'completed',
      customer_id: cart.customer.id ?? newCustomerId,
      customer_name: name,
      customer_phone: phone,
      cashier: actor.name,
      device_id: device.id,
      total,
      item_count: itemCount(cart.lines),
      currency: shop.currency,
    });
    for (const [index, line] of cart.lines.entries()) {
      transaction.put('sale_items', {
        sale_id: cart.saleId,
        line_number: index + 1,
        bidhaa_id: line.productId,
        jina: line.jina,
        unit_price: line.unitPrice,
        quantity: line.quantity,
        line_total: lineTotal(line),
      });
      // A product removed from the catalogue meanwhile has no stock to move; the goods are in the customer's hand.
      if (await transaction.get('bidhaas', line.productId)) {
        transaction.increment('bidhaas', line.productId, 'stock', -line.quantity);
      }
    }
    transaction.put('payments', {
      sale_id: cart.saleId,
      method: cart.method,
      amount: total,
      tendered: cash.tendered,
      change: cash.change,
      reference: needsReference(cart.method) ? cart.reference.trim() || null : null,
      paid_at_ms: now,
    });
    return receiptNumber;
  });
  return tracked(write);
}
