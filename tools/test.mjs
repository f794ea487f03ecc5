// SPDX-License-Identifier: MIT
// Runs test suites, all of them or those that are named, and ends with a table and a line `N passed, N failed`.
//
//   node tools/test.mjs              everything
//   node tools/test.mjs cpp server   only these
import { progress, runMain, ToolError } from './lib/process.mjs';
import { addCounts, NO_TESTS } from './lib/reports.mjs';
import { ensureNodeModules } from './setup.mjs';

// The quick ones first.
const SUITES = ['tidy', 'cpp', 'sim', 'node', 'server', 'proof', 'e2e'];

async function runOne(name) {
  const start = Date.now();
  progress(`suite ${name}`);
  let counts;
  let problem = '';
  try {
    const { runSuite } = await import(`./suites/${name}.mjs`);
    counts = await runSuite();
    if (counts.passed + counts.failed + counts.skipped === 0) {
      problem = 'no test ran';
      counts = { ...NO_TESTS, failed: 1 };
    }
  } catch (error) {
    problem = error instanceof ToolError ? error.message : error.stack;
    counts = { ...NO_TESTS, failed: 1 };
  }
  if (problem) progress(`suite ${name}: ${problem}`);
  return { name, counts, problem: problem.split('\n')[0], seconds: (Date.now() - start) / 1000 };
}

function printTable(results) {
  const cells = (values) => values.map((value) => String(value).padStart(9)).join('');
  console.log(`\n${'suite'.padEnd(8)}${cells(['passed', 'failed', 'skipped', 'seconds'])}`);
  for (const { name, counts, seconds, problem } of results) {
    const numbers = cells([counts.passed, counts.failed, counts.skipped, seconds.toFixed(1)]);
    console.log(`${name.padEnd(8)}${numbers}${problem ? `  ${problem}` : ''}`);
  }
}

await runMain(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0) throw new ToolError(`No such suite: ${unknown.join(', ')}. There are: ${SUITES.join(', ')}`);
  await ensureNodeModules();
  const results = [];
  for (const name of named.length > 0 ? named : SUITES) results.push(await runOne(name));
  printTable(results);
  const total = results.map(({ counts }) => counts).reduce(addCounts, NO_TESTS);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});
