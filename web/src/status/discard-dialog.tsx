// SPDX-License-Identifier: MIT

import { useState } from 'preact/hooks';

import { t } from '../i18n';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/field';

/** Asks for the reason why a refused change is given up. */
export function DiscardDialog(props: { title: string; onDiscard: (reason: string) => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <Dialog kind="question" title={props.title} onClose={props.onClose} testId="discard-dialog">
      <form
        class="discard-form"
        onSubmit={(event) => {
          event.preventDefault();
          props.onClose();
          props.onDiscard(reason);
        }}
      >
        <p class="soft">{t('status.discardHint')}</p>
        <TextField
          label={t('status.discardReason')}
          testId="discard-reason"
          name="reason"
          autocomplete="off"
          value={reason}
          onText={setReason}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={props.onClose}>
            {t('app.cancel')}
          </button>
          <button class="button button-danger" data-testid="discard-confirm" disabled={reason.trim() === ''}>
            {t('status.discard')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
