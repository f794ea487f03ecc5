// SPDX-License-Identifier: MIT

import { Check } from 'lucide';

import type { Conflict } from '../data/conflicts';
import { shopSchema } from '../data/schema';
import { formatMoment } from '../i18n/dates';
import { Icon } from '../ui/icon';
import { toldFields, WHOLE_RECORD } from './conflict-facts';
import type { Side } from './conflict-facts';
import { fieldWords, t, userWords, valueWords } from './words';

/** One of the two edits: who, when, what, whether it stands; and the button that makes it stand. */
export function ConflictSide(props: {
  conflict: Conflict;
  side: Side;
  stands: boolean;
  /** Null where it cannot be chosen. */
  onUse: (() => void) | null;
}) {
  const { conflict, side, stands, onUse } = props;
  const author = t(`conflicts.author.${side.author}`);
  // Only of the edit that made the conflict is it known who its author was.
  const user = side.key === 'mine' ? ` · ${userWords(conflict.actor)}` : '';
  const action = actionWords(conflict, side.value);
  return (
    <section
      class={stands ? 'conflict-side conflict-side-stands' : 'conflict-side'}
      data-testid={`conflict-${side.key}`}
      data-stands={stands}
    >
      <p class="conflict-who">
        <strong>{author}</strong>
        <span class="soft">
          {side.writtenAtMs !== null && formatMoment(side.writtenAtMs)}
          {user}
        </span>
      </p>
      <SideValue conflict={conflict} value={side.value} />
      <p class={stands ? 'conflict-mark conflict-mark-stands' : 'conflict-mark'}>
        {stands && <Icon node={Check} size={16} />}
        {t(stands ? 'conflicts.inUse' : 'conflicts.notInUse')}
      </p>
      {onUse && (
        <button
          type="button"
          class="button"
          data-testid={`conflict-use-${side.key}`}
          aria-label={`${action}. ${author}`}
          onClick={onUse}
        >
          {action}
        </button>
      )}
    </section>
  );
}

function SideValue({ conflict, value }: { conflict: Conflict; value: unknown }) {
  const { collection, field, base } = conflict;
  if (field !== WHOLE_RECORD) return <p class="conflict-value">{valueWords(collection, field, value)}</p>;
  if (typeof value !== 'object' || value === null) return <p class="conflict-value">{t('conflicts.removed')}</p>;
  const record = value as Record<string, unknown>;
  return (
    <dl class="conflict-fields">
      {toldFields(record, base, fieldsOf(collection)).map((name) => (
        <div key={name}>
          <dt>{fieldWords(name)}</dt>
          <dd>{valueWords(collection, name, record[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

function fieldsOf(collection: string): string[] {
  return Object.keys(
    collection in shopSchema.collections
      ? shopSchema.collections[collection as keyof typeof shopSchema.collections].fields
      : {},
  );
}

// A longer value is told above the button alone.
const BUTTON_VALUE_LENGTH_MAX = 20;

function actionWords({ collection, field }: Conflict, value: unknown): string {
  if (field === WHOLE_RECORD) return t(value === null ? 'conflicts.useRemoval' : 'conflicts.useRecord');
  const words = valueWords(collection, field, value);
  return words.length > BUTTON_VALUE_LENGTH_MAX ? t('conflicts.useThis') : t('conflicts.use', { value: words });
}
