// SPDX-License-Identifier: MIT
// What the till sends.
import { gunzipSync } from 'node:zlib';

/** A request to the sync endpoint as { sender, client, body }; null for any other request. */
export function syncRequest(request) {
  if (!request.url().endsWith('/sync/v1/sync')) return null;
  const headers = request.headers();
  const bytes = request.postDataBuffer();
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  const sender = request.serviceWorker() ? 'service worker' : 'page';
  return { sender, client: headers['sawa-client'], body: JSON.parse(text) };
}
