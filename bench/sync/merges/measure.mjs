// SPDX-License-Identifier: MIT
// How fast replicas merge what the others edited, until all are equal.
import assert from 'node:assert/strict';

import { median } from '../../lib/statistics.mjs';
import * as automerge from './automerge.mjs';
import { DEVICES, makeEdits } from './edits.mjs';
import { ensurePeers, peerVersion } from './peers.mjs';
import * as sawa from './sawa.mjs';
import * as yjs from './yjs.mjs';

const CONTENDERS = { sawa, yjs, automerge };
/** Runs that are not counted: the compilers of JavaScript and WebAssembly are still at work. */
const WARM_UP = 5;
const WAYS = { singly: true, together: false };

/** One run: { ms, bytes }. Everybody's edits are made beforehand; then each replica merges those of all others. */
function run(contender, work, singly) {
  const replicas = contender.makeReplicas(work, { singly });
  const start = performance.now();
  for (const [to, replica] of replicas.entries()) {
    for (const [from, { messages }] of replicas.entries()) if (from !== to) replica.receive(messages);
  }
  const ms = performance.now() - start;
  const [first, ...others] = replicas.map((replica) => replica.state());
  for (const other of others) assert.equal(other, first, 'the replicas do not agree');
  return ms;
}

/** By contender and way: the medians of merges per second. */
export async function measureMerges({ edits: count, runs }) {
  await ensurePeers();
  for (const contender of Object.values(CONTENDERS)) await contender.prepare();
  const work = makeEdits(count);
  const merges = count * (DEVICES - 1);
  const times = {};
  for (let round = -WARM_UP; round < runs; round += 1) {
    for (const [name, contender] of Object.entries(CONTENDERS)) {
      for (const [way, singly] of Object.entries(WAYS)) {
        const ms = run(contender, work, singly);
        if (round >= 0) ((times[name] ??= {})[way] ??= []).push(ms);
      }
    }
  }
  const summed = (all) => ({
    merges_per_second: Math.round((merges / median(all)) * 1000),
    ms: all.map((ms) => Number(ms.toFixed(2))),
  });
  const figures = Object.entries(times).map(([name, ways]) => [
    name,
    Object.fromEntries(Object.entries(ways).map(([way, all]) => [way, summed(all)])),
  ]);
  const versions = { yjs: peerVersion('yjs'), automerge: peerVersion('@automerge/automerge') };
  return { edits: count, devices: DEVICES, merges, versions, figures: Object.fromEntries(figures) };
}
