// SPDX-License-Identifier: MIT

import { Search, X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';

import { t } from '../i18n';
import { Icon } from '../ui/icon';
import { addByCode, scanOutcome, searchFor, searchWords } from './catalogue-state';

/** Type-ahead over names and codes. Enter adds the product whose code was typed or scanned. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => catchTyping(() => input.current), []);

  function submit(event: Event): void {
    event.preventDefault();
    void addByCode(input.current?.value ?? '');
  }

  const outcome = scanOutcome.value;
  return (
    <search class="search">
      <form class="search-box" onSubmit={submit}>
        <Icon node={Search} />
        <input
          ref={input}
          type="search"
          class="search-input"
          data-testid="search"
          aria-label={t('catalogue.search')}
          placeholder={t('catalogue.search')}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="search"
          value={searchWords.value}
          onInput={(event) => searchFor(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') searchFor('');
          }}
        />
        {searchWords.value === '' ? (
          <kbd class="search-key">/</kbd>
        ) : (
          <button
            type="button"
            class="button button-quiet button-icon"
            aria-label={t('catalogue.clearSearch')}
            onClick={() => {
              searchFor('');
              input.current?.focus();
            }}
          >
            <Icon node={X} />
          </button>
        )}
      </form>
      <p class="search-outcome" role="status" data-testid="scan-outcome">
        {outcome && 'unknown' in outcome && t('catalogue.unknownCode', { code: outcome.unknown })}
        {outcome && 'added' in outcome && t('catalogue.added', { name: outcome.added })}
      </p>
    </search>
  );
}

/**
 * Sends typing that is aimed at nothing to the search box, so that a scanner works wherever the focus is. `/` only
 * moves the focus there.
 */
function catchTyping(box: () => HTMLInputElement | null): () => void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === ' ') return;
    if (isTypingPlace(event.target) || document.querySelector('dialog[open]')) return;
    if (event.key === '/') event.preventDefault();
    box()?.focus();
    box()?.select();
  }
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function isTypingPlace(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
