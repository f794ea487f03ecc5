// SPDX-License-Identifier: MIT

import { TriangleAlert } from 'lucide';
import type { ComponentChildren } from 'preact';

import type { BackupSummary } from '../data/restore';
import { enrolment } from '../data/store';
import { formatBytes } from '../i18n/bytes';
import { formatDateTime } from '../i18n/dates';
import { formatNumber } from '../i18n/money';
import { Notice } from '../ui/message';
import { t } from './words';

/** What a backup holds, and of which device and moment it is. */
export function BackupFacts({ summary, byteCount }: { summary: BackupSummary; byteCount: number }) {
  const { device, shop, exportedAtMs, records, waiting, needsAction } = summary;
  const isOtherShop = shop !== null && enrolment.value !== null && shop.id !== enrolment.value.shop.id;
  return (
    <section class="card stack" aria-labelledby="restore-holds" data-testid="restore-summary" data-waiting={waiting}>
      <h2 id="restore-holds">{t('restore.holds')}</h2>
      <dl class="facts">
        <Fact name={t('restore.device')}>
          {device ? `${device.name} (${device.series})` : t('restore.neverEnrolled')}
        </Fact>
        {shop && <Fact name={t('restore.shop')}>{shop.name}</Fact>}
        <Fact name={t('restore.savedAt')}>{formatDateTime(exportedAtMs)}</Fact>
        <Fact name={t('restore.size')}>{formatBytes(byteCount)}</Fact>
        <Fact name={t('restore.products')}>{formatNumber(records['bidhaas'] ?? 0)}</Fact>
        <Fact name={t('restore.customers')}>{formatNumber(records['customers'] ?? 0)}</Fact>
        <Fact name={t('restore.sales')}>{formatNumber(records['sales'] ?? 0)}</Fact>
        <Fact name={t('restore.waiting')}>{formatNumber(waiting)}</Fact>
        {needsAction > 0 && <Fact name={t('restore.needsAction')}>{formatNumber(needsAction)}</Fact>}
      </dl>
      {isOtherShop && (
        <Notice tone="warning" icon={TriangleAlert} testId="restore-other-shop">
          {t('restore.otherShop', { name: shop.name })}
        </Notice>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
