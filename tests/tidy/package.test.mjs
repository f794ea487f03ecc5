// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { inRoot } from '../../tools/lib/paths.mjs';

const read = (file) => readFileSync(inRoot(file), 'utf8');
const manifest = JSON.parse(read('package.json'));

test('the version is the same wherever it is written', () => {
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  assert.equal(
    /^project\(sawa VERSION ([\d.]+)/m.exec(read('CMakeLists.txt'))?.[1],
    manifest.version,
    'CMakeLists.txt',
  );
  assert.equal(/^## \[?([\d.]+)/m.exec(read('CHANGELOG.md'))?.[1], manifest.version, 'newest entry of CHANGELOG.md');
  assert.equal(
    /^version = "(.+)"/m.exec(read('server/pyproject.toml'))?.[1],
    manifest.version,
    'server/pyproject.toml',
  );
  assert.equal(/^const CLIENT = 'sawa\/(.+)';/m.exec(read('bindings/js/live.ts'))?.[1], manifest.version, 'live.ts');
  assert.equal(JSON.parse(read('package-lock.json')).version, manifest.version, 'package-lock.json');
});

test('the package has no runtime dependencies', () => {
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
});

test('the lockfile records checksums, and no address a package was fetched from', () => {
  const packages = Object.entries(JSON.parse(read('package-lock.json')).packages).filter(([name]) => name !== '');
  assert.ok(packages.length > 0);
  for (const [name, { integrity, resolved }] of packages) {
    assert.ok(integrity, `${name} has no checksum`);
    assert.equal(resolved, undefined, `${name} names its registry`);
  }
});
