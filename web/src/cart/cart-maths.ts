// SPDX-License-Identifier: MIT
// The cart's rules, as pure functions of plain values.

export type PaymentMethod = 'cash' | 'mobile_money' | 'card' | 'credit';

export const PAYMENT_METHODS: readonly PaymentMethod[] = ['cash', 'mobile_money', 'card', 'credit'];

/** Does a payment of this kind come with a reference number of somebody else's? */
export function needsReference(method: PaymentMethod): boolean {
  return method === 'mobile_money' || method === 'card';
}

/** The most of one product that a line can hold; a scanner firing into the quantity box stops here. */
export const MAX_QUANTITY = 9999;

/** One product in the cart. Name and price are those of the moment it was added. */
export interface CartLine {
  productId: string;
  sku: string;
  jina: string;
  unitPrice: number;
  quantity: number;
}

export interface CartCustomer {
  /** The id of a known customer, or null for a name typed by hand. */
  id: string | null;
  name: string;
  phone: string;
}

export interface Cart {
  /** The id the sale will have: paying the same cart twice makes one sale. */
  saleId: string;
  lines: readonly CartLine[];
  customer: CartCustomer;
  /** Keep a name typed by hand as a customer of the shop. */
  keepCustomer: boolean;
  method: PaymentMethod;
  /** Cash handed over; null means the exact amount. */
  tendered: number | null;
  reference: string;
}

export function emptyCart(saleId: string): Cart {
  return {
    saleId,
    lines: [],
    customer: { id: null, name: '', phone: '' },
    keepCustomer: false,
    method: 'cash',
    tendered: null,
    reference: '',
  };
}

export function lineTotal(line: CartLine): number {
  return line.unitPrice * line.quantity;
}

export function cartTotal(lines: readonly CartLine[]): number {
  return lines.reduce((sum, line) => sum + lineTotal(line), 0);
}

/** How many pieces are in the cart. */
export function itemCount(lines: readonly CartLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0);
}

/** A whole quantity between 1 and `MAX_QUANTITY`. */
export function clampQuantity(quantity: number): number {
  return Math.min(MAX_QUANTITY, Math.max(1, Math.trunc(quantity) || 1));
}

/** Adds `quantity` of a product: to its line if it has one, else as a new line at the end. */
export function addProduct(lines: readonly CartLine[], product: Omit<CartLine, 'quantity'>, quantity = 1): CartLine[] {
  const known = lines.some((line) => line.productId === product.productId);
  if (!known) return [...lines, { ...product, quantity: clampQuantity(quantity) }];
  return lines.map((line) =>
    line.productId === product.productId ? { ...line, quantity: clampQuantity(line.quantity + quantity) } : line,
  );
}

export function setQuantity(lines: readonly CartLine[], productId: string, quantity: number): CartLine[] {
  return lines.map((line) => (line.productId === productId ? { ...line, quantity: clampQuantity(quantity) } : line));
}

export function setUnitPrice(lines: readonly CartLine[], productId: string, unitPrice: number): CartLine[] {
  return lines.map((line) => (line.productId === productId ? { ...line, unitPrice } : line));
}

export function removeLine(lines: readonly CartLine[], productId: string): CartLine[] {
  return lines.filter((line) => line.productId !== productId);
}

export interface CashSettlement {
  tendered: number;
  change: number;
  /** What is still missing; 0 when the cash is enough. */
  missing: number;
}

/** What cash of `tendered` (null: the exact amount) does to a total. */
export function settleCash(total: number, tendered: number | null): CashSettlement {
  const given = tendered ?? total;
  return { tendered: given, change: Math.max(0, given - total), missing: Math.max(0, total - given) };
}

/** Round sums, above the total, that customers are likely to hand over: at most three, in rising order. */
export function cashSuggestions(total: number): number[] {
  if (total <= 0) return [];
  const rounded = [1_000, 5_000, 10_000, 50_000, 100_000].map((step) => Math.ceil(total / step) * step);
  return [...new Set(rounded)]
    .filter((amount) => amount > total)
    .sort((a, b) => a - b)
    .slice(0, 3);
}

/** Why a cart cannot be paid yet, or null if it can. */
export type PaymentObstacle = 'empty' | 'too_little_cash' | 'credit_needs_customer';

export function paymentObstacle(cart: Cart): PaymentObstacle | null {
  if (cart.lines.length === 0) return 'empty';
  const total = cartTotal(cart.lines);
  if (cart.method === 'cash' && settleCash(total, cart.tendered).missing > 0) return 'too_little_cash';
  if (cart.method === 'credit' && cart.customer.name.trim() === '') return 'credit_needs_customer';
  return null;
}
