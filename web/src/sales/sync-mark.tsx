// SPDX-License-Identifier: MIT

import { CloudCheck, Hourglass } from 'lucide';

import { t } from '../i18n';
import { Icon } from '../ui/icon';

/** Whether a sale has reached the server: a sign and a word. Nothing while that is not known. */
export function SyncMark({ pending }: { pending: boolean | undefined }) {
  if (pending === undefined) return null;
  return (
    <span class={pending ? 'sync-mark sync-mark-pending' : 'sync-mark'} data-testid="sync-mark">
      <Icon node={pending ? Hourglass : CloudCheck} size={16} />
      {pending ? t('sales.pending') : t('sales.sent')}
    </span>
  );
}
