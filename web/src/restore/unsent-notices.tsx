// SPDX-License-Identifier: MIT

import { CircleAlert, CircleCheckBig, RefreshCw } from 'lucide';

import { unsentFileOf } from '../data/backup';
import { isSaved } from '../data/restore';
import type { Unsent } from '../data/restore';
import { enrolment, startSync, syncStatus } from '../data/store';
import { t as commonWords } from '../i18n';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/message';
import { SaveButton } from '../ui/save-button';
import { t } from './words';

/** Does this stand in the way of restoring? What a file has does not. */
export const isHeldUp = (unsent: Unsent, saved: ReadonlySet<string>): boolean =>
  !isSaved(unsent, saved) || (unsent.damaged && !saved.has(unsent.database));

/** What the open database has not sent, and how it is not lost. */
export function UnsentNotice(props: { unsent: Unsent; saved: ReadonlySet<string>; onSaved: (unsent: Unsent) => void }) {
  const { unsent, saved, onSaved } = props;
  if (!isHeldUp(unsent, saved)) {
    return (
      <Notice tone="good" icon={CircleCheckBig} testId="restore-saved">
        {t('restore.saved')}
      </Notice>
    );
  }
  const syncing = syncStatus.value?.syncing ?? false;
  return (
    <div class="stack" data-testid="restore-unsent" data-count={unsent.ids.length}>
      <Notice tone="danger" icon={CircleAlert}>
        {unsent.ids.length > 0 && <p>{t('restore.unsent', { count: unsent.ids.length })}</p>}
        {unsent.damaged && <p>{t('restore.damaged')}</p>}
      </Notice>
      {enrolment.value && (
        <button type="button" class="button" data-testid="restore-send" disabled={syncing} onClick={startSync}>
          {syncing ? <span class="spinner" /> : <Icon node={RefreshCw} size={18} />}
          {t('restore.send')}
        </button>
      )}
      <SaveUnsent unsent={unsent} testId="restore-save-unsent" onSaved={onSaved} />
    </div>
  );
}

/** What a database has not sent that was put aside by restoring a backup. */
export function OlderNotice({ unsent }: { unsent: Unsent }) {
  return (
    <div class="stack" data-testid="restore-older" data-count={unsent.ids.length}>
      <Notice tone="warning" icon={CircleAlert}>
        {t('restore.older', { count: unsent.ids.length })}
      </Notice>
      <SaveUnsent unsent={unsent} testId="restore-save-older" onSaved={() => undefined} />
    </div>
  );
}

function SaveUnsent(props: { unsent: Unsent; testId: string; onSaved: (unsent: Unsent) => void }) {
  const { unsent, testId, onSaved } = props;
  const make = async () => {
    const file = unsentFileOf(unsent.text);
    onSaved(unsent);
    return file;
  };
  return <SaveButton words={commonWords('settings.backupUnsent')} testId={testId} make={make} />;
}
