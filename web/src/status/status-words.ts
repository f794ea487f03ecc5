// SPDX-License-Identifier: MIT

import {
  CircleAlert,
  CloudCheck,
  CloudDownload,
  CloudOff,
  CloudUpload,
  GitCompareArrows,
  HardDrive,
  Hourglass,
  LoaderCircle,
  LogIn,
  TriangleAlert,
} from 'lucide';
import type { IconNode } from 'lucide';

import { openConflicts } from '../data/conflicts';
import type { SyncStatus } from '../data/store';
import { t } from '../i18n';
import { formatMoment, formatTime } from '../i18n/dates';
import type { ChipState } from './chip-state';

export const STATE_ICONS: Record<ChipState, IconNode> = {
  loading: LoaderCircle,
  storage: HardDrive,
  login: LogIn,
  action: CircleAlert,
  problem: CircleAlert,
  sending: CloudUpload,
  receiving: CloudDownload,
  offline: CloudOff,
  late: TriangleAlert,
  waiting: Hourglass,
  conflict: GitCompareArrows,
  synced: CloudCheck,
};

export type Tone = 'good' | 'busy' | 'plain' | 'warning' | 'danger';

export const STATE_TONES: Record<ChipState, Tone> = {
  loading: 'plain',
  storage: 'danger',
  login: 'danger',
  action: 'danger',
  problem: 'danger',
  sending: 'busy',
  receiving: 'busy',
  offline: 'warning',
  late: 'danger',
  waiting: 'warning',
  conflict: 'warning',
  synced: 'good',
};

interface StateWords {
  main: string;
  /** What a narrow screen leaves out. */
  rest?: string;
}

const WORDS: Record<ChipState, (status: SyncStatus) => StateWords> = {
  loading: () => ({ main: t('status.loading') }),
  storage: () => ({ main: t('status.storage') }),
  login: () => ({ main: t('status.login') }),
  problem: () => ({ main: t('status.problem') }),
  receiving: () => ({ main: t('status.receiving') }),
  action: ({ needsAction }) => ({ main: t('status.action', { count: needsAction }) }),
  sending: ({ sent, toSend }) => ({ main: t('status.sending', { done: Math.min(sent + 1, toSend), total: toSend }) }),
  offline: ({ waiting }) => ({
    main: t('status.offline'),
    ...(waiting > 0 ? { rest: t('status.waiting', { count: waiting }) } : {}),
  }),
  late: ({ waiting, oldestWaitingAtMs }) => ({
    main: t('status.late', { count: waiting }),
    rest: t('status.since', { since: formatMoment(oldestWaitingAtMs ?? 0) }),
  }),
  waiting: ({ waiting }) => ({ main: t('status.waiting', { count: waiting }) }),
  conflict: () => ({ main: t('status.conflict', { count: openConflicts.value }) }),
  synced: ({ lastSyncedAtMs }) => ({ main: t('status.synced', { time: formatTime(lastSyncedAtMs ?? 0) }) }),
};

/** The words of a state; without a status there is nothing to tell but that the till is starting. */
export function stateWords(state: ChipState, status: SyncStatus | null): StateWords {
  return status ? WORDS[state](status) : { main: t('status.loading') };
}

/** The same in one line. */
export function stateLine(state: ChipState, status: SyncStatus | null): string {
  const { main, rest } = stateWords(state, status);
  return rest === undefined ? main : `${main} · ${rest}`;
}
