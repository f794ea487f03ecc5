// SPDX-License-Identifier: MIT

import { Minus, Plus } from 'lucide';
import { useState } from 'preact/hooks';

import { t } from '../i18n';
import { digitsOf } from '../i18n/money';
import { Icon } from '../ui/icon';
import { changeQuantity } from './cart-state';
import { MAX_QUANTITY } from './cart-maths';
import type { CartLine } from './cart-maths';

/** Less, a box to type into, more. What is typed counts when it is a whole number above 0. */
export function QuantityStepper({ line }: { line: CartLine }) {
  const [typed, setTyped] = useState<string | null>(null);

  function onTyped(box: HTMLInputElement): void {
    const digits = digitsOf(box.value, String(MAX_QUANTITY).length);
    box.value = digits;
    setTyped(digits);
    if (Number(digits) > 0) changeQuantity(line.productId, Number(digits));
  }

  return (
    <div class="stepper">
      <button
        type="button"
        class="stepper-button"
        aria-label={t('cart.less', { name: line.jina })}
        data-testid={`less-${line.sku}`}
        disabled={line.quantity <= 1}
        onClick={() => changeQuantity(line.productId, line.quantity - 1)}
      >
        <Icon node={Minus} size={18} />
      </button>
      <input
        class="stepper-input money"
        inputMode="numeric"
        aria-label={t('cart.quantity', { name: line.jina })}
        data-testid={`quantity-${line.sku}`}
        value={typed ?? String(line.quantity)}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => onTyped(event.currentTarget)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <button
        type="button"
        class="stepper-button"
        aria-label={t('cart.more', { name: line.jina })}
        data-testid={`more-${line.sku}`}
        disabled={line.quantity >= MAX_QUANTITY}
        onClick={() => changeQuantity(line.productId, line.quantity + 1)}
      >
        <Icon node={Plus} size={18} />
      </button>
    </div>
  );
}
