// SPDX-License-Identifier: MIT
// The tests of the API once more, with the engine in a worker thread. What only a page's own engine can do, such as to refuse a
// watched query at once, has files of its own; a real browser's worker is in tests/e2e/worker.spec.mjs.
import { register } from 'node:module';

register('./support/worker-variant-hooks.mjs', import.meta.url);

const FILES = [
  ...['aggregate', 'api', 'errors', 'find', 'hostile-text', 'live-query', 'load', 'numbers', 'sync-faults'],
  ...['watch'],
];

for (const name of FILES) await import(`./${name}.test.mjs`);
