// SPDX-License-Identifier: MIT

import { ShieldAlert, ShieldCheck } from 'lucide';
import { useEffect } from 'preact/hooks';

import { lookAtStorage, protection, protectStorage, storage } from '../data/storage-care';
import { t } from '../i18n';
import { formatBytes } from '../i18n/bytes';
import { Notice } from '../ui/message';

export function StorageSettings() {
  useEffect(() => void lookAtStorage(), []);
  const state = protection.value;
  const { usedBytes = null, quotaBytes = null } = storage.value ?? {};
  return (
    <div class="stack" data-testid="storage-state" data-protection={state}>
      {state === 'protected' && (
        <Notice tone="good" icon={ShieldCheck}>
          {t('settings.persisted')}
        </Notice>
      )}
      {state === 'unknown' && (
        <Notice tone="plain" icon={ShieldAlert}>
          {t('settings.persistUnknown')}
        </Notice>
      )}
      {(state === 'unprotected' || state === 'refused') && (
        <>
          <Notice tone="warning" icon={ShieldAlert}>
            {t('settings.notPersisted')}
            {state === 'refused' && <p>{t('settings.persistRefused')}</p>}
          </Notice>
          <button type="button" class="button" onClick={() => void protectStorage()}>
            {t('settings.persistAsk')}
          </button>
        </>
      )}
      {usedBytes !== null && (
        <p class="soft">
          {quotaBytes === null
            ? t('settings.used', { used: formatBytes(usedBytes) })
            : t('settings.usage', { used: formatBytes(usedBytes), quota: formatBytes(quotaBytes) })}
        </p>
      )}
    </div>
  );
}
