// SPDX-License-Identifier: MIT
// What the other tools need before they can work. Each function looks first, and does something only when it must.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashInputs } from './lib/files.mjs';
import { withLock } from './lib/lock.mjs';
import { BUILD, inRoot, PYTHON, ROOT } from './lib/paths.mjs';
import { findProgram, progress, run, runOrFail, ToolError } from './lib/process.mjs';

const OLDEST_PYTHON = [3, 11];

const hasEntry = (folder, pattern) => existsSync(folder) && readdirSync(folder).some((name) => pattern.test(name));

export const findChromium = () =>
  ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findProgram(name)).find(Boolean);

/** The folder with PostgreSQL's server programs, of the newest version that is installed. */
export function findPostgresPrograms() {
  const versions = '/usr/lib/postgresql';
  const found = existsSync(versions) ? readdirSync(versions).sort((left, right) => Number(right) - Number(left)) : [];
  const folders = [...found.map((version) => path.join(versions, version, 'bin')), ...process.env.PATH.split(':')];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'pg_ctl')));
}

/** A program of MariaDB's server, which may lie where only root looks for programs. */
export const findMariadbProgram = (name) => findProgram(name, `${process.env.PATH}:/usr/sbin`);

/** A Python that is new enough and can make virtual environments. */
async function findPython() {
  const [major, minor] = OLDEST_PYTHON;
  const probe = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${major}, ${minor}))`;
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    const program = findProgram(name);
    if (program && (await run(program, ['-c', probe], { quiet: true })).code === 0) return program;
  }
  return undefined;
}

/** Whether extensions of Python can be compiled. */
async function hasPythonHeaders() {
  const python = await findPython();
  const probe =
    'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())';
  return python !== undefined && (await run(python, ['-c', probe], { quiet: true })).code === 0;
}

/** Debian package -> whether what we need of it is there, wherever it came from. */
const SYSTEM_PACKAGES = {
  chromium: findChromium,
  'clang-19': () => findProgram('clang++-19'),
  'clang-format-19': () => findProgram('clang-format-19'),
  'clang-tidy-19': () => findProgram('clang-tidy-19'),
  'libclang-rt-19-dev': () => hasEntry('/usr/lib/llvm-19/lib/clang/19/lib/linux', /^libclang_rt\.asan/),
  cmake: () => findProgram('cmake'),
  'g++': () => findProgram('g++'),
  git: () => findProgram('git'),
  'libmariadb-dev': () => findProgram('mariadb_config') ?? findProgram('mysql_config'),
  'mariadb-client-core': () => findProgram('my_print_defaults'),
  'mariadb-server-core': () => findMariadbProgram('mariadbd') && findMariadbProgram('mariadb-install-db'),
  'ninja-build': () => findProgram('ninja'),
  'pkg-config': () => findProgram('pkg-config'),
  postgresql: findPostgresPrograms,
  'python3-dev': hasPythonHeaders,
  'python3-venv': findPython,
};

async function findMissing(names) {
  const missing = [];
  for (const name of names) {
    if (!(await SYSTEM_PACKAGES[name]())) missing.push(name);
  }
  return missing;
}

async function hasPasswordlessSudo() {
  return Boolean(findProgram('sudo')) && (await run('sudo', ['-n', 'true'], { quiet: true })).code === 0;
}

/** Installs the missing ones of these Debian packages, or says how to and stops. */
export async function ensureSystemPackages(names) {
  const missing = await findMissing(names);
  if (missing.length === 0) return;
  if (!findProgram('apt-get')) {
    throw new ToolError(`Please install these (the names are Debian's): ${missing.join(', ')}`);
  }
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await hasPasswordlessSudo())) {
    throw new ToolError(`Some system packages are missing. Please run:\n\n  sudo ${install.join(' ')}\n`);
  }
  progress(`installing system packages: ${missing.join(', ')}`);
  const prefix = isRoot ? ['env'] : ['sudo', '-n', 'env'];
  for (const command of [['apt-get', 'update'], install]) {
    const [program, ...args] = [...prefix, 'DEBIAN_FRONTEND=noninteractive', ...command];
    await runOrFail(program, args, { quiet: true });
  }
  const stillMissing = await findMissing(missing);
  if (stillMissing.length > 0) throw new ToolError(`Installed, and yet not found: ${stillMissing.join(', ')}`);
}

/** The servers that the tests of the server run on besides SQLite, and what the driver of MariaDB is compiled with. */
export async function ensureDatabaseServers() {
  const driver = ['g++', 'pkg-config', 'python3-dev', 'libmariadb-dev'];
  await ensureSystemPackages(['postgresql', 'mariadb-server-core', 'mariadb-client-core', ...driver]);
}

/** What native C++ builds need. */
export async function ensureCppTools() {
  await ensureSystemPackages(['cmake', 'ninja-build', 'g++', 'clang-19', 'libclang-rt-19-dev']);
}

/** Installs, unless the stamp says that these inputs have been installed; two runs at once wait for each other. */
async function installOnce(stamp, inputs, install) {
  const hash = hashInputs(inputs);
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isInstalled()) return;
  await withLock(path.join(BUILD, 'setup.lock'), async () => {
    if (isInstalled()) return;
    await install();
    writeFileSync(stamp, hash);
  });
}

/** node_modules as package-lock.json says. */
export async function ensureNodeModules() {
  await installOnce(inRoot('node_modules/.lockfile-hash'), [inRoot('package-lock.json')], async () => {
    progress('installing npm packages');
    await runOrFail('npm', ['ci'], { cwd: ROOT, quiet: true });
  });
}

async function makeVirtualEnvironment() {
  const python = await findPython();
  if (!python) {
    throw new ToolError(`Python ${OLDEST_PYTHON.join('.')} or newer with the module venv is needed.`);
  }
  progress('making the Python environment .venv');
  rmSync(inRoot('.venv'), { recursive: true, force: true });
  await runOrFail(python, ['-m', 'venv', inRoot('.venv')], { quiet: true });
}

async function installRequirements(names, stampName) {
  const files = names.map((name) => inRoot('server', name));
  await installOnce(inRoot('.venv', stampName), files, async () => {
    progress('installing Python packages');
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet'];
    await runOrFail(PYTHON, [...install, ...files.flatMap((file) => ['-r', file])], { quiet: true });
  });
}

/**
 * .venv with what the server needs. development: also what its tests and checks need. mysql: also the driver of MariaDB.
 */
export async function ensurePython({ development = false, mysql = false } = {}) {
  // A copied or moved environment, or one whose Python was removed, does not run.
  const works = async () =>
    existsSync(PYTHON) && (await run(PYTHON, ['-m', 'pip', '--version'], { quiet: true })).code === 0;
  if (!(await works())) {
    await withLock(path.join(BUILD, 'setup.lock'), async () => {
      if (!(await works())) await makeVirtualEnvironment();
    });
  }
  if (development) await installRequirements(['requirements.txt', 'requirements-dev.txt'], '.development-hash');
  else await installRequirements(['requirements.txt'], '.runtime-hash');
  if (mysql) await installRequirements(['requirements-mysql.txt'], '.mysql-hash');
}
