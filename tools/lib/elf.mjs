// SPDX-License-Identifier: MIT
// Makes unpacked ELF programs run from a folder of their own, with the C library that was unpacked beside them.
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';

import { run, runOrFail, ToolError } from './process.mjs';

function isElfFile(file) {
  if (!lstatSync(file).isFile()) return false;
  const start = Buffer.alloc(4);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, start, 0, 4, 0);
  closeSync(descriptor);
  return start.toString('latin1') === '\x7fELF';
}

function elfFilesIn(folder, matches = () => true) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter(matches);
  return files.map((name) => path.join(folder, name)).filter(isElfFile);
}

/** usr/lib/llvm-NN with the highest NN. */
function findLlvmFolder(root) {
  const names = readdirSync(path.join(root, 'usr/lib')).filter((name) => /^llvm-\d+$/.test(name));
  names.sort((left, right) => Number(right.slice(5)) - Number(left.slice(5)));
  if (names.length === 0) throw new ToolError('The unpacked packages contain no LLVM.');
  return path.join('usr/lib', names[0]);
}

/** The multi-arch library folder, recognised by the dynamic loader in it. */
function findLoader(root) {
  for (const name of readdirSync(path.join(root, 'usr/lib'))) {
    const folder = path.join(root, 'usr/lib', name);
    if (!lstatSync(folder).isDirectory()) continue;
    const loader = readdirSync(folder).find((file) => /^ld-linux.*\.so\.\d+$/.test(file));
    if (loader) return { libraries: path.join('usr/lib', name), loader: path.join('usr/lib', name, loader) };
  }
  throw new ToolError('The unpacked packages contain no dynamic loader.');
}

/**
 * Rewrites loader and library paths of the programs in `root`, which will later be renamed to `finalRoot`.
 * Returns the final path of the LLVM folder.
 */
export async function makeRelocatable(root, finalRoot, patchelf) {
  const llvm = findLlvmFolder(root);
  const { libraries, loader } = findLoader(root);
  const searchPath = [libraries, path.join(llvm, 'lib')].map((folder) => path.join(finalRoot, folder)).join(':');
  const setSearchPath = ['--force-rpath', '--set-rpath', searchPath];

  const programs = [
    ...elfFilesIn(path.join(root, llvm, 'bin')),
    ...elfFilesIn(path.join(root, 'usr/bin'), (name) => name.startsWith('wasm-')),
  ];
  const setLoader = ['--set-interpreter', path.join(finalRoot, loader)];
  for (const program of programs) {
    await runOrFail(patchelf, [...setSearchPath, ...setLoader, program], { quiet: true });
  }

  // A library's own RUNPATH would hide the search path of the program that loads it.
  const sharedLibraries = [
    ...elfFilesIn(path.join(root, libraries), (name) => name.includes('.so')),
    ...elfFilesIn(path.join(root, llvm, 'lib'), (name) => name.includes('.so')),
  ];
  for (const library of sharedLibraries) {
    const { stdout } = await run(patchelf, ['--print-rpath', library], { quiet: true });
    if (stdout.trim()) await runOrFail(patchelf, [...setSearchPath, library], { quiet: true });
  }
  return path.join(finalRoot, llvm);
}
