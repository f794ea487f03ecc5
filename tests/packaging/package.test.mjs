// SPDX-License-Identifier: MIT
// What is in the packed package, and whether it works where it is installed.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { build } from 'vite';

import { nodeProgram } from '../../tools/lib/paths.mjs';
import { run, runOrFail } from '../../tools/lib/process.mjs';
import { installPacked } from './support.mjs';

let at;
before(async () => {
  at = await installPacked();
});
after(() => at?.remove());

const SCHEMA = `{ version: 1, collections: { notes: { fields: { title: text() } } } }`;

/** Runs a module of the project in Node, and gives what it prints. */
async function runModule(source) {
  at.write('run.mjs', source);
  const { stdout } = await runOrFail(process.execPath, ['run.mjs'], { cwd: at.project, quiet: true });
  return stdout.trim();
}

test('the package holds what is needed to run it, and nothing else', () => {
  const files = at.packed.files.map((file) => file.path);
  const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+\.(js|mjs|d\.ts|d\.mts|js\.map|wasm))$/;
  assert.deepEqual(
    files.filter((file) => !allowed.test(file)),
    [],
  );
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/node.js', 'dist/sawa.wasm']) {
    assert.ok(files.includes(file), file);
  }
  assert.deepEqual(
    files.filter((file) => /test|spec|\.cc$|\.h$|tsbuildinfo/.test(file)),
    [],
  );
  assert.equal(files.filter((file) => file.endsWith('.wasm')).length, 1, 'one .wasm serves every host');
  const wasm = at.packed.files.find((file) => file.path === 'dist/sawa.wasm');
  assert.ok(wasm.size > 50_000, 'the engine must be in it');
  assert.ok(at.packed.unpackedSize < 1_500_000, `${at.packed.unpackedSize} bytes`);
});

test('it needs no other package', () => {
  assert.deepEqual(
    readdirSync(path.join(at.project, 'node_modules')).filter((name) => !name.startsWith('.')),
    ['sawa'],
  );
});

test('source maps name no file that is not there', () => {
  const maps = at.packed.files.map((file) => file.path).filter((file) => file.endsWith('.map'));
  for (const file of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(path.join(at.installed, file), 'utf8'));
    const missing = sources.filter((source, index) => {
      const there = existsSync(path.resolve(at.installed, path.dirname(file), source));
      return !there && typeof sourcesContent?.[index] !== 'string';
    });
    assert.deepEqual(missing, [], file);
  }
});

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pkgDir: at.installed, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test('it runs in Node from where it is installed', async () => {
  const printed = await runModule(`
    import { openDatabase, defineSchema, text, SawaError } from 'sawa';
    const schema = defineSchema(${SCHEMA});
    const database = await openDatabase({ name: 'x', schema, storage: 'memory', autoSync: false });
    await database.put('notes', { title: 'installed' });
    const [note] = await database.find('notes');
    const refused = await database.put('notes', {}).catch((error) => error instanceof SawaError && error.code);
    await database.close();
    console.log(note.title, refused);
  `);
  assert.equal(printed, 'installed invalid_value');
});

test('a program ends by itself once it has closed its database', async () => {
  const printed = await runModule(`
    import { openDatabase, defineSchema, text } from 'sawa';
    const schema = defineSchema(${SCHEMA});
    const database = await openDatabase({ name: 'x', schema, storage: 'memory' });
    await database.put('notes', { title: 'a' });
    await database.close();
    process.on('exit', () => console.log('ended'));
  `);
  assert.equal(printed, 'ended');
});

