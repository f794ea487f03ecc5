// SPDX-License-Identifier: MIT

import { useEffect, useState } from 'preact/hooks';

import { errorCode, quarantineOfShop } from '../data/store';
import type { QuarantinedMutation } from '../data/store';
import { errorWords, t } from '../i18n';
import { formatMoment } from '../i18n/dates';
import { DiscardDialog } from './discard-dialog';

/** The changes that the server refused or parked. They stay on this device until somebody decides. */
export function NeedsActionList() {
  const [mutations, setMutations] = useState<readonly QuarantinedMutation[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [discarding, setDiscarding] = useState<QuarantinedMutation | null>(null);
  const quarantine = quarantineOfShop();
  const fail = (error: unknown) => setFailure(errorCode(error));
  useEffect(() => {
    quarantine.list().then(setMutations, fail);
  }, []);
  return (
    <section class="needs-action">
      <h3>{t('status.quarantine')}</h3>
      {failure && (
        <p class="soft" role="alert" data-testid="quarantine-error" data-code={failure}>
          {errorWords(failure)}
        </p>
      )}
      <ul>
        {mutations.map((mutation) => (
          <li key={mutation.id} data-testid="quarantined" data-code={mutation.code}>
            <p>
              <strong>{nameOf(mutation)}</strong>
              <span class="soft"> · {formatMoment(mutation.createdAtMs)}</span>
            </p>
            <p class="soft">{t('status.quarantineReason', { reason: errorWords(mutation.code) })}</p>
            {mutation.status === 'quarantined' && <p class="soft">{t('status.quarantineKept')}</p>}
            <div class="needs-action-buttons">
              {mutation.status === 'rejected' && (
                <button
                  type="button"
                  class="button"
                  data-testid="quarantine-resend"
                  onClick={() => void quarantine.resend(mutation.id).catch(fail)}
                >
                  {t('status.resend')}
                </button>
              )}
              <button
                type="button"
                class="button button-quiet"
                data-testid="quarantine-discard"
                onClick={() => setDiscarding(mutation)}
              >
                {t('status.discard')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {discarding && (
        <DiscardDialog
          title={nameOf(discarding)}
          onDiscard={(reason) => void quarantine.discard(discarding.id, reason).catch(fail)}
          onClose={() => setDiscarding(null)}
        />
      )}
    </section>
  );
}

/** What the change was, with the receipt number if it was a sale. */
function nameOf(mutation: QuarantinedMutation): string {
  if (mutation.name !== 'sale.complete') return `${t('mutation.other')} ${mutation.seq}`;
  const number = mutation.ops.map(receiptNumberIn).find((found) => found !== null);
  return [t('mutation.sale.complete'), number ?? mutation.seq].join(' ');
}

function receiptNumberIn(operation: object): string | null {
  const { collection, fields } = operation as { collection?: unknown; fields?: { receipt_number?: unknown } };
  return collection === 'sales' && typeof fields?.receipt_number === 'string' ? fields.receipt_number : null;
}
