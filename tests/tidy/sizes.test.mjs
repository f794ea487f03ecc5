// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { repositoryFiles } from '../../tools/lib/files.mjs';
import { inRoot } from '../../tools/lib/paths.mjs';

const SOURCE = /\.(cc|h|js|mjs|mts|ts|tsx|py|css|html|cmake|sh)$|CMakeLists\.txt$/;
const LINES_MAX = 500;

test(`no source file is longer than ${LINES_MAX} lines`, async () => {
  const sources = (await repositoryFiles()).filter((name) => SOURCE.test(name));
  assert.ok(sources.length > 0);
  const lengths = sources.map((name) => ({ name, lines: readFileSync(inRoot(name), 'utf8').split('\n').length - 1 }));
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > LINES_MAX),
    [],
  );
});

test('every source file of ours says its licence in its first lines', async () => {
  const sources = (await repositoryFiles()).filter((name) => /\.(cc|h|mjs|ts|tsx|py)$/.test(name));
  const isGenerated = (name) => /\/migrations\/|__init__\.py$/.test(name);
  const silent = sources.filter((name) => {
    const start = readFileSync(inRoot(name), 'utf8').slice(0, 200);
    return !isGenerated(name) && !start.includes('SPDX-License-Identifier: MIT');
  });
  assert.deepEqual(silent, []);
});
