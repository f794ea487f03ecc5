// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';

import { inRoot } from '../../tools/lib/paths.mjs';

// A name in backticks that begins with one of our folders is a path, and one may end in `{cc,js}` or in `/*`.
const PATH = /`((?:src|bindings|sw|web|server|tests|tools|docs|examples|bench|cmake)\/[\w./{},*-]*)`/g;

function expand(name) {
  const braces = /^(.*)\{(.*)\}(.*)$/.exec(name);
  const names = braces ? braces[2].split(',').map((part) => braces[1] + part + braces[3]) : [name];
  return names.map((one) => one.replace(/\/?\*.*$/, ''));
}

for (const document of ['docs/architecture.md', 'README.md']) {
  test(`${document} names only paths that exist`, () => {
    const named = [...readFileSync(inRoot(document), 'utf8').matchAll(PATH)].flatMap(([, name]) => expand(name));
    assert.ok(named.length > 0, 'it names no path at all');
    // What is built is not in a fresh clone.
    const missing = named.filter((name) => !/^web\/dist/.test(name) && !existsSync(inRoot(name)));
    assert.deepEqual(missing, []);
  });
}