test('the exports resolve, and the inside stays inside', async () => {
  const printed = await runModule(`
    const names = ['sawa', 'sawa/anew', 'sawa/backup', 'sawa/conflicts', 'sawa/digest', 'sawa/live', 'sawa/quarantine', 'sawa/register', 'sawa/service-worker', 'sawa/storage', 'sawa/watchdog', 'sawa/worker', 'sawa/worker-host', 'sawa/sawa.wasm', 'sawa/package.json'];
    const tails = names.map((name) => import.meta.resolve(name).split('/node_modules/sawa/')[1]);
    const inside = ['sawa/dist/engine.js', 'sawa/dist/index.js', 'sawa/errors'].map((name) => {
      try { return import.meta.resolve(name); } catch (error) { return error.code; }
    });
    console.log(JSON.stringify({ tails, inside, names: Object.keys(await import('sawa')).sort() }));
  `);
  const { tails, inside, names } = JSON.parse(printed);
  assert.deepEqual(tails, [
    'dist/node.js', 'dist/anew.js', 'dist/backup.js', 'dist/conflicts.js', 'dist/digest.js', 'dist/live.js', 'dist/quarantine.js', 'dist/service-worker/register.js', 'dist/service-worker/index.js', 'dist/storage.js', 'dist/watchdog.js', 'dist/worker.js', 'dist/worker-host.js', 'dist/sawa.wasm',
    'package.json',
  ]); // prettier-ignore
  for (const tail of tails) assert.ok(existsSync(path.join(at.installed, tail)), tail);
  assert.deepEqual([...new Set(inside)], ['ERR_PACKAGE_PATH_NOT_EXPORTED']);
  assert.deepEqual(names, [
    'AuthError', 'ERROR_TABLE', 'InternalError', 'NetworkError', 'ProtocolError', 'RejectedError', 'SawaError',
    'StorageError', 'UsageError', 'boolean', 'counter', 'defineSchema', 'integer', 'json', 'lattice', 'newId', 'number',
    'openDatabase', 'text',
  ]); // prettier-ignore
});

/** Builds a page of the project with Vite, which must have nothing to warn of; gives what is in `dist/assets` by name. */
async function buildPage(script) {
  at.write('index.html', '<!doctype html><script type="module" src="/page.js"></script>');
  at.write('page.js', script);
  const warnings = [];
  await build({
    configFile: false,
    root: at.project,
    customLogger: {
      ...{ info: () => undefined, clearScreen: () => undefined, hasErrorLogged: () => false, hasWarned: false },
      warn: (message) => warnings.push(message),
      warnOnce: (message) => warnings.push(message),
      error: (message) => warnings.push(message),
    },
  });
  assert.deepEqual(warnings, []);
  const folder = path.join(at.project, 'dist/assets');
  const assets = new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
  const named = (pattern) => [...assets.keys()].filter((name) => pattern.test(name));
  const wasm = named(/\.wasm$/);
  assert.equal(wasm.length, 1);
  assert.deepEqual(assets.get(wasm[0]), readFileSync(path.join(at.installed, 'dist/sawa.wasm')));
  return { wasm: wasm[0], named, code: (names) => names.map((name) => assets.get(name)).join('') };
}

test('Vite builds a page with it, and the .wasm comes along', async () => {
  const { wasm, named, code } = await buildPage(
    `import { openDatabase, defineSchema, text } from 'sawa';
     const schema = defineSchema(${SCHEMA});
     openDatabase({ name: 'x', schema }).then((database) => console.log(database.name));`,
  );
  const script = code(named(/\.js$/));
  assert.ok(script.includes(wasm), 'the page asks for the .wasm by its final name');
  assert.doesNotMatch(script, /node:fs|createRequire/, 'a page must not get what only Node can run');
});

test('Vite builds a page whose engine is in a worker, and the page has no engine', async () => {
  const { wasm, named, code } = await buildPage(
    `import { defineSchema, text } from 'sawa';
     import { openInWorker } from 'sawa/worker';
     const schema = defineSchema(${SCHEMA});
     openInWorker({ name: 'x', schema }).then((database) => console.log(database.name));`,
  );
  const [worker] = named(/worker-host.*\.js$/);
  assert.ok(worker, 'the worker is a script of its own');
  const page = code(named(/\.js$/).filter((name) => name !== worker));
  assert.ok(page.includes(worker), 'the page starts the worker by its final name');
  assert.ok(code([worker]).includes(wasm), 'the worker asks for the .wasm by its final name');
  assert.ok(!page.includes(wasm), 'the page does not');
  assert.ok(page.length < code([worker]).length / 2, `${page.length} bytes`);
});

