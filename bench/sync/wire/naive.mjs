// SPDX-License-Identifier: MIT
// What one writes first: whole records as JSON arrays, by collection. It knows nothing of edits that meet, of requests that
// arrive twice, or of what was removed.
import { gzipSync } from 'node:zlib';

const size = (value) => {
  const text = JSON.stringify(value);
  return { gzip: gzipSync(text).length, plain: Buffer.byteLength(text) };
};

/** `sent`, `received`: { collection: [records] }. */
export const naiveExchange = ({ sent = {}, received = { ok: true } }) => ({
  sent: size(sent),
  received: size(received),
});
