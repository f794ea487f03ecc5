// SPDX-License-Identifier: MIT

export type StockLevel = 'enough' | 'low' | 'none' | 'negative';

/** How a stock figure stands. It warns; it never stops a sale: the goods are in the customer's hand. */
export function stockLevel(stock: number, lowStockAt: number | null | undefined): StockLevel {
  if (stock < 0) return 'negative';
  if (stock === 0) return 'none';
  return stock <= (lowStockAt ?? 0) ? 'low' : 'enough';
}
