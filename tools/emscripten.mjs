// SPDX-License-Identifier: MIT
// Makes Emscripten and the C++ libraries available in a private cache folder.
//
//   node tools/emscripten.mjs              prints all the paths as JSON
//   node tools/emscripten.mjs --libraries  only the C++ libraries (enough for a native build)
//
// An `emcc` on PATH is used when it is new enough; otherwise Debian's package is unpacked, without root.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { findSystemSource, PrivateApt, readOsRelease } from './lib/apt.mjs';
import { makeRelocatable } from './lib/elf.mjs';
import { withLock } from './lib/lock.mjs';
import { findProgram, progress, run, runMain, runOrFail, ToolError } from './lib/process.mjs';

const OLDEST_EMSCRIPTEN = [4, 0, 20];
// The second is only for a mirror that lacks the first: its co_await never resumes after a rejected promise.
const DEBIAN_SUITES = ['forky', 'trixie'];
const LIBRARY_PACKAGES = ['nlohmann-json3-dev', 'googletest', 'librapidcheck-dev', 'patchelf'];
// Part of a finished folder's identity: raise it when what is unpacked, or how, changes.
const LAYOUT_VERSION = 1;

function cacheFolder() {
  const userCache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(process.env.SAWA_CACHE_DIR || path.join(userCache, 'sawa'), 'toolchain');
}

/** True when the folder was finished by this version of the tool, at this very place (paths are written into it). */
function isReady(folder) {
  try {
    const record = JSON.parse(readFileSync(path.join(folder, 'ready.json'), 'utf8'));
    return record.layout === LAYOUT_VERSION && record.folder === folder;
  } catch {
    return false;
  }
}

/**
 * Makes the folder by calling fill(temporary folder), once: concurrent runs wait for the first, and a run that
 * was interrupted leaves nothing that counts. fill returns false when it could not make it.
 */
