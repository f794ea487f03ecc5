// SPDX-License-Identifier: MIT

import { ShieldAlert, ShieldCheck } from 'lucide';

import { language, t } from '../i18n';
import { Notice } from '../ui/message';
import { protectStorage, protection, storageUse } from './storage-protection';

export function StorageSettings() {
  const state = protection.value;
  const use = storageUse.value;
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
      {use && <p class="soft">{t('settings.usage', { used: formatBytes(use.used), quota: formatBytes(use.quota) })}</p>}
    </div>
  );
}

function formatBytes(bytes: number): string {
  const [amount, unit] = bytes < 1e9 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e9, 'gigabyte'];
  const format = { style: 'unit', unit, maximumFractionDigits: amount < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language.value === 'sw' ? 'sw-TZ' : 'en-GB', format).format(amount);
}
