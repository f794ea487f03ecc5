// SPDX-License-Identifier: MIT

import { computed, signal } from '@preact/signals';

import { openConflicts } from '../data/conflicts';
import { late, syncStatus, writeFailure } from '../data/store';
import { t } from '../i18n';
import { Icon } from '../ui/icon';
import { chipState } from './chip-state';
import type { ChipState } from './chip-state';
import { StatusPanel } from './status-panel';
import { STATE_ICONS, STATE_TONES, stateLine, stateWords } from './status-words';
import './status.css';

const panelShown = signal(false);

export const syncState = computed(() =>
  chipState(syncStatus.value, writeFailure.value, openConflicts.value, late.value !== null),
);

/** States whose first words hold the number of waiting changes. */
const COUNT_TOLD: readonly ChipState[] = ['waiting', 'late', 'sending'];

/** Always in sight: how this device stands with the server, in a sign and words. A press tells the rest. */
export function StatusChip() {
  const state = syncState.value;
  const status = syncStatus.value;
  const { main, rest } = stateWords(state, status);
  const line = stateLine(state, status);
  const waiting = status?.waiting ?? 0;
  return (
    <>
      <button
        type="button"
        class={`status-chip tone-${STATE_TONES[state]}`}
        data-testid="status-chip"
        data-state={state}
        data-waiting={waiting}
        data-needs-action={status?.needsAction ?? 0}
        data-conflicts={openConflicts.value}
        aria-haspopup="dialog"
        aria-label={t('status.open', { state: line })}
        onClick={() => (panelShown.value = true)}
      >
        <Icon node={STATE_ICONS[state]} size={18} />
        <span class="status-words">{main}</span>
        {rest !== undefined && <span class="status-rest">· {rest}</span>}
        {waiting > 0 && !COUNT_TOLD.includes(state) && (
          <span class={rest === undefined ? 'status-count' : 'status-count status-count-narrow'}>{waiting}</span>
        )}
      </button>
      <span class="visually-hidden" role="status" aria-live="polite">
        {state === 'sending' ? t('status.syncing') : line}
      </span>
      {panelShown.value && <StatusPanel state={state} onClose={() => (panelShown.value = false)} />}
    </>
  );
}
