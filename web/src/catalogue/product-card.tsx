// SPDX-License-Identifier: MIT

import { useComputed } from '@preact/signals';
import { TriangleAlert } from 'lucide';

import { addToCart, piecesOf } from '../cart/cart-state';
import { enrolment } from '../data/store';
import type { Product } from '../data/store';
import { t } from '../i18n';
import type { TextKey } from '../i18n';
import { formatMoney, formatNumber } from '../i18n/money';
import { Icon } from '../ui/icon';
import { groupHue, leafOf } from './category';
import { stockLevel } from './stock';
import type { StockLevel } from './stock';

const STOCK_WORDS: Record<StockLevel, TextKey> = {
  enough: 'stock.left',
  low: 'stock.low',
  none: 'stock.none',
  negative: 'stock.negative',
};

/** One product: a press puts it in the cart. */
export function ProductCard({ product }: { product: Product }) {
  const inCart = useComputed(() => piecesOf.value.get(product.id) ?? 0).value;
  const level = stockLevel(product.stock, product.low_stock_at);
  return (
    <li class="product-cell">
      <button
        type="button"
        class="product"
        data-testid={`product-${product.sku}`}
        data-stock={product.stock}
        data-in-cart={inCart}
        onClick={() => addToCart(product)}
      >
        <span class="product-top">
          <span class="product-category" style={{ '--hue': groupHue(product.category ?? '') }}>
            {leafOf(product.category ?? '')}
          </span>
          {inCart > 0 && (
            <span class="product-count" aria-label={t('catalogue.inCart', { count: inCart })}>
              {inCart}
            </span>
          )}
        </span>
        <span class="product-name">{product.jina}</span>
        <span class="product-sku">{product.sku}</span>
        <span class="product-foot">
          <span class="product-price money">{formatMoney(product.price, enrolment.value?.shop.currency)}</span>
          <span class={`stock stock-${level}`}>
            {level !== 'enough' && <Icon node={TriangleAlert} size={13} />}
            {t(STOCK_WORDS[level], { count: formatNumber(product.stock) })}
          </span>
        </span>
      </button>
    </li>
  );
}
