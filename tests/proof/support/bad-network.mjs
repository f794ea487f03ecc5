// SPDX-License-Identifier: MIT
// One device's network, as bad as can be: a proxy that chooses what becomes of each sync request and of its answer.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { bodyOf, forward, isSync, jsonOf, listen, mutationsIn, stopListening } from '../../e2e/support/proxying.mjs';

/** What can become of a request, and how often it does. */
const FATES = {
  passed: 8,
  /** The server never sees it. */
  requestLost: 2,
  /** The server does its work, and nobody learns of it. */
  answerLost: 2,
  /** It arrives twice at once. */
  doubled: 2,
  /** It arrives again later, perhaps behind requests that were made after it. */
  repeated: 2,
  /** The device sees the connection break at once, and goes on; the request arrives later. */
  overtaken: 2,
  /** It is held for a while. */
  slow: 1,
  /** The connection breaks in the middle of the answer. */
  answerCut: 2,
  /** The answer ends in the middle, as if that were all. */
  answerTorn: 1,
};
const DELAY_MS_MAX = 600;

export class BadNetwork {
  /** While true every request passes. */
  calm = true;
  /** How many requests had each fate. */
  fates = Object.fromEntries(Object.keys(FATES).map((fate) => [fate, 0]));
  /** How many mutations the server has called duplicates. */
  duplicates = 0;
  /** Pushes that the server has and has not answered. */
  inFlight = 0;
  #target;
  #choices;
  #onPush;
  #server;
  #later = new Set();

  /** `onPush` is called whenever mutations go to the server. */
  static async start(targetPort, choices, onPush) {
    const network = new BadNetwork(targetPort, choices, onPush);
    network.address = await listen(network.#server);
    return network;
  }

  constructor(targetPort, choices, onPush) {
    this.#target = targetPort;
    this.#choices = choices;
    this.#onPush = onPush;
    this.#server = http.createServer((request, response) => {
      this.#meet(request, response).catch(() => request.socket.destroy());
    });
  }

  /** Ends all faults, and waits until what is still under way has arrived. */
  async calmDown() {
    this.calm = true;
    await Promise.all(this.#later);
  }

  async close() {
    await this.calmDown();
    await stopListening(this.#server);
  }

  async #meet(request, response) {
    const body = await bodyOf(request);
    const send = () => this.#send(request, body);
    if (this.calm || !isSync(request)) return this.#answer(response, await send());
    const fate = this.#choices.weighted(FATES);
    const delayMs = this.#choices.between(1, DELAY_MS_MAX);
    this.fates[fate] += 1;
    switch (fate) {
      case 'passed':
        return this.#answer(response, await send());
      case 'requestLost':
        return request.socket.destroy();
      case 'answerLost':
        await send();
        return request.socket.destroy();
      case 'doubled':
        return this.#answer(response, (await Promise.all([send(), send()]))[1]);
      case 'repeated':
        this.#arriveLater(delayMs, send);
        return this.#answer(response, await send());
      case 'overtaken':
        this.#arriveLater(delayMs, send);
        return request.socket.destroy();
      case 'slow':
        await pause(delayMs);
        return this.#answer(response, await send());
      case 'answerCut':
        return this.#cut(response, await send());
      default:
        return this.#tear(response, await send());
    }
  }

  /** Has the server answer, and gives the whole answer. Rejects if the server ends before. */
  async #send(request, body) {
    const push = mutationsIn(request, body) > 0;
    if (push) this.inFlight += 1;
    try {
      const sent = forward(this.#target, request, body);
      if (push) this.#onPush();
      const received = await sent;
      const { statusCode, headers } = received;
      const answer = { statusCode, headers, body: await bodyOf(received) };
      if (push && statusCode === 200) this.#countDuplicates(answer);
      return answer;
    } finally {
      if (push) this.inFlight -= 1;
    }
  }

  #countDuplicates(answer) {
    const { verdicts } = jsonOf(answer, answer.body);
    this.duplicates += verdicts.filter(({ status }) => status === 'duplicate').length;
  }

  #arriveLater(delayMs, send) {
    const arrival = pause(delayMs)
      .then(send)
      // The server was down when it arrived: then it is lost, as any request may be.
      .catch(() => undefined)
      .finally(() => this.#later.delete(arrival));
    this.#later.add(arrival);
  }

  #answer(response, { statusCode, headers, body }) {
    response.writeHead(statusCode, { ...headers, connection: 'close' });
    response.end(body);
  }

  #cut(response, { statusCode, headers, body }) {
    response.writeHead(statusCode, { ...headers, connection: 'close' });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  }

  #tear(response, { statusCode, headers, body }) {
    const { 'content-encoding': encoding, 'content-length': _, ...rest } = headers;
    const whole = encoding === 'gzip' ? gunzipSync(body) : body;
    response.writeHead(statusCode, { ...rest, connection: 'close' });
    response.end(whole.subarray(0, whole.length / 2));
  }
}
