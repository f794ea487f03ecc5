// SPDX-License-Identifier: MIT

import { Undo2 } from 'lucide';
import { useEffect, useState } from 'preact/hooks';

import { conflicts, recordOf } from '../data/conflicts';
import type { Conflict } from '../data/conflicts';
import { enrolment, syncStatus } from '../data/store';
import { formatMoment } from '../i18n/dates';
import { Icon } from '../ui/icon';
import { nameOf, sidesOf, standingNow, stands, WHOLE_RECORD } from './conflict-facts';
import { ConflictSide } from './conflict-side';
import { fieldWords, kindWords, ruleWords, t, valueWords } from './words';

/** What a person has chosen for a conflict. */
export type Decision = 'mine' | 'theirs' | 'result' | 'undo';

/** One conflict: what it is about, what each side wrote, what stands and why, and what can be done about it. */
export function ConflictCard(props: {
  conflict: Conflict;
  onDecide: (conflict: Conflict, decision: Decision, name: string) => void;
}) {
  const { conflict, onDecide } = props;
  const record = useRecord(conflict);
  const { collection, field, state } = conflict;
  const name = nameOf(conflict, record) ?? `${kindWords(collection)} ${conflict.record_id.slice(-6)}`;
  const now = standingNow(conflict, record);
  const choices = conflicts().choices(conflict);
  const decide = (decision: Decision) => onDecide(conflict, decision, name);
  const headline = `conflict-${conflict.id}`;
  return (
    <article
      class="conflict card"
      aria-labelledby={headline}
      data-testid="conflict"
      data-state={state}
      data-field={field}
      data-record={conflict.record_id}
    >
      <header class="conflict-head">
        <h2 id={headline}>{name}</h2>
        <p class="soft">
          {kindWords(collection)} · <strong>{fieldWords(field)}</strong> · {formatMoment(conflict.at_ms)}
        </p>
        {field !== WHOLE_RECORD && (
          <p class="soft" data-testid="conflict-before">
            {t('conflicts.before', { value: valueWords(collection, field, conflict.base) })}
          </p>
        )}
      </header>
      <div class="conflict-sides">
        {sidesOf(conflict, enrolment.value?.device.id).map((side) => {
          const isUsed = stands(conflict, side.value, now);
          const canUse = state !== 'resolved' && choices.includes(side.key) && !isUsed;
          return (
            <ConflictSide
              key={side.key}
              conflict={conflict}
              side={side}
              stands={isUsed}
              onUse={canUse ? () => decide(side.key) : null}
            />
          );
        })}
      </div>
      <p class="conflict-rule">{ruleWords(conflict)}</p>
      <Since conflict={conflict} now={now} />
      {state === 'resolved' ? (
        <div class="conflict-actions">
          <span class="soft">{t('conflicts.decidedBy', { who: conflict.resolved_by ?? t('conflicts.somebody') })}</span>
          <button
            type="button"
            class="button button-quiet"
            data-testid="conflict-undo"
            aria-label={`${t('conflicts.undo')}: ${name}`}
            onClick={() => decide('undo')}
          >
            <Icon node={Undo2} size={18} />
            {t('conflicts.undo')}
          </button>
        </div>
      ) : (
        <div class="conflict-actions">
          <button
            type="button"
            class="button button-quiet"
            data-testid="conflict-keep"
            aria-label={`${t('conflicts.keep')}: ${name}`}
            onClick={() => decide('result')}
          >
            {t('conflicts.keep')}
          </button>
        </div>
      )}
    </article>
  );
}

/** Says so where what stands now is neither side's: somebody has changed it again. */
function Since({ conflict, now }: { conflict: Conflict; now: unknown }) {
  const { collection, field, mine, theirs } = conflict;
  if (stands(conflict, mine ?? null, now) || stands(conflict, theirs ?? null, now)) return null;
  return (
    <p class="conflict-rule" data-testid="conflict-since">
      {field === WHOLE_RECORD
        ? t('conflicts.goneSince')
        : t('conflicts.changedSince', { value: valueWords(collection, field, now) })}
    </p>
  );
}

/** The record as it is now; `undefined` until that is known, null if it is not there. */
function useRecord(conflict: Conflict): Record<string, unknown> | null | undefined {
  const [record, setRecord] = useState<Record<string, unknown> | null | undefined>(undefined);
  const synced = syncStatus.value?.lastSyncedAtMs;
  const waiting = syncStatus.value?.waiting;
  useEffect(() => {
    let isWanted = true;
    recordOf(conflict).then(
      (found) => isWanted && setRecord(found),
      (error: unknown) => console.warn(error),
    );
    return () => void (isWanted = false);
  }, [conflict.collection, conflict.record_id, conflict.state, synced, waiting]);
  return record;
}
