// SPDX-License-Identifier: MIT
// When to sync, with the browser's own events played by the test.
import assert from 'node:assert/strict';
import test from 'node:test';

import { SyncFailure } from '../../dist/engine.js';
import { makeError } from '../../dist/errors.js';
import { SyncScheduler } from '../../dist/sync-scheduler.js';

const REPORT = { pushed: 0, pulled: 0, rejected: 0, waiting: 0 };

/** A scheduler whose runs end when the test says so, and the window that its events come from. */
function scheduler(t, automatic = true) {
  const window = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
    globalThis[name] = window[name].bind(window);
    t.after(() => delete globalThis[name]);
  }
  const runs = [];
  const states = [];
  const run = () => new Promise((resolve) => runs.push(resolve));
  const made = new SyncScheduler(run, automatic, () => states.push(made.state.connection));
  t.after(() => {
    for (const end of runs) end(REPORT);
    return made.stop();
  });
  return { made, runs, states, window };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an answer that was under way when the network went does not say "online"', async (t) => {
  const { made, runs, window } = scheduler(t);
  const first = made.sync();
  window.dispatchEvent(new Event('offline'));
  assert.equal(made.state.connection, 'offline');
  runs[0](REPORT);
  await first;
  assert.equal(made.state.connection, 'offline');

  const second = made.sync();
  runs[1](REPORT);
  await second;
  assert.equal(made.state.connection, 'online', 'a request that began after it and was answered does');
});

test('the return of the network starts a run', async (t) => {
  const { runs, window } = scheduler(t);
  assert.equal(runs.length, 0);
  window.dispatchEvent(new Event('online'));
  assert.equal(runs.length, 1);
});

test('leaving the page starts a run: it may be the last chance', (t) => {
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  t.after(() => delete globalThis.document);
  const { runs } = scheduler(t);
  assert.equal(runs.length, 0);
  globalThis.document.dispatchEvent(new Event('visibilitychange'));
  assert.equal(runs.length, 1);
});

test('calls during a run share one run after it', async (t) => {
  const { made, runs } = scheduler(t, false);
  const first = made.sync();
  const others = [made.sync(), made.sync(), made.sync()];
  assert.equal(runs.length, 1);
  runs[0](REPORT);
  await first;
  await turn();
  assert.equal(runs.length, 2);
  runs[1]({ ...REPORT, pushed: 5 });
  assert.deepEqual(
    (await Promise.all(others)).map(({ pushed }) => pushed),
    [5, 5, 5],
  );
  assert.equal(runs.length, 2);
});

test('a failure that can pass is tried again after the delay; one that needs a person too, but not so soon', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { made, runs } = scheduler(t);
  const first = made.sync();
  runs[0](new SyncFailure(makeError('network_unreachable', 'away'), 5000));
  await first;
  assert.equal(made.state.connection, 'offline');
  assert.equal(made.state.nextAttemptAtMs, 5000);
  t.mock.timers.tick(4999);
  assert.equal(runs.length, 1);
  t.mock.timers.tick(1);
  assert.equal(runs.length, 2);
  runs[1](new SyncFailure(makeError('auth_required', 'log in'), 5000));
  await turn();
  assert.equal(made.state.lastError.code, 'auth_required');
  // A log-in in another tab, or a captive portal that went away, is found without anybody's help.
  t.mock.timers.tick(59_999);
  assert.equal(runs.length, 2);
  t.mock.timers.tick(1);
  assert.equal(runs.length, 3);
});

test('a stopped scheduler does nothing by itself', async (t) => {
  const { made, runs, window } = scheduler(t);
  await made.stop();
  window.dispatchEvent(new Event('online'));
  made.nudge();
  await turn();
  assert.equal(runs.length, 0);
});
