// SPDX-License-Identifier: MIT

import { User, X } from 'lucide';
import { useId, useState } from 'preact/hooks';

import { cart, changeCart } from '../cart/cart-state';
import { useRecords } from '../data/live';
import type { Customer } from '../data/store';
import { t } from '../i18n';
import { Icon } from '../ui/icon';

const SUGGESTIONS = 5;

/** A known customer, found while typing, or any name and phone number. */
export function CustomerFields() {
  const listId = useId();
  const [typing, setTyping] = useState(false);
  const [marked, setMarked] = useState(-1);
  const { customer, keepCustomer } = cart.value;
  const words = customer.name.trim();
  const asking = typing && customer.id === null && words.length >= 2;
  const found = useRecords(
    'customers',
    asking ? { where: { archived: false }, search: words, orderBy: [{ field: 'jina' }], limit: SUGGESTIONS } : null,
  );
  const suggestions = asking && found ? found : [];
  const open = suggestions.length > 0;

  function pick(known: Customer): void {
    changeCart({ customer: { id: known.id, name: known.jina, phone: known.phone ?? '' }, keepCustomer: false });
    setTyping(false);
    setMarked(-1);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!open) return;
    if (event.key === 'ArrowDown') setMarked((marked + 1) % suggestions.length);
    else if (event.key === 'ArrowUp') setMarked(marked <= 0 ? suggestions.length - 1 : marked - 1);
    else if (event.key === 'Enter' && suggestions[marked]) pick(suggestions[marked]);
    else if (event.key === 'Escape') setTyping(false);
    else return;
    event.preventDefault();
  }

  return (
    <div class="customer">
      <div class="customer-row">
        <div class="customer-name">
          <Icon node={User} size={18} />
          <input
            class="input"
            role="combobox"
            aria-expanded={open}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={marked >= 0 ? `${listId}-${marked}` : undefined}
            aria-label={t('customer.name')}
            placeholder={t('customer.name')}
            data-testid="customer-name"
            autocomplete="off"
            value={customer.name}
            onInput={(event) => {
              setTyping(true);
              setMarked(-1);
              changeCart({ customer: { ...customer, id: null, name: event.currentTarget.value } });
            }}
            onKeyDown={onKeyDown}
            onBlur={() => setTyping(false)}
          />
          {(customer.name !== '' || customer.phone !== '') && (
            <button
              type="button"
              class="button button-quiet button-icon"
              aria-label={t('customer.remove')}
              onClick={() => changeCart({ customer: { id: null, name: '', phone: '' }, keepCustomer: false })}
            >
              <Icon node={X} size={18} />
            </button>
          )}
        </div>
        <input
          class="input customer-phone"
          type="tel"
          aria-label={t('customer.phone')}
          placeholder={t('customer.phone')}
          data-testid="customer-phone"
          autocomplete="off"
          value={customer.phone}
          onInput={(event) => changeCart({ customer: { ...customer, phone: event.currentTarget.value } })}
        />
      </div>
      <ul id={listId} class="suggestions" role="listbox" aria-label={t('customer.known')} hidden={!open}>
        {suggestions.map((known, index) => (
          <li
            key={known.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === marked}
            class="suggestion"
            data-testid="customer-suggestion"
            // Before the blur that a press on it causes.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(known)}
          >
            <span>{known.jina}</span>
            <span class="soft">{known.phone}</span>
          </li>
        ))}
      </ul>
      {words !== '' && customer.id === null && (
        <label class="check">
          <input
            type="checkbox"
            checked={keepCustomer}
            data-testid="customer-keep"
            onChange={(event) => changeCart({ keepCustomer: event.currentTarget.checked })}
          />
          {t('customer.keep')}
        </label>
      )}
    </div>
  );
}
