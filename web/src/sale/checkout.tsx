// SPDX-License-Identifier: MIT

import { CircleAlert } from 'lucide';
import { useEffect } from 'preact/hooks';

import { cart, total } from '../cart/cart-state';
import { paymentObstacle } from '../cart/cart-maths';
import { enrolment } from '../data/store';
import { errorWords, t } from '../i18n';
import { formatMoney } from '../i18n/money';
import { Notice } from '../ui/message';
import { CustomerFields } from './customer-fields';
import { PaymentFields } from './payment-fields';
import { payState, payCart } from './pay';
import './checkout.css';

/** Who buys, how they pay, the total, and the button that completes the sale. */
export function Checkout() {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      void payCart();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  const obstacle = paymentObstacle(cart.value);
  const state = payState.value;
  return (
    <div class="checkout">
      <CustomerFields />
      <PaymentFields />
      <div class="checkout-finish">
        <div class="checkout-total">
          <span>{t('cart.total')}</span>
          <strong class="money" data-testid="cart-total" data-amount={total.value}>
            {formatMoney(total.value, enrolment.value?.shop.currency)}
          </strong>
        </div>
        {state.phase === 'failed' && (
          <Notice tone="danger" icon={CircleAlert} testId="pay-error" code={state.code}>
            <strong>{t('pay.failed')}</strong>
            <p>{errorWords(state.code)}</p>
          </Notice>
        )}
        {obstacle && obstacle !== 'empty' && (
          <p class="checkout-obstacle" role="status" data-testid="pay-obstacle">
            {t(`pay.obstacle.${obstacle}`)}
          </p>
        )}
        <button
          type="button"
          class="button button-primary button-large checkout-pay"
          data-testid="pay"
          disabled={obstacle !== null || state.phase === 'saving'}
          onClick={() => void payCart()}
        >
          {state.phase === 'saving' && <span class="spinner" />}
          {state.phase === 'saving' ? t('pay.working') : t('pay.complete')}
        </button>
      </div>
    </div>
  );
}
