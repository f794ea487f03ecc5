// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadModule } from './load-module.mjs';

const { chipState, needsLogin } = await loadModule('status/chip-state.ts');

const NOW = 1_780_000_000_000;
const calm = {
  connection: 'online',
  syncing: false,
  waiting: 0,
  sent: 0,
  toSend: 0,
  pulled: 0,
  toPull: 0,
  needsAction: 0,
  oldestWaitingAtMs: null,
  lastSyncedAtMs: NOW - 1000,
  lastError: null,
  nextAttemptAtMs: null,
  ready: true,
};
const failed = (code, retry) => ({ lastError: { code, message: '', retry } });
const stateOf = (change, writeFailure = null, openConflicts = 0, isLate = false) =>
  chipState({ ...calm, ...change }, writeFailure, openConflicts, isLate);

test('each situation has its state', () => {
  assert.equal(chipState(null, null, 0, false), 'loading');
  assert.equal(stateOf({}), 'synced');
  assert.equal(stateOf({ lastSyncedAtMs: null }), 'loading');
  assert.equal(stateOf({ waiting: 3, oldestWaitingAtMs: NOW }), 'waiting');
  assert.equal(stateOf({ connection: 'offline' }), 'offline');
  assert.equal(stateOf({ syncing: true, waiting: 3, sent: 1, toSend: 3 }), 'sending');
  assert.equal(stateOf({ syncing: true, pulled: 10, toPull: 100 }), 'receiving');
  assert.equal(stateOf({ needsAction: 1 }), 'action');
  assert.equal(stateOf(failed('not_a_sawa_server', 'after_user_action')), 'problem');
  assert.equal(stateOf(failed('storage_quota_exceeded', 'after_user_action')), 'storage');
});

test('offline sales that have grown old ask for attention, and what only a person can mend even before', () => {
  const waiting = { connection: 'offline', waiting: 1, oldestWaitingAtMs: NOW };
  assert.equal(stateOf(waiting), 'offline');
  assert.equal(stateOf(waiting, null, 0, true), 'late');
  assert.equal(stateOf({ ...waiting, needsAction: 1 }, null, 0, true), 'action');
});

test('a fault that mends itself is no problem; an expired log-in is one, whatever else goes on', () => {
  const offline = { connection: 'offline', waiting: 1, oldestWaitingAtMs: NOW };
  assert.equal(stateOf({ ...offline, ...failed('network_unreachable', 'later') }), 'offline');
  assert.equal(stateOf({ ...offline, needsAction: 2, ...failed('auth_required', 'after_user_action') }), 'login');
  assert.equal(needsLogin({ ...calm, ...failed('auth_required', 'after_user_action') }), true);
  assert.equal(needsLogin(calm), false);
});

test('an open conflict is told once nothing else is the matter', () => {
  assert.equal(stateOf({}, null, 2), 'conflict');
  assert.equal(stateOf({ connection: 'offline' }, null, 2), 'offline');
  assert.equal(stateOf({ needsAction: 1 }, null, 2), 'action');
});

test('a local write that failed for want of space is told even before there is a status', () => {
  assert.equal(chipState(null, 'storage_quota_exceeded', 0, false), 'storage');
  assert.equal(stateOf({}, 'storage_failed'), 'storage');
});
