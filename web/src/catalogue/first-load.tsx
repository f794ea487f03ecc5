// SPDX-License-Identifier: MIT

import { CircleCheckBig, CloudDownload } from 'lucide';
import { useEffect, useState } from 'preact/hooks';

import { startSync, syncStatus } from '../data/store';
import type { SyncStatus } from '../data/store';
import { errorWords, t } from '../i18n';
import { formatNumber } from '../i18n/money';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/message';

const DONE_SHOWN_MS = 8_000;

let loadSeen = false;

/** How far the very first download has come. It stands above the products and blocks nothing. */
export function FirstLoad() {
  const status = syncStatus.value;
  if (!status) return null;
  return status.ready ? <Done /> : <Progress status={status} />;
}

/** Says once that the shop is all here: only after a first load that was seen. */
function Done() {
  const [shown, setShown] = useState(loadSeen);
  useEffect(() => {
    loadSeen = false;
    const timer = setTimeout(() => setShown(false), DONE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <Notice tone="good" icon={CircleCheckBig} testId="ready-offline">
      {t('load.done')}
    </Notice>
  );
}

function Progress({ status }: { status: SyncStatus }) {
  const { pulled, toPull, lastError, syncing } = status;
  const done = Math.min(pulled, toPull);
  const failed = !syncing && lastError !== null;
  useEffect(() => {
    loadSeen = true;
  }, []);
  return (
    <section class="first-load" data-testid="first-load" data-pulled={pulled} data-to-pull={toPull}>
      <Icon node={CloudDownload} size={22} />
      <div class="first-load-words">
        <p class="first-load-head">
          <strong>{t('load.title')}</strong>
          <span class="money">
            {toPull > 0 && t('load.progress', { done: formatNumber(done), total: formatNumber(toPull) })}
          </span>
        </p>
        <progress class="progress" aria-label={t('load.title')} {...(toPull > 0 ? { value: done, max: toPull } : {})} />
        <p class={failed ? 'first-load-error' : 'soft'}>{failed ? errorWords(lastError.code) : t('load.hint')}</p>
      </div>
      {failed && (
        <button type="button" class="button" onClick={startSync}>
          {t('app.tryAgain')}
        </button>
      )}
    </section>
  );
}
