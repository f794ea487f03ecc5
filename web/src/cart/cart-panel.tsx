// SPDX-License-Identifier: MIT

import { ArrowLeft, ChevronRight, ShoppingBasket } from 'lucide';
import { useState } from 'preact/hooks';

import { useRecords } from '../data/live';
import { enrolment } from '../data/store';
import { t } from '../i18n';
import { formatMoney } from '../i18n/money';
import { Checkout } from '../sale/checkout';
import { ConfirmDialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { EmptyState } from '../ui/message';
import { CartLineRow } from './cart-line';
import { cart, cartShown, clearCart, pieces, total } from './cart-state';
import './cart.css';

/** The right half of the till: the cart and its payment. On a phone it covers the screen when asked for. */
export function CartPanel() {
  const [asking, setAsking] = useState(false);
  const { lines } = cart.value;
  const ids = lines.map((line) => line.productId);
  const products = useRecords('bidhaas', ids.length === 0 ? null : { where: { id: { in: ids } }, limit: ids.length });
  return (
    <section class="cart" aria-label={t('cart.title')} data-testid="cart" data-shown={cartShown.value}>
      <header class="cart-head">
        <button
          type="button"
          class="button button-quiet button-icon cart-back"
          aria-label={t('cart.back')}
          onClick={() => (cartShown.value = false)}
        >
          <Icon node={ArrowLeft} />
        </button>
        <h2>{t('cart.title')}</h2>
        <span class="soft">{lines.length > 0 && t('cart.pieces', { count: pieces.value })}</span>
        {lines.length > 0 && (
          <button type="button" class="button button-quiet" data-testid="clear-cart" onClick={() => setAsking(true)}>
            {t('cart.clear')}
          </button>
        )}
      </header>
      {lines.length === 0 ? (
        <EmptyState icon={ShoppingBasket} title={t('cart.emptyTitle')} hint={t('cart.emptyHint')} />
      ) : (
        <>
          <ul class="cart-lines">
            {lines.map((line) => (
              <CartLineRow
                key={line.productId}
                line={line}
                product={products?.find((product) => product.id === line.productId)}
              />
            ))}
          </ul>
          <Checkout />
        </>
      )}
      {asking && (
        <ConfirmDialog
          title={t('cart.clearAsk')}
          hint={t('cart.clearHint')}
          confirm={t('cart.clearYes')}
          testId="clear-cart-yes"
          onConfirm={clearCart}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

/** On a phone: what the cart holds, always in reach under the products. */
export function CartBar() {
  if (pieces.value === 0) return null;
  return (
    <button
      type="button"
      class="cart-bar"
      data-testid="show-cart"
      title={t('cart.show')}
      onClick={() => (cartShown.value = true)}
    >
      <Icon node={ShoppingBasket} />
      <span class="cart-bar-pieces">{t('cart.pieces', { count: pieces.value })}</span>
      <strong class="money">{formatMoney(total.value, enrolment.value?.shop.currency)}</strong>
      <Icon node={ChevronRight} />
    </button>
  );
}
