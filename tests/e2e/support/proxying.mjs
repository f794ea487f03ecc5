// SPDX-License-Identifier: MIT
// What proxies in front of a shop's server have in common.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

const SYNC_PATH = '/sync/v1/sync';

export async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The JSON of a body, whether it is compressed or not. */
export function jsonOf({ headers }, body) {
  return JSON.parse(headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
}

export const isSync = (request) => request.url === SYNC_PATH;

/** How many mutations a request to the sync endpoint carries; 0 for any other request. */
export function mutationsIn(request, body) {
  return isSync(request) ? jsonOf(request, body).mutations.length : 0;
}

/** Sends a request on to the server. Resolves to its answer, whose body is still to be read. */
export function forward(port, { method, url: path, headers }, body) {
  return new Promise((resolve, reject) => {
    const forwarded = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    forwarded.once('response', resolve).once('error', reject);
    forwarded.end(body);
  });
}

/** Starts a server on a port, or (0) on any that is free. */
export function listen(server, port = 0) {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(`http://localhost:${server.address().port}`));
  });
}

export async function stopListening(server) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