async function prepareFolder(folder, fill) {
  if (isReady(folder)) return true;
  return withLock(`${folder}.lock`, async () => {
    if (isReady(folder)) return true;
    // Programs of a run that was killed may still be writing into its folder, so each run has one of its own.
    const parent = path.dirname(folder);
    const leftovers = readdirSync(parent).filter((name) => name.startsWith(`${path.basename(folder)}.partial-`));
    for (const name of leftovers) rmSync(path.join(parent, name), { recursive: true, force: true, maxRetries: 5 });
    const temporary = `${folder}.partial-${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    if ((await fill(temporary)) === false) {
      rmSync(temporary, { recursive: true, force: true });
      return false;
    }
    const record = { layout: LAYOUT_VERSION, folder };
    writeFileSync(path.join(temporary, 'ready.json'), `${JSON.stringify(record)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
    return true;
  });
}

function systemSuite() {
  const { VERSION_CODENAME: codename } = readOsRelease();
  if (!codename || !findProgram('apt-get')) {
    throw new ToolError(
      'The C++ libraries (nlohmann/json, GoogleTest, rapidcheck) come from Debian or Ubuntu packages.\n' +
        'This system has no apt-get: please use Debian 12 or newer, Ubuntu 22.04 or newer, or a container of one.',
    );
  }
  return codename;
}

/** nlohmann/json, GoogleTest's sources, rapidcheck and patchelf, from the running system's own release. */
export async function ensureLibraries() {
  const suite = systemSuite();
  const folder = path.join(cacheFolder(), `libraries-${suite}`);
  await prepareFolder(folder, async (temporary) => {
    progress(`fetching the C++ libraries: ${LIBRARY_PACKAGES.join(', ')}`);
    const apt = new PrivateApt(path.join(temporary, 'apt'), findSystemSource(suite), suite);
    if (!(await apt.update())) throw new ToolError(`The package mirror does not know the release "${suite}".`);
    await apt.downloadAlone(LIBRARY_PACKAGES);
    await apt.unpack(temporary);
    rmSync(path.join(temporary, 'apt'), { recursive: true });
  });
  const { stdout } = await run('dpkg-architecture', ['-qDEB_HOST_MULTIARCH'], { quiet: true }).catch(() => ({
    stdout: '',
  }));
  const libraryFolders = [stdout.trim(), '.'].map((name) => path.join(folder, 'usr/lib', name));
  const rapidcheckLibrary = libraryFolders.map((name) => path.join(name, 'librapidcheck.a')).find(existsSync);
  return {
    nlohmannInclude: path.join(folder, 'usr/include'),
    googletestSource: path.join(folder, 'usr/src/googletest'),
    rapidcheckInclude: path.join(folder, 'usr/include'),
    rapidcheckLibrary,
    patchelf: path.join(folder, 'usr/bin/patchelf'),
  };
}

function isNewEnough(version) {
  const parts = version.split('.').map(Number);
  for (const [index, oldest] of OLDEST_EMSCRIPTEN.entries()) {
    if (parts[index] !== oldest) return parts[index] > oldest;
  }
  return true;
}

async function readVersion(emcc, env) {
  const { stdout } = await run(emcc, ['--version'], { quiet: true, env });
  return /^emcc .*?(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
}

/** The Emscripten on PATH, when there is one and it is new enough. */
async function findInstalledEmscripten() {
  const emcc = findProgram('emcc');
  if (!emcc) return undefined;
  const version = await readVersion(emcc);
  if (!version || !isNewEnough(version)) {
    progress(`${emcc} is version ${version ?? 'unknown'}: too old, ${OLDEST_EMSCRIPTEN.join('.')} is needed`);
    return undefined;
  }
  const { stdout } = await runOrFail(findProgram('em-config') ?? 'em-config', ['EMSCRIPTEN_ROOT'], { quiet: true });
  return { root: stdout.trim(), env: {}, version };
}

async function fillEmscripten(temporary, folder, suite, source, patchelf) {
  const apt = new PrivateApt(path.join(temporary, 'apt'), source, suite);
  progress(`fetching the package lists of Debian ${suite}`);
  if (!(await apt.update()) || !(await apt.hasPackage('emscripten'))) return false;
  progress('downloading Emscripten and what it needs (about 170 MB)');
  await apt.downloadWithDependencies(['emscripten']);
  await apt.unpack(temporary);
  rmSync(path.join(temporary, 'apt'), { recursive: true });
  progress('fitting the programs to their new place');
  const llvmFolder = await makeRelocatable(temporary, folder, patchelf);
  const configuration = [
    `LLVM_ROOT = '${llvmFolder}/bin'`,
    `BINARYEN_ROOT = '${folder}/usr'`,
    `NODE_JS = '${process.execPath}'`,
    `CACHE = '${folder}/cache'`,
    '',
  ].join('\n');
  // Emscripten reads this file beside its own scripts first, so that em++ works without any environment variable.
  writeFileSync(path.join(temporary, 'usr/share/emscripten/.emscripten'), configuration);
  return true;
}

async function unpackEmscripten() {
  const { ID: system, VERSION_CODENAME: codename } = readOsRelease();
  if (system !== 'debian') {
    throw new ToolError(
      `Please install Emscripten ${OLDEST_EMSCRIPTEN.join('.')} or newer, so that \`emcc\` is on PATH (for example with emsdk).\n` +
        'Only on Debian can this tool fetch it by itself.',
    );
  }
  const source = findSystemSource(codename);
  const { patchelf } = await ensureLibraries();
  for (const suite of DEBIAN_SUITES) {
    const folder = path.join(cacheFolder(), suite);
    const fill = (temporary) => fillEmscripten(temporary, folder, suite, source, patchelf);
    if (await prepareFolder(folder, fill)) {
      const root = path.join(folder, 'usr/share/emscripten');
      const env = { EM_CONFIG: path.join(root, '.emscripten') };
      return { root, env, version: await readVersion(path.join(root, 'emcc'), env) };
    }
    progress(`the package mirror has no Emscripten in Debian ${suite}`);
  }
  throw new ToolError('No Emscripten found on the package mirror. Please put `emcc` on PATH.');
}

/** Emscripten: where it is, its version, and the environment its programs need. */
export async function ensureEmscripten() {
  const { root, env, version } = (await findInstalledEmscripten()) ?? (await unpackEmscripten());
  if (!version) throw new ToolError(`Emscripten in ${root} does not run.`);
  const configuration = await runOrFail(path.join(root, 'em-config'), ['BINARYEN_ROOT'], { quiet: true, env });
  return {
    version,
    root,
    env,
    wasmOpt: path.join(configuration.stdout.trim(), 'bin/wasm-opt'),
    emcc: path.join(root, 'emcc'),
    emxx: path.join(root, 'em++'),
    emcmake: path.join(root, 'emcmake'),
    cmakeToolchain: path.join(root, 'cmake/Modules/Platform/Emscripten.cmake'),
  };
}

async function main() {
  const libraries = await ensureLibraries();
  const emscripten = process.argv.includes('--libraries') ? undefined : await ensureEmscripten();
  process.stdout.write(`${JSON.stringify({ libraries, emscripten }, null, 2)}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runMain(main);
