// SPDX-License-Identifier: MIT
// The engine in a worker of a real browser, on real IndexedDB, behind the same API. The tests of the API itself run in both
// variants under Node: tests/wasm/worker.test.mjs.
import assert from 'node:assert/strict';

import { PackageSite } from './support/package-site.mjs';
import { scenario } from './support/scenario.mjs';

/** A test with one page that has the package and nothing else. */
function inBrowser(name, body, options = {}) {
  scenario(name, async (world) => {
    const site = await PackageSite.start();
    world.onEnd(() => site.close());
    const device = await world.device(site.address, options);
    await body({ device, site, page: await site.openPage(device) });
  });
}

/** The titles as an engine in the page itself finds them. */
const titles = (page) =>
  page.evaluate(async () => {
    const database = await window.openNotes();
    const notes = await database.find('notes', { orderBy: [{ field: 'title' }] });
    await database.close();
    return notes.map((note) => note.title);
  });

inBrowser('a write, its live query and a reload, and the page has no engine of its own', async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const database = await window.openNotesInWorker();
    const told = [];
    database.watch('notes', { orderBy: [{ field: 'title' }] }, (notes, changes) => told.push({ notes, changes }));
    const first = await database.put('notes', { title: 'b', size: 1 });
    const answer = await database.write('several', async (transaction) => {
      const id = transaction.put('notes', { title: 'a' });
      transaction.patch('notes', first, { size: (await transaction.get('notes', first)).size + 1 });
      const own = await transaction.get('notes', id);
      return {
        title: own.title,
        count: await transaction.count('notes'),
        number: await transaction.nextNumber('series'),
      };
    });
    const waiting = database.status.waiting;
    const refused = await window.failureOf(() =>
      database.write('refused', (transaction) => {
        transaction.put('notes', { title: 'c' });
        transaction.put('notes', { title: 7 });
      }),
    );
    const thrown = await window.failureOf(() =>
      database.write('thrown', () => {
        throw Object.assign(new Error('by the app'), { code: 'app' });
      }),
    );
    await database.close();
    const last = told.at(-1);
    return {
      ...{ answer, waiting, refused, thrown, closed: await window.failureOf(() => database.count('notes')) },
      last: {
        titles: last.notes.map(({ title, size }) => [title, size ?? null]),
        added: last.changes.added.map(({ title }) => title),
        changed: last.changes.changed.map(({ title }) => title),
        isSameObject: last.changes.changed[0] === last.notes[1],
      },
      fetched: performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length,
    };
  });
  assert.deepEqual(seen, {
    answer: { title: 'a', count: 2, number: 1 },
    waiting: 2,
    refused: { name: 'UsageError', code: 'invalid_value' },
    thrown: { name: 'Error', code: 'app' },
    closed: { name: 'UsageError', code: 'database_closed' },
    last: {
      ...{
        titles: [
          ['a', null],
          ['b', 2],
        ],
        added: ['a'],
        changed: ['b'],
        isSameObject: true,
      },
    },
    fetched: 0,
  });
  await page.reload();
  await page.waitForFunction(() => window.ready);
  assert.deepEqual(await titles(page), ['a', 'b']);
});

