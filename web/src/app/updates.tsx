// SPDX-License-Identifier: MIT

import { signal } from '@preact/signals';
import { Sparkles } from 'lucide';

import { registerServiceWorker } from '../data/store';
import { t } from '../i18n';
import { Icon } from '../ui/icon';

/** Puts a waiting version in charge and reloads; null while there is none. */
const applyUpdate = signal<(() => void) | null>(null);

/** Registers the service worker where the browser has them. A failure costs only the offline start. */
export function watchForUpdates(): void {
  if (import.meta.env.DEV) return;
  registerServiceWorker('/sw.js', {
    onUpdateAvailable: (apply) => (applyUpdate.value = apply),
  }).catch((error: unknown) => console.error(error));
}

/** Says that a new version waits. Nothing changes until it is pressed. */
export function UpdateBanner() {
  const apply = applyUpdate.value;
  if (!apply) return null;
  return (
    <div class="banner update-banner" role="status" data-testid="update-banner">
      <Icon node={Sparkles} size={18} />
      <span>
        {t('update.available')} <span class="update-kept">{t('update.kept')}</span>
      </span>
      <button type="button" class="button" data-testid="update-apply" onClick={apply}>
        {t('update.apply')}
      </button>
    </div>
  );
}
