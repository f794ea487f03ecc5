// SPDX-License-Identifier: MIT
// Running other programs, and saying what is going on while they run.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const startedAt = Date.now();

/** Prints one progress line with the seconds since this tool started. Goes to stderr: stdout belongs to results. */
export function progress(message) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`[${seconds}s] ${message}\n`);
}

/** An error whose message is the whole explanation: printed without a stack trace. */
export class ToolError extends Error {}

/** The absolute path of a program on PATH, or undefined. */
export function findProgram(name, searchPath = process.env.PATH ?? '') {
  for (const folder of searchPath.split(path.delimiter)) {
    const candidate = path.join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not here: look in the next folder
    }
  }
  return undefined;
}

/**
 * Runs a program and resolves to { code, stdout, stderr }.
 * options: cwd, env (added to ours), quiet (capture the output only), capture (capture and show), input.
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const show = !options.quiet;
    const keep = Boolean(options.quiet || options.capture);
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', keep ? 'pipe' : 2, keep ? 'pipe' : 2],
    });
    let stdout = '';
    let stderr = '';
    if (options.input !== undefined) child.stdin.end(options.input);
    if (keep) {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        stdout += text;
        if (show) process.stderr.write(text);
      });
      child.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text;
        if (show) process.stderr.write(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? `signal ${signal}`, stdout, stderr }));
  });
}

/** Like run, but anything other than exit code 0 is an error that shows the program's last words. */
export async function runOrFail(program, args, options = {}) {
  const result = await run(program, args, options);
  if (result.code !== 0) {
    const output = options.quiet ? `\n${(result.stdout + result.stderr).trimEnd().slice(-4000)}` : '';
    throw new ToolError(`${path.basename(program)} ${args.join(' ')} failed (exit ${result.code})${output}`);
  }
  return result;
}

/** Runs the main function of a command-line tool, and turns a failure into a message and exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`\n${error instanceof ToolError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
