// SPDX-License-Identifier: MIT

import { CopyX } from 'lucide';
import { useState } from 'preact/hooks';

import { enrolDeviceAnew, enrolment, syncStatus } from '../data/store';
import { t } from '../i18n';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { LoginForm } from './login-form';
import { rememberLoggedIn } from './session';

/** Says that a second device has this one's data, and makes this till a device of its own. Selling goes on meanwhile. */
export function AnewBanner() {
  const [asking, setAsking] = useState(false);
  const isShared = syncStatus.value?.lastError?.code === 'sequence_reused';
  // The dialog stays while a sync runs, which forgets the last error when it succeeds.
  if (!isShared && !asking) return null;
  return (
    <>
      <div class="banner tone-danger" role="alert" data-testid="anew-banner">
        <Icon node={CopyX} size={18} />
        <span>{t('anew.banner')}</span>
        <button type="button" class="button" data-testid="anew-open" onClick={() => setAsking(true)}>
          {t('anew.open')}
        </button>
      </div>
      {asking && (
        <Dialog kind="question" title={t('anew.open')} testId="anew-dialog" onClose={() => setAsking(false)}>
          <p class="soft">{t('anew.hint')}</p>
          <LoginForm
            askDeviceName
            deviceName={enrolment.value?.device.name ?? ''}
            submitWords={t('anew.open')}
            onSubmit={async (username, password, deviceName) => {
              await enrolDeviceAnew(username, password, deviceName);
              rememberLoggedIn(true);
              setAsking(false);
            }}
          />
        </Dialog>
      )}
    </>
  );
}