inBrowser('two tabs that race, one with a worker, take 200 different numbers', async ({ device, site, page }) => {
  const other = await site.openPage(device, { newWindow: true });
  const open = (tab, name) => tab.evaluate(async (opener) => void (window.database = await window[opener]()), name);
  await Promise.all([open(page, 'openNotesInWorker'), open(other, 'openNotes')]);
  const race = (tab) =>
    tab.evaluate(async () => {
      const numbers = [];
      let runs = 0;
      for (let index = 0; index < 100; index += 1) {
        await window.database.write('race', async (transaction) => {
          runs += 1;
          numbers[index] = await transaction.nextNumber('series');
          transaction.put('notes', { title: `number ${numbers[index]}` });
        });
      }
      await window.database.close();
      return { numbers, runs };
    });
  const [left, right] = await Promise.all([race(page), race(other)]);
  const all = [...left.numbers, ...right.numbers].sort((a, b) => a - b);
  assert.deepEqual(
    all,
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
  assert.ok(left.runs + right.runs > 200, 'the tabs did not race: no callback ran again');
  assert.equal((await titles(page)).length, 200);
});

inBrowser('what one tab writes, a live query in the worker of another tells', async ({ device, site, page }) => {
  const other = await site.openPage(device, { newWindow: true });
  await page.evaluate(async () => {
    window.told = [];
    const database = await window.openNotesInWorker();
    database.watch('notes', {}, (notes) => window.told.push(notes.map(({ title }) => title).join()));
  });
  await other.evaluate(async () => (await window.openNotes()).put('notes', { title: 'from the other' }));
  await page.waitForFunction(() => window.told.at(-1) === 'from the other');
});

const KILLED = {
  'a worker of its own': () => {
    const Original = Worker;
    window.Worker = class extends Original {
      constructor(...parameters) {
        super(...parameters);
        window.worker = this;
      }
    };
    return window.openNotesInWorker();
  },
  "the app's own worker": () => {
    window.worker = new Worker('/own-worker.js', { type: 'module' });
    return window.openNotesInWorker({ worker: window.worker });
  },
};

for (const [which, open] of Object.entries(KILLED)) {
  inBrowser(`${which} is killed: what waits is told so, what resolved is there`, async ({ page }) => {
    const seen = await page.evaluate(`(async () => {
      const database = await (${open})();
      const promised = [];
      const codes = new Set();
      const fail = (error) => codes.add(error.code);
      await database.put('notes', { title: 'before' });
      promised.push('before');
      const writes = Array.from({ length: 200 }, (_, index) =>
        database.write('many', (transaction) => void transaction.put('notes', { title: 'many ' + index }))
          .then(() => promised.push('many ' + index), fail));
      const never = database.write('never', () => new Promise(() => undefined)).catch(fail);
      const read = database.find('notes').then(() => undefined, fail);
      await Promise.race(writes);
      window.worker.terminate();
      await Promise.all([...writes, never, read]);
      const later = await window.failureOf(() => database.count('notes'));
      const { lastError, waiting } = database.status;
      await database.close();
      return { promised, codes: [...codes], later, lastError: lastError.code, waiting };
    })()`);
    assert.deepEqual(seen.codes, ['engine_aborted']);
    assert.deepEqual(seen.later, { name: 'InternalError', code: 'engine_aborted' });
    assert.equal(seen.lastError, 'engine_aborted');
    assert.ok(seen.promised.length > 1 && seen.waiting > 0, 'nothing was written before the worker was killed');
    const there = new Set(await titles(page));
    assert.deepEqual(
      seen.promised.filter((title) => !there.has(title)),
      [],
    );
  });
}

inBrowser('one worker of the app serves two databases, and hears when its page is looked at', async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const worker = new Worker('/own-worker.js', { type: 'module' });
    const names = ['notes', 'others'];
    const databases = await Promise.all(names.map((name) => window.openNotesInWorker({ name, worker })));
    await Promise.all(databases.map((database) => database.put('notes', { title: database.name })));
    await databases[0].close();
    const found = await databases[1].find('notes');
    const heard = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    window.dispatchEvent(new Event('pageshow'));
    return { titles: found.map(({ title }) => title), heard: await heard };
  });
  assert.deepEqual(seen, { titles: ['others'], heard: 'seen' });
});

inBrowser(
  'a worker whose script is not there is engine_not_loaded',
  async ({ device, page }) => {
    await device.context.route('**/dist/worker-host.js', (route) => route.fulfill({ status: 404 }));
    const failure = await page.evaluate(() => window.failureOf(() => window.openNotesInWorker()));
    assert.deepEqual(failure, { name: 'InternalError', code: 'engine_not_loaded' });
  },
  { allow: [/404|worker-host/] },
);
