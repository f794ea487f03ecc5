// SPDX-License-Identifier: MIT

import { CircleAlert, LogOut as LogOutIcon } from 'lucide';
import { useState } from 'preact/hooks';

import { errorCode, logOut, syncStatus } from '../data/store';
import { rememberLoggedIn } from '../enrol/session';
import { errorWords, t } from '../i18n';
import { ConfirmDialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/message';

/** Logging out, which has to wait until everything has been sent. */
export function LogOut() {
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const waiting = syncStatus.value?.waiting ?? 0;

  async function leave(): Promise<void> {
    setFailure(null);
    try {
      await logOut();
      rememberLoggedIn(false);
    } catch (error) {
      console.warn(error);
      setFailure(errorCode(error));
    }
  }

  return (
    <div class="stack">
      {waiting > 0 ? (
        <Notice tone="warning" icon={CircleAlert} testId="logout-refused">
          {t('settings.logoutWaiting', { count: waiting })}
        </Notice>
      ) : (
        <p class="soft">{t('settings.logoutHint')}</p>
      )}
      {failure && (
        <Notice tone="danger" icon={CircleAlert} code={failure}>
          {errorWords(failure)}
        </Notice>
      )}
      <button type="button" class="button" data-testid="logout" disabled={waiting > 0} onClick={() => setAsking(true)}>
        <Icon node={LogOutIcon} size={18} />
        {t('settings.logout')}
      </button>
      {asking && (
        <ConfirmDialog
          title={t('settings.logoutAsk')}
          hint={t('settings.logoutHint')}
          confirm={t('settings.logout')}
          testId="logout-yes"
          onConfirm={() => void leave()}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
