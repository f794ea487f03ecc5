// SPDX-License-Identifier: MIT
// The host's half of FetchTransport. Its promise never rejects (see js_result.h).

addToLibrary({
  $SawaFetch: {
    // Below this a compressed body is hardly smaller.
    COMPRESS_FROM_LENGTH: 1024,
    RETRY_AFTER_S_MAX: 24 * 3600,

    async post(request) {
      try {
        const headers = { 'Content-Type': 'application/json', 'Sawa-Client': request.client };
        if (request.token) headers.Authorization = `Bearer ${request.token}`;
        const response = await fetch(request.url, {
          method: 'POST',
          headers,
          body: await SawaFetch.encode(request.body, headers),
          credentials: request.token ? 'omit' : 'same-origin',
          cache: 'no-store',
          // A redirect is a captive portal or a wrong address, never a Sawa server.
          redirect: 'manual',
          signal: AbortSignal.timeout(request.timeoutMs),
        });
        return { ok: true, value: await SawaFetch.read(response) };
      } catch (error) {
        const timeout = error?.name === 'TimeoutError' || error?.name === 'AbortError';
        const code = timeout ? 'network_timeout' : 'network_unreachable';
        return { ok: false, code, message: `${error?.name ?? 'Error'}: ${error?.message ?? ''}` };
      }
    },

    async encode(body, headers) {
      if (body.length < SawaFetch.COMPRESS_FROM_LENGTH || typeof CompressionStream === 'undefined') return body;
      const stream = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
      const compressed = await new Response(stream).arrayBuffer();
      headers['Content-Encoding'] = 'gzip';
      return compressed;
    },

    async read(response) {
      const retryAfterS = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
      return {
        status: response.status,
        fromSawa: response.headers.has('Sawa-Protocol'),
        retryAfterS: retryAfterS > 0 ? Math.min(retryAfterS, SawaFetch.RETRY_AFTER_S_MAX) : 0,
        body: await response.text(),
      };
    },
  },

  sawa_fetch__deps: ['$SawaFetch', '$Emval', '$UTF8ToString'],
  sawa_fetch: (url, client, token, body, timeoutMs) => {
    const [urlText, clientText, tokenText, bodyText] = [url, client, token, body].map((text) => UTF8ToString(text));
    const request = { url: urlText, client: clientText, token: tokenText, body: bodyText, timeoutMs };
    return Emval.toHandle(SawaFetch.post(request));
  },
});