const TYPES = `
import { boolean, counter, defineSchema, integer, json, openDatabase, text } from 'sawa';
import type { Database, RecordOf, SyncStatus } from 'sawa';
import { registerServiceWorker, requestBackgroundSync } from 'sawa/register';
import { openInWorker } from 'sawa/worker';

const schema = defineSchema({
  version: 1,
  collections: {
    notes: { fields: { title: text(), size: integer.optional(), done: boolean(), extra: json.optional() }, search: ['title'] },
    totals: { fields: { amount: counter() } },
  },
});
type Note = RecordOf<typeof schema, 'notes'>;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const sizeIsOptional: Same<Note['size'], number | null | undefined> = true;
const titleIsText: Same<Note['title'], string> = true;
const idIsText: Same<Note['id'], string> = true;

export async function use(): Promise<[SyncStatus, boolean, boolean, boolean]> {
  const database: Database<typeof schema> = await openDatabase({ name: 'x', schema });
  const id: string = await database.put('notes', { title: 'a', done: false });
  const note: Note | undefined = await database.get('notes', id);
  const titles: string[] = (await database.find('notes', { where: { done: true, size: { atLeast: 2 } } })).map((each) => each.title);
  const number: number = await database.write('n', (transaction) => transaction.nextNumber('series'));
  database.watch('notes', { orderBy: [{ field: 'title' }] }, (notes) => notes.map((each) => each.done));
  await registerServiceWorker('/sw.js', { onUpdateAvailable: (apply) => apply() });
  await requestBackgroundSync();
  const inWorker: Database<typeof schema> = await openInWorker({ name: 'x', schema, worker: new Worker('/own.js') });
  void [note, titles, number, inWorker];
  //ERROR-HERE
  return [database.status, sizeIsOptional, titleIsText, idIsText];
}
`;

const WRONG = {
  'an unknown collection': `await database.get('drafts', id);`,
  'a missing required field': `await database.put('notes', { title: 'a' });`,
  'an unknown field': `await database.put('notes', { title: 'a', done: true, colour: 'red' });`,
  'a field of another type': `await database.patch('notes', id, { done: 'yes' });`,
  'a filter on an unknown field': `await database.find('notes', { where: { colour: 1 } });`,
  'a comparison with another type': `await database.find('notes', { where: { size: { atLeast: '2' } } });`,
  'an order by an unknown field': `await database.find('notes', { orderBy: [{ field: 'colour' }] });`,
  'a field of a result that is not there': `(await database.find('notes')).map((each) => each.colour);`,
  'an unsafe use of what may be missing': `(await database.get('notes', id)).title;`,
};

async function compile(source, options) {
  at.write('use.ts', source);
  at.write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, types: [] },
        ...{ skipLibCheck: false, target: 'es2022', lib: ['es2022', 'dom'], ...options },
      },
      files: ['use.ts'],
    }),
  );
  const { code, stdout } = await run(nodeProgram('tsc'), ['-p', 'tsconfig.json'], { cwd: at.project, quiet: true });
  return { code, stdout };
}

const RESOLUTIONS = { bundlers: { module: 'esnext', moduleResolution: 'bundler' }, Node: { module: 'nodenext' } };

for (const [host, options] of Object.entries(RESOLUTIONS)) {
  test(`the types compile, strictly, as ${host} resolve them`, async () => {
    const { code, stdout } = await compile(TYPES, options);
    assert.equal(code, 0, stdout);
  });
}

test('wrong uses are errors of the compiler', async () => {
  const lines = Object.values(WRONG).map((line) => `  // @ts-expect-error\n  ${line}`);
  const { code, stdout } = await compile(TYPES.replace('  //ERROR-HERE', lines.join('\n')), RESOLUTIONS.bundlers);
  assert.equal(code, 0, stdout);
  const unmarked = await compile(
    TYPES.replace('  //ERROR-HERE', Object.values(WRONG).join('\n')),
    RESOLUTIONS.bundlers,
  );
  const errors = unmarked.stdout.match(/error TS/g) ?? [];
  assert.equal(errors.length, Object.keys(WRONG).length, unmarked.stdout);
});
