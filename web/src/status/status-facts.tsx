// SPDX-License-Identifier: MIT

import type { SyncStatus } from '../data/store';
import { t } from '../i18n';
import { formatMoment } from '../i18n/dates';
import { formatNumber } from '../i18n/money';

/** The figures behind the chip. */
export function StatusFacts({ status }: { status: SyncStatus }) {
  const { waiting, oldestWaitingAtMs, lastSyncedAtMs, nextAttemptAtMs } = status;
  return (
    <dl class="facts">
      <Fact name={t('status.waitingCount')} value={formatNumber(waiting)} />
      {waiting > 0 && oldestWaitingAtMs !== null && (
        <Fact name={t('status.oldest')} value={formatMoment(oldestWaitingAtMs)} />
      )}
      <Fact
        name={t('status.lastSync')}
        value={lastSyncedAtMs === null ? t('status.never') : formatMoment(lastSyncedAtMs)}
      />
      {waiting > 0 && nextAttemptAtMs !== null && (
        <Fact name={t('status.nextAttempt')} value={formatMoment(nextAttemptAtMs)} />
      )}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="money">{value}</dd>
    </div>
  );
}
