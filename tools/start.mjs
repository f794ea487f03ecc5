// SPDX-License-Identifier: MIT
// One command from a fresh clone to a running shop: sets up, builds, loads the demo shop and serves it.
import { buildAll } from './build.mjs';
import { progress, runMain, ToolError } from './lib/process.mjs';
import { ensurePortIsFree, prepareDemoDatabase, startServer } from './lib/server.mjs';
import { ensurePython, ensureSystemPackages } from './setup.mjs';

function readPort() {
  const port = Number(process.env.PORT || 8000);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new ToolError(`PORT is not a port: ${process.env.PORT}`);
  return port;
}

await runMain(async () => {
  const port = readPort();
  await ensurePortIsFree(port);
  await ensureSystemPackages(['python3-venv']);
  await ensurePython();
  await buildAll();
  progress('preparing the database and the demo shop');
  await prepareDemoDatabase();
  const server = await startServer({ port, logLevel: 'warning' });
  process.stdout.write(
    `\nBidhaa POS is open at ${server.address}\n` +
      'Log in as `demo` with the password `demo-bidhaa`. Stop it with Ctrl-C.\n\n',
  );
  // Ctrl-C reaches the server too; all that is left to do here is to wait for it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.child.kill('SIGTERM'));
  process.exitCode = (await server.ended) ?? 0;
});
