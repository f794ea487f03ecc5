// SPDX-License-Identifier: MIT

import { TriangleAlert } from 'lucide';

import { late } from '../data/store';
import { t } from '../i18n';
import { formatMoment } from '../i18n/dates';
import { Icon } from '../ui/icon';

/** Says that changes have not reached the server for more than a day, whatever keeps them here. Selling goes on. */
export function LateBanner() {
  if (!late.value) return null;
  const { waiting, oldestWaitingAtMs } = late.value;
  return (
    <div class="banner tone-danger" role="alert" data-testid="late-banner" data-waiting={waiting}>
      <Icon node={TriangleAlert} size={18} />
      <span>{t('late.banner', { count: waiting, since: formatMoment(oldestWaitingAtMs) })}</span>
    </div>
  );
}
