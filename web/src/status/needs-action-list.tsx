// SPDX-License-Identifier: MIT

import { useEffect, useState } from 'preact/hooks';

import { database, errorCode } from '../data/store';
import type { QuarantinedMutation } from '../data/store';
import { errorWords, t } from '../i18n';
import { formatMoment } from '../i18n/dates';

/** The changes that the server refused or parked. They stay on this device until somebody decides. */
export function NeedsActionList() {
  const [mutations, setMutations] = useState<readonly QuarantinedMutation[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    database()
      .quarantined()
      .then(setMutations, (error: unknown) => setFailure(errorCode(error)));
  }, []);
  return (
    <section class="needs-action">
      <h3>{t('status.quarantine')}</h3>
      {failure && <p class="soft">{errorWords(failure)}</p>}
      <ul>
        {mutations.map((mutation) => (
          <li key={mutation.id} data-testid="quarantined" data-code={mutation.code}>
            <p>
              <strong>{nameOf(mutation)}</strong>
              <span class="soft"> · {formatMoment(mutation.createdAtMs)}</span>
            </p>
            <p class="soft">{t('status.quarantineReason', { reason: errorWords(mutation.code) })}</p>
          </li>
        ))}
      </ul>
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
