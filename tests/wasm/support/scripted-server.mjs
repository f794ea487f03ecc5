// SPDX-License-Identifier: MIT
// A server that answers as a test tells it to, and remembers what it was asked.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

export const ENROLMENT = {
  device: { id: '00000000-0000-4000-8000-000000000001', name: 'Till 1', series: 'A1' },
  shop: {
    id: '00000000-0000-4000-8000-000000000002',
    name: 'Shop',
    currency: 'TZS',
    time_zone: 'Africa/Dar_es_Salaam',
  },
  actor: { id: '1', name: 'demo' },
  token: 'a-token',
  expires_at_ms: 1_790_000_000_000,
  server_time_ms: 1_780_000_000_000,
};

const SAWA = { 'Sawa-Protocol': '1', 'Content-Type': 'application/json' };

/** An answer in the protocol's own form. */
export const answer = (status, body, headers = {}) => ({ status, headers: { ...SAWA, ...headers }, body });
export const failure = (status, code, headers = {}) => answer(status, { error: { code, message: code } }, headers);
/** An answer of something that is not a Sawa server. */
export const foreign = (status, body) => ({ status, headers: { 'Content-Type': 'text/html' }, body });
/** No answer, ever. */
export const SILENCE = Symbol('silence');

/** The answer of a server that takes every mutation. */
export function accept({ mutations }, { version = 1, changes = [] } = {}) {
  const verdicts = mutations.map(({ seq }) => ({
    seq,
    status: 'applied',
    code: null,
    message: null,
    version,
    warnings: [],
  }));
  const lastSeq = mutations.at(-1)?.seq ?? 0;
  const cursor = `cursor-${version}`;
  return answer(200, {
    ...{ protocol: 1, server_time_ms: Date.now(), last_seq: lastSeq, verdicts, warnings: [] },
    ...{ reset: false, cursor, version, head: version, more: false, changes },
  });
}

export class ScriptedServer {
  /** What to answer to the next sync requests, first to last: an answer, or a function of the request's body. */
  script = [];
  /** The bodies (also as texts) and headers of all sync requests so far. */
  requests = [];
  #server;

  static async start(t) {
    const server = new ScriptedServer();
    await new Promise((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.address = `http://localhost:${server.#server.address().port}`;
    t.after(() => server.close());
    return server;
  }

  constructor() {
    this.#server = http.createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const chosen = this.#answerTo(request, String(text));
      if (chosen === SILENCE) return;
      const { status, headers, body } = chosen;
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  #answerTo(request, text) {
    const body = JSON.parse(text);
    if (request.url === '/sync/v1/enroll') return answer(200, ENROLMENT);
    this.requests.push({ url: request.url, headers: request.headers, body, text });
    const next = this.script.shift() ?? accept;
    return typeof next === 'function' ? next(body) : next;
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
