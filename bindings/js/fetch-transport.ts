// SPDX-License-Identifier: MIT
// The host's half of FetchTransport.

import { failure, success } from './host-request.js';
import type { HostAnswer } from './host-request.js';

// Below this a compressed body is hardly smaller.
const COMPRESS_FROM_LENGTH = 1024;
const RETRY_AFTER_S_MAX = 24 * 3600;
// A request so small arrives even if its page is closed meanwhile. All of a page together may have 64 KiB; more fails.
const KEEPALIVE_BYTES_MAX = 32 * 1024;

export type PostParts = [url: string, client: string, token: string, body: string, timeoutMs: number];

/**
 * Posts JSON. Answers with the status, whether a Sawa server has answered (1 or 0), its Retry-After in seconds or 0, and the
 * body. Errors: network_timeout, network_unreachable. The promise never rejects.
 */
export async function post([url, client, token, body, timeoutMs]: PostParts): Promise<HostAnswer> {
  try {
    const headers: Record<string, string> = { 'Content-Type': 'application/json', 'Sawa-Client': client };
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const sent = await encode(body, headers);
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: sent,
      keepalive: sent.byteLength <= KEEPALIVE_BYTES_MAX,
      credentials: token ? 'omit' : 'same-origin',
      cache: 'no-store',
      // A redirect is a captive portal or a wrong address, never a Sawa server.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const retryAfterS = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
    return success([
      response.status,
      response.headers.has('Sawa-Protocol') ? 1 : 0,
      retryAfterS > 0 ? Math.min(retryAfterS, RETRY_AFTER_S_MAX) : 0,
      await response.text(),
    ]);
  } catch (cause) {
    const { name = 'Error', message = '' } = (cause ?? {}) as Partial<Error>;
    const timeout = name === 'TimeoutError' || name === 'AbortError';
    return failure(timeout ? 'network_timeout' : 'network_unreachable', `${name}: ${message}`);
  }
}

async function encode(body: string, headers: Record<string, string>): Promise<ArrayBuffer | Uint8Array<ArrayBuffer>> {
  if (body.length < COMPRESS_FROM_LENGTH || typeof CompressionStream === 'undefined') {
    return new TextEncoder().encode(body);
  }
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
  const compressed = await new Response(stream).arrayBuffer();
  headers['Content-Encoding'] = 'gzip';
  return compressed;
}
