// SPDX-License-Identifier: MIT

import { DatabaseZap, HardDrive } from 'lucide';

import { acknowledgeWipe, storage, wiped } from '../data/storage-care';
import { t } from '../i18n';
import { formatBytes } from '../i18n/bytes';
import { formatDateTime } from '../i18n/dates';
import { Icon } from '../ui/icon';

/** Says that the browser has thrown this device's data away, and what of it nobody else has. */
export function WipedNotice() {
  const mark = wiped.value;
  if (!mark) return null;
  const { waiting, device, seenAtMs } = mark;
  return (
    <section class="notice notice-danger wiped" role="alert" data-testid="wiped" data-waiting={waiting}>
      <Icon node={DatabaseZap} />
      <div class="notice-words stack">
        <div>
          <strong>{t('wiped.title')}</strong>
          <p>
            {t('wiped.since', { since: formatDateTime(seenAtMs) })}{' '}
            {device && t('wiped.device', { name: device.name, series: device.series })}
          </p>
          <p>{waiting > 0 ? t('wiped.waiting', { count: waiting }) : t('wiped.nothingWaiting')}</p>
        </div>
        <button type="button" class="button wiped-read" data-testid="wiped-read" onClick={acknowledgeWipe}>
          {t('wiped.read')}
        </button>
      </div>
    </section>
  );
}

/** Says that there is little room left. Selling goes on as long as there is any. */
export function LowStorageBanner() {
  const { level, usedBytes, quotaBytes } = storage.value ?? {};
  if (level !== 'low' && level !== 'critical') return null;
  const left = formatBytes(Math.max(0, (quotaBytes ?? 0) - (usedBytes ?? 0)));
  return (
    <div
      class={`banner ${level === 'low' ? 'tone-warning' : 'tone-danger'}`}
      role={level === 'low' ? 'status' : 'alert'}
      data-testid="low-storage"
      data-level={level}
    >
      <Icon node={HardDrive} size={18} />
      <span>{level === 'low' ? t('storage.low', { left }) : t('storage.critical')}</span>
    </div>
  );
}
