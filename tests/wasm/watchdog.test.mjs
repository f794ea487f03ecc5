// SPDX-License-Identifier: MIT
// The alarm about what has not been sent for long, with the test's own clock.
import assert from 'node:assert/strict';
import test from 'node:test';

import { watchLate } from 'sawa/watchdog';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 0, 15);

/** A database whose status the test sets, and what the watchdog has told. */
function watched(t, options) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW_MS });
  const database = {
    status: { waiting: 0, oldestWaitingAtMs: null },
    watchStatus(listener) {
      this.tell = listener;
      listener(this.status);
      return () => (this.tell = () => undefined);
    },
  };
  const told = [];
  const stop = watchLate(database, (late) => told.push(late), options);
  const set = (waiting, oldestWaitingAtMs) => database.tell((database.status = { waiting, oldestWaitingAtMs }));
  return { told, stop, set };
}

test('what waits for longer than a day is told, when it gets that old and not before', (t) => {
  const { told, set } = watched(t);
  set(2, NOW_MS);
  t.mock.timers.tick(24 * HOUR_MS);
  assert.deepEqual(told, []);
  t.mock.timers.tick(1);
  assert.deepEqual(told, [{ waiting: 2, oldestWaitingAtMs: NOW_MS }]);
});

test('it is told again when it changes, and when it is over', (t) => {
  const { told, set } = watched(t, { afterMs: HOUR_MS });
  const oldestWaitingAtMs = NOW_MS - 2 * HOUR_MS;
  for (const waiting of [1, 1, 2]) set(waiting, oldestWaitingAtMs);
  set(1, NOW_MS);
  set(0, null);
  assert.deepEqual(told, [{ waiting: 1, oldestWaitingAtMs }, { waiting: 2, oldestWaitingAtMs }, null]);
});

test('a device that slept tells it soon after it wakes', (t) => {
  const { told, set } = watched(t);
  set(1, NOW_MS);
  // Timers do not run meanwhile.
  t.mock.timers.setTime(NOW_MS + 30 * HOUR_MS);
  t.mock.timers.tick(HOUR_MS / 4);
  assert.equal(told.length, 1);
});

test('nothing is told once it is stopped', (t) => {
  const { told, stop, set } = watched(t);
  set(1, NOW_MS);
  stop();
  t.mock.timers.tick(48 * HOUR_MS);
  set(1, NOW_MS - 48 * HOUR_MS);
  assert.deepEqual(told, []);
});

test('an age that is none is refused', (t) => {
  for (const afterMs of [0, -1, Number.NaN, Infinity, 'x']) {
    assert.throws(() => watched(t, { afterMs }), { code: 'invalid_argument' });
    t.mock.timers.reset();
  }
});
