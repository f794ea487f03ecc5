// SPDX-License-Identifier: MIT

import { Trash2, TriangleAlert } from 'lucide';

import { enrolment } from '../data/store';
import type { Product } from '../data/store';
import { t } from '../i18n';
import { formatMoney, formatNumber } from '../i18n/money';
import { Icon } from '../ui/icon';
import { lineTotal } from './cart-maths';
import type { CartLine } from './cart-maths';
import { removeFromCart, takeNewPrice } from './cart-state';
import { QuantityStepper } from './quantity-stepper';

/** One product of the cart. `product` is its state now, once known: it only warns. */
export function CartLineRow({ line, product }: { line: CartLine; product: Product | undefined }) {
  const currency = enrolment.value?.shop.currency;
  const beyondStock = product !== undefined && product.stock < line.quantity;
  const priceChanged = product !== undefined && product.price !== line.unitPrice;
  return (
    <li class="cart-line" data-testid={`cart-line-${line.sku}`} data-quantity={line.quantity}>
      <div class="cart-line-head">
        <span class="cart-line-name">{line.jina}</span>
        <span class="cart-line-total money">{formatMoney(lineTotal(line), currency)}</span>
      </div>
      <div class="cart-line-foot">
        <span class="cart-line-each soft money">
          {t('cart.each', { price: formatMoney(line.unitPrice, currency) })}
        </span>
        <QuantityStepper line={line} />
        <button
          type="button"
          class="button button-quiet button-icon cart-line-remove"
          aria-label={t('cart.remove', { name: line.jina })}
          data-testid={`remove-${line.sku}`}
          onClick={() => removeFromCart(line.productId)}
        >
          <Icon node={Trash2} size={18} />
        </button>
      </div>
      {beyondStock && (
        <p class="cart-line-note" role="status" data-testid={`stock-warning-${line.sku}`}>
          <Icon node={TriangleAlert} size={14} />
          {t('cart.beyondStock', { count: formatNumber(product.stock) })}
        </p>
      )}
      {priceChanged && (
        <p class="cart-line-note">
          {t('cart.newPrice', { price: formatMoney(product.price, currency) })}
          <button type="button" class="link" onClick={() => takeNewPrice(product)}>
            {t('cart.usePrice')}
          </button>
        </p>
      )}
    </li>
  );
}
