// SPDX-License-Identifier: MIT
// The simulator's scripts, replayed against the real server on each database: it says what the model server says, and at the
// end both hold the same. docs/testing.md.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { inRoot } from '../../tools/lib/paths.mjs';
import { runOrFail } from '../../tools/lib/process.mjs';
import { DATABASES } from './support/databases.mjs';
import { Replay, scriptsOf } from './support/replay.mjs';
import { ScriptServer } from './support/script-server.mjs';

const SCRIPTS = Number(process.env.SAWA_SCRIPTS ?? 24);
const FIRST = Number(process.env.SAWA_FIRST_SCRIPT ?? 1);
const STEPS = 800;
/** So many are replayed at once. */
const LANES = 4;
const SIMULATOR = inRoot('build/native-release/tests/cpp/sim/sawa_sim');

/** Those of script_shop/defects.py. */
const DEFECTS = [
  'wrong_winner',
  'ignored_policies',
  'stubborn_removal',
  'forgotten_was',
  'lost_order',
  'deaf_clock',
  'withheld_effects',
];

let folder;
let lines;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sawa-scripts-'));
  const file = path.join(folder, 'scripts.jsonl');
  const options = { seeds: SCRIPTS, first: FIRST, steps: STEPS, record: file };
  await runOrFail(
    SIMULATOR,
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { quiet: true },
  );
  lines = readFileSync(file, 'utf8');
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Replays all of them; gives the differences. */
async function replayAll(server, scripts) {
  const waiting = [...scripts];
  const found = [];
  const lane = async () => {
    for (let script = waiting.shift(); script; script = waiting.shift()) {
      const difference = await new Replay(server, script).run();
      if (difference) found.push(difference);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return found;
}

for (const [name, withDatabase] of Object.entries(DATABASES)) {
  test(`the server on ${name} says what the model server says (SAWA_SCRIPTS=${SCRIPTS})`, async (t) => {
    const scripts = [...scriptsOf(lines)];
    assert.equal(scripts.length, SCRIPTS);
    const requests = scripts.reduce((sum, { steps }) => sum + steps.length, 0);
    await withDatabase(mkdtempSync(path.join(folder, 'database-')), async (database) => {
      const server = await ScriptServer.start(database, [requests / 3, (2 * requests) / 3]);
      try {
        const found = await replayAll(server, scripts);
        t.diagnostic(`${scripts.length} scripts, ${server.sent} requests, ${server.resent} of them sent again`);
        assert.equal(found.length, 0, `${found.length} scripts differ.\n${found.slice(0, 3).join('\n')}`);
        assert.ok(server.resent > 0, 'no request met an outage');
        await server.verify();
      } finally {
        await server.stop();
      }
    });
  });
}

/** How many scripts it takes to see a difference, or null if none shows it. */
async function scriptsUntilFound(server, defect, round) {
  let count = 0;
  for (const script of scriptsOf(lines, round)) {
    count += 1;
    if (await new Replay(server, script, defect).run()) return count;
  }
  return null;
}

test('scripts find defects of the server', async (t) => {
  await DATABASES.SQLite(mkdtempSync(path.join(folder, 'defects-')), async (database) => {
    const server = await ScriptServer.start(database, []);
    try {
      for (const [index, defect] of DEFECTS.entries()) {
        const count = await scriptsUntilFound(server, defect, index + 1);
        assert.ok(count !== null, `no script finds ${defect}`);
        t.diagnostic(`${defect}: found by script ${count}`);
      }
    } finally {
      await server.stop();
    }
  });
});
