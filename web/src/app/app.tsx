// SPDX-License-Identifier: MIT

import { CircleAlert } from 'lucide';

import { pieces, restoreCart } from '../cart/cart-state';
import { unsentFile } from '../data/backup';
import { countOpenConflicts } from '../data/conflicts';
import { careForStorage, lookForWipe } from '../data/storage-care';
import { enrolment, openShop, openState } from '../data/store';
import { EnrolScreen } from '../enrol/enrol-screen';
import { loggedOut } from '../enrol/session';
import { errorWords, t } from '../i18n';
import { BrandMark } from '../ui/brand-mark';
import { EmptyState } from '../ui/message';
import { SaveButton } from '../ui/save-button';
import { loadedLater } from '../ui/loaded-later';
import { addressOf, route } from './route';
import { Shell } from './shell';

const RestoreScreen = loadedLater(() => import('../restore/restore-screen'));

/** Opens the database and brings the cart back. */
export async function startTill(): Promise<void> {
  await lookForWipe();
  await openShop();
  if (openState.peek().phase !== 'open') return;
  careForStorage();
  countOpenConflicts();
  await restoreCart();
  import('../data/digest').then(
    ({ compareAfterSyncs }) => compareAfterSyncs(() => pieces.peek() === 0),
    (error: unknown) => console.warn(error),
  );
}

export function App() {
  const state = openState.value;
  if (state.phase !== 'opening' && route.value.screen === 'restore') return <RestoreScreen />;
  if (state.phase === 'failed') return <OpenFailed code={state.code} />;
  if (state.phase === 'opening') return <Opening />;
  if (!enrolment.value) return <EnrolScreen key="new" known={false} />;
  if (loggedOut.value) return <EnrolScreen key="known" known />;
  return <Shell />;
}

function Opening() {
  return (
    <main class="opening" aria-busy="true">
      <BrandMark size={72} />
      <p class="soft" role="status">
        {t('app.opening')}
      </p>
    </main>
  );
}

function OpenFailed({ code }: { code: string }) {
  return (
    <main class="opening" data-testid="open-failed" data-code={code}>
      <EmptyState icon={CircleAlert} title={t('app.openFailed')} hint={errorWords(code)}>
        <button type="button" class="button button-primary" onClick={() => void startTill()}>
          {t('app.tryAgain')}
        </button>
        {code === 'storage_corrupt' && (
          <>
            <SaveButton words={t('settings.backupUnsent')} testId="backup-unsent" make={unsentFile} />
            <a class="button" href={addressOf({ screen: 'restore' })} data-testid="restore-link">
              {t('settings.restore')}
            </a>
          </>
        )}
      </EmptyState>
    </main>
  );
}
