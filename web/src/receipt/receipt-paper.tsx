// SPDX-License-Identifier: MIT

import { enrolment } from '../data/store';
import type { Payment, Sale, SaleItem } from '../data/store';
import { t } from '../i18n';
import type { TextKey } from '../i18n';
import { formatDateTime } from '../i18n/dates';
import { formatMoney, formatNumber } from '../i18n/money';

interface ReceiptPaperProps {
  sale: Sale;
  items: readonly SaleItem[];
  payments: readonly Payment[];
  /** Marks the paper as a copy of one that was printed before. */
  copy: boolean;
}

/** The receipt as it is printed. */
export function ReceiptPaper({ sale, items, payments, copy }: ReceiptPaperProps) {
  return (
    <article class="paper" data-testid="receipt" data-copy={copy}>
      <header class="paper-head">
        <p class="paper-shop">{enrolment.value?.shop.name}</p>
        {copy && (
          <p class="paper-copy" data-testid="receipt-copy">
            {t('receipt.copy')}
          </p>
        )}
      </header>
      <dl class="paper-facts">
        <Fact name={t('receipt.number')} value={sale.receipt_number} testId="receipt-number" />
        <Fact name={t('receipt.date')} value={formatDateTime(sale.sold_at_ms)} />
        <Fact name={t('receipt.cashier')} value={sale.cashier} />
        {sale.customer_name && (
          <Fact
            name={t('receipt.customer')}
            value={[sale.customer_name, sale.customer_phone].filter(Boolean).join(' · ')}
          />
        )}
      </dl>
      <ul class="paper-lines">
        {items.map((item) => (
          <li key={item.id} data-testid="receipt-line">
            <span class="paper-line-name">{item.jina}</span>
            <span class="paper-line-sum money">
              {formatNumber(item.quantity)} × {formatNumber(item.unit_price)}
            </span>
            <span class="paper-line-total money">{formatNumber(item.line_total)}</span>
          </li>
        ))}
      </ul>
      <dl class="paper-totals money">
        <div class="paper-total">
          <dt>{t('receipt.total')}</dt>
          <dd data-testid="receipt-total" data-amount={sale.total}>
            {formatMoney(sale.total, sale.currency)}
          </dd>
        </div>
        {payments.map((payment) => (
          <PaymentLines key={payment.id} payment={payment} currency={sale.currency} />
        ))}
      </dl>
      <p class="paper-thanks">{t('receipt.thanks')}</p>
    </article>
  );
}

function PaymentLines({ payment, currency }: { payment: Payment; currency: string }) {
  const key = `method.${payment.method}` as TextKey;
  const cash = payment.method === 'cash';
  const given = cash ? (payment.tendered ?? payment.amount) : payment.amount;
  return (
    <>
      <Fact name={t(key)} value={formatMoney(given, currency)} />
      {cash && (
        <Fact name={t('receipt.change')} value={formatMoney(payment.change ?? 0, currency)} testId="receipt-change" />
      )}
      {payment.reference && <Fact name={t('receipt.reference')} value={payment.reference} />}
    </>
  );
}

function Fact({ name, value, testId }: { name: string; value: string; testId?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}
