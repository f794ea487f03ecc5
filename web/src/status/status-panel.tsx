// SPDX-License-Identifier: MIT

import { CircleAlert, GitCompareArrows, RefreshCw } from 'lucide';

import { addressOf } from '../app/route';
import { openConflicts } from '../data/conflicts';
import { logIn, startSync, syncStatus, writeFailure } from '../data/store';
import { LoginForm } from '../enrol/login-form';
import { rememberLoggedIn } from '../enrol/session';
import { errorWords, t } from '../i18n';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { loadedLater } from '../ui/loaded-later';
import { Notice } from '../ui/message';
import { needsLogin } from './chip-state';
import type { ChipState } from './chip-state';
import { NeedsActionList } from './needs-action-list';
import { StatusFacts } from './status-facts';
import { STATE_ICONS, STATE_TONES, stateLine } from './status-words';

const DigestSection = loadedLater(() => import('../digest/digest-section'), 'div');

/** Everything the chip knows, what went wrong last, and what a person can do about it. */
export function StatusPanel({ state, onClose }: { state: ChipState; onClose: () => void }) {
  const status = syncStatus.value;
  const failure = writeFailure.value ?? status?.lastError?.code;
  const login = needsLogin(status);
  return (
    <Dialog kind="panel" title={t('status.panel')} onClose={onClose} testId="status-panel">
      <div class={`status-summary tone-${STATE_TONES[state]}`}>
        <Icon node={STATE_ICONS[state]} size={26} />
        <div>
          <strong>{stateLine(state, status)}</strong>
          <p>{t(`status.explain.${state}`)}</p>
        </div>
      </div>
      {login && (
        <LoginForm
          askDeviceName={false}
          submitWords={t('login.submit')}
          onSubmit={async (username, password) => {
            await logIn(username, password);
            rememberLoggedIn(true);
            onClose();
          }}
        />
      )}
      <SyncNow />
      {failure && !login && (
        <Notice tone="plain" icon={CircleAlert} testId="last-error" code={failure}>
          <strong>{t('status.lastError')}</strong>
          <p>{errorWords(failure)}</p>
        </Notice>
      )}
      {status && <StatusFacts status={status} />}
      <ConflictsLink onClose={onClose} />
      {status !== null && status.needsAction > 0 && <NeedsActionList key={status.needsAction} />}
      <DigestSection />
    </Dialog>
  );
}

function ConflictsLink({ onClose }: { onClose: () => void }) {
  const open = openConflicts.value;
  return (
    <a class="button" href={addressOf({ screen: 'conflicts' })} data-testid="conflicts-link" onClick={onClose}>
      <Icon node={GitCompareArrows} size={18} />
      {t('status.conflicts')}
      {open > 0 && (
        <>
          <span class="status-count tone-warning" aria-hidden="true">
            {open}
          </span>
          <span class="visually-hidden">{t('status.conflictsOpen', { count: open })}</span>
        </>
      )}
    </a>
  );
}

function SyncNow() {
  const status = syncStatus.value;
  const syncing = status?.syncing ?? false;
  return (
    <>
      {syncing && status && status.toSend > 0 && (
        <progress class="progress" aria-label={t('status.syncing')} value={status.sent} max={status.toSend} />
      )}
      <button
        type="button"
        class="button button-primary button-large"
        data-testid="sync-now"
        disabled={syncing}
        onClick={startSync}
      >
        {syncing ? <span class="spinner" /> : <Icon node={RefreshCw} size={18} />}
        {syncing ? t('status.syncing') : t('status.syncNow')}
      </button>
    </>
  );
}
