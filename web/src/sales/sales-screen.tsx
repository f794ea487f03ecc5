// SPDX-License-Identifier: MIT

import { ReceiptText, Search, SearchX } from 'lucide';
import { useState } from 'preact/hooks';

import { addressOf } from '../app/route';
import { usePendingIds, useRecords } from '../data/live';
import type { Sale } from '../data/store';
import { t } from '../i18n';
import { dayKey, formatDay, formatTime } from '../i18n/dates';
import { formatMoney } from '../i18n/money';
import { Icon } from '../ui/icon';
import { LoadMore } from '../ui/load-more';
import { EmptyState } from '../ui/message';
import { SyncMark } from './sync-mark';
import './sales.css';

const PAGE = 50;

/** The shop's sales on this device, newest first. */
export function SalesScreen() {
  const [words, setWords] = useState('');
  const [shown, setShown] = useState(PAGE);
  const search = words.trim();
  const sales = useRecords('sales', {
    ...(search === '' ? {} : { search }),
    orderBy: [{ field: 'sold_at_ms', descending: true }],
    limit: shown,
  });
  const pending = usePendingIds('sales');
  return (
    <main class="sales">
      <div class="sales-head">
        <h1>{t('sales.title')}</h1>
        <search class="search-box">
          <Icon node={Search} />
          <input
            type="search"
            class="search-input"
            aria-label={t('sales.search')}
            placeholder={t('sales.search')}
            data-testid="sales-search"
            autocomplete="off"
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </search>
      </div>
      {sales?.length === 0 && search === '' && (
        <EmptyState icon={ReceiptText} title={t('sales.emptyTitle')} hint={t('sales.emptyHint')} />
      )}
      {sales?.length === 0 && search !== '' && (
        <EmptyState icon={SearchX} title={t('sales.noneTitle', { words: search })} />
      )}
      {groupByDay(sales ?? []).map((day) => (
        <section key={day.key} class="sales-day">
          <h2>{day.title}</h2>
          <ul class="sale-list">
            {day.sales.map((sale) => (
              <SaleRow key={sale.id} sale={sale} pending={pending?.has(sale.id)} />
            ))}
          </ul>
        </section>
      ))}
      {sales && sales.length >= shown && <LoadMore key={shown} onMore={() => setShown(shown + PAGE)} />}
    </main>
  );
}

function SaleRow({ sale, pending }: { sale: Sale; pending: boolean | undefined }) {
  return (
    <li>
      <a
        class="sale-row"
        href={addressOf({ screen: 'receipt', saleId: sale.id })}
        data-testid="sale-row"
        data-receipt={sale.receipt_number}
        data-sync={pending === undefined ? 'unknown' : pending ? 'pending' : 'sent'}
      >
        <span class="sale-time soft money">{formatTime(sale.sold_at_ms)}</span>
        <span class="sale-what">
          <strong class="sale-number">{sale.receipt_number}</strong>
          <span class="soft">
            {t('sales.pieces', { count: sale.item_count })}
            {sale.customer_name && ` · ${sale.customer_name}`}
          </span>
        </span>
        <SyncMark pending={pending} />
        <strong class="sale-total money">{formatMoney(sale.total, sale.currency)}</strong>
      </a>
    </li>
  );
}

interface Day {
  key: string;
  title: string;
  sales: Sale[];
}

function groupByDay(sales: readonly Sale[]): Day[] {
  const days: Day[] = [];
  for (const sale of sales) {
    const key = dayKey(sale.sold_at_ms);
    const last = days.at(-1);
    if (last?.key === key) last.sales.push(sale);
    else days.push({ key, title: formatDay(sale.sold_at_ms), sales: [sale] });
  }
  return days;
}
