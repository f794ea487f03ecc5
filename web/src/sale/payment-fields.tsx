// SPDX-License-Identifier: MIT

import { Banknote, CreditCard, NotebookPen, Smartphone } from 'lucide';
import type { IconNode } from 'lucide';
import { useState } from 'preact/hooks';

import { PAYMENT_METHODS, cashSuggestions, needsReference, settleCash } from '../cart/cart-maths';
import type { PaymentMethod } from '../cart/cart-maths';
import { cart, changeCart, total } from '../cart/cart-state';
import { enrolment } from '../data/store';
import { t } from '../i18n';
import { digitsOf, formatMoney, formatNumber } from '../i18n/money';
import { Icon } from '../ui/icon';

const METHOD_ICONS: Record<PaymentMethod, IconNode> = {
  cash: Banknote,
  mobile_money: Smartphone,
  card: CreditCard,
  credit: NotebookPen,
};

/** Amounts up to a billion. */
const MOST_DIGITS = 10;

/** The way of paying, and what that way needs to know. */
export function PaymentFields() {
  const { method } = cart.value;
  return (
    <div class="payment">
      <div class="methods" role="radiogroup" aria-label={t('pay.method')}>
        {PAYMENT_METHODS.map((each) => (
          <label key={each} class="method">
            <input
              type="radio"
              name="method"
              checked={method === each}
              data-testid={`method-${each}`}
              onChange={() => changeCart({ method: each })}
            />
            <span class="method-face">
              <Icon node={METHOD_ICONS[each]} />
              {t(`method.${each}`)}
            </span>
          </label>
        ))}
      </div>
      {method === 'cash' && <CashFields />}
      {needsReference(method) && (
        <input
          class="input"
          aria-label={t('pay.reference')}
          placeholder={`${t('pay.reference')} (${t('customer.optional')})`}
          data-testid="reference"
          autocomplete="off"
          autocapitalize="characters"
          value={cart.value.reference}
          onInput={(event) => changeCart({ reference: event.currentTarget.value })}
        />
      )}
      {method === 'credit' && <p class="soft payment-note">{t('pay.creditNote')}</p>}
    </div>
  );
}

function CashFields() {
  const { tendered } = cart.value;
  const [typed, setTyped] = useState<string | null>(null);
  const currency = enrolment.value?.shop.currency;
  const { change, missing } = settleCash(total.value, tendered);

  function onTyped(box: HTMLInputElement): void {
    const digits = digitsOf(box.value, MOST_DIGITS);
    box.value = digits;
    setTyped(digits);
    changeCart({ tendered: digits === '' ? null : Number(digits) });
  }

  function give(amount: number | null): void {
    setTyped(null);
    changeCart({ tendered: amount });
  }

  return (
    <div class="cash">
      <div class="cash-row">
        <input
          class="input cash-input money"
          inputMode="numeric"
          aria-label={t('pay.tendered')}
          placeholder={t('pay.tenderedShort')}
          data-testid="tendered"
          autocomplete="off"
          value={typed ?? (tendered === null ? '' : formatNumber(tendered))}
          onInput={(event) => onTyped(event.currentTarget)}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => setTyped(null)}
        />
        <output
          class={missing > 0 ? 'cash-outcome cash-missing' : 'cash-outcome'}
          data-testid="change"
          data-amount={change}
        >
          <span>{missing > 0 ? t('pay.missing') : t('pay.change')}</span>
          <strong class="money">{formatMoney(missing > 0 ? missing : change, currency)}</strong>
        </output>
      </div>
      <div class="cash-suggestions">
        <button type="button" class="chip" aria-pressed={tendered === null} onClick={() => give(null)}>
          {t('pay.exact')}
        </button>
        {cashSuggestions(total.value).map((amount) => (
          <button
            key={amount}
            type="button"
            class="chip money"
            aria-pressed={tendered === amount}
            onClick={() => give(amount)}
          >
            {formatNumber(amount)}
          </button>
        ))}
      </div>
    </div>
  );
}
