// SPDX-License-Identifier: MIT

import { ArrowLeft, CircleCheckBig, Printer, ReceiptText } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';

import { addressOf, go } from '../app/route';
import { usePendingIds, useRecords } from '../data/live';
import type { Payment, Sale } from '../data/store';
import { t } from '../i18n';
import { formatMoney } from '../i18n/money';
import { SyncMark } from '../sales/sync-mark';
import { Icon } from '../ui/icon';
import { EmptyState } from '../ui/message';
import { firstPrint, markPrinted } from './first-print';
import { ReceiptPaper } from './receipt-paper';
import './receipt.css';

/** A sale's receipt: right after the sale, and whenever it is opened from the list. */
export function ReceiptScreen({ saleId }: { saleId: string }) {
  const sales = useRecords('sales', { where: { id: saleId }, limit: 1 });
  const items = useRecords('sale_items', { where: { sale_id: saleId }, orderBy: [{ field: 'line_number' }] });
  const payments = useRecords('payments', { where: { sale_id: saleId } });
  const pending = usePendingIds('sales');
  const original = firstPrint.value === saleId;

  useEffect(() => {
    const printed = () => markPrinted(saleId);
    window.addEventListener('afterprint', printed);
    return () => window.removeEventListener('afterprint', printed);
  }, [saleId]);

  const sale = sales?.[0];
  if (!sales) return <main class="receipt" aria-busy="true" />;
  if (!sale) {
    return (
      <main class="receipt">
        <EmptyState icon={ReceiptText} title={t('receipt.missing')} hint={t('receipt.missingHint')}>
          <a class="button" href={addressOf({ screen: 'sales' })}>
            {t('receipt.back')}
          </a>
        </EmptyState>
      </main>
    );
  }
  return (
    <main class="receipt" data-testid="receipt-screen" data-sale={saleId}>
      <div class="receipt-side">
        {original ? (
          <Done sale={sale} payments={payments ?? []} />
        ) : (
          <>
            <a class="button button-quiet receipt-back" href={addressOf({ screen: 'sales' })}>
              <Icon node={ArrowLeft} />
              {t('receipt.back')}
            </a>
            <h1>{t('receipt.detail', { number: sale.receipt_number })}</h1>
          </>
        )}
        <SyncMark pending={pending?.has(saleId)} />
        <Actions original={original} />
      </div>
      <ReceiptPaper sale={sale} items={items ?? []} payments={payments ?? []} copy={!original} />
    </main>
  );
}

function Done({ sale, payments }: { sale: Sale; payments: readonly Payment[] }) {
  const change = payments.reduce((sum, payment) => sum + (payment.change ?? 0), 0);
  return (
    <>
      <span class="receipt-done">
        <Icon node={CircleCheckBig} size={36} />
      </span>
      <h1>{t('receipt.title')}</h1>
      {change > 0 && (
        <p class="receipt-change">
          <span>{t('receipt.change.give')}</span>
          <strong class="money">{formatMoney(change, sale.currency)}</strong>
        </p>
      )}
    </>
  );
}

function Actions({ original }: { original: boolean }) {
  const newSale = useRef<HTMLButtonElement>(null);
  useEffect(() => newSale.current?.focus(), []);
  return (
    <div class="receipt-actions">
      <button
        ref={newSale}
        type="button"
        class="button button-primary button-large"
        data-testid="new-sale"
        onClick={() => go({ screen: 'till' })}
      >
        {t('receipt.newSale')}
      </button>
      <button type="button" class="button button-large" data-testid="print" onClick={() => window.print()}>
        <Icon node={Printer} />
        {original ? t('receipt.print') : t('receipt.printCopy')}
      </button>
    </div>
  );
}
