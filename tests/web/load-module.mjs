// SPDX-License-Identifier: MIT
// Loads a TypeScript module of the till into Node, by the same compiler that builds the till.
import { fileURLToPath } from 'node:url';

import { createServer } from 'vite';

/** The exports of a module, named by its path under `web/src`. It must not need a browser. */
export async function loadModule(path) {
  const server = await createServer({
    root: fileURLToPath(new URL('../../web/', import.meta.url)),
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    return await server.ssrLoadModule(`/src/${path}`);
  } finally {
    await server.close();
  }
}
