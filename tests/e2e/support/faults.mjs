// SPDX-License-Identifier: MIT
// What must not happen in any test: errors that nobody caught, broken security rules, errors in the console, requests
// to other places than the shop's own server.
import assert from 'node:assert/strict';

/** What the browser itself prints while there is no network, or no server, or the server is killed during a request. */
export const NO_NETWORK =
  /^Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

/** Tells the console of a broken content security policy: the browser's own words for it differ. Runs in the page. */
function reportViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`securitypolicyviolation ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
}

export class Faults {
  #found = [];
  #allowed;
  #origin;

  constructor(origin, allowed = []) {
    this.#origin = origin;
    this.#allowed = allowed;
  }

  /** Watches all pages and workers of a browser context, present and future. */
  async watch(context) {
    await context.addInitScript(reportViolations);
    context.on('weberror', (webError) => {
      const error = webError.error();
      this.#add('pageerror', error.stack ?? error.message);
    });
    context.on('console', (message) => this.#addMessage('console', message));
    const watchWorker = (worker) => worker.on('console', (message) => this.#addMessage('service worker', message));
    context.serviceWorkers().forEach(watchWorker);
    context.on('serviceworker', watchWorker);
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      const local = ['blob:', 'data:', 'about:'].includes(protocol);
      if (!local && origin !== this.#origin) this.#add('request', request.url());
    });
  }

  /** From now on this kind of console error is what the test is about. */
  allow(...patterns) {
    this.#allowed = [...this.#allowed, ...patterns];
  }

  get found() {
    return [...this.#found];
  }

  /** Takes out what a test has provoked on purpose, and gives it. */
  take() {
    return this.#found.splice(0);
  }

  assertNone() {
    assert.deepEqual(this.#found, [], 'the pages did something that they must never do');
  }

  #addMessage(where, message) {
    const text = message.text();
    const violation = text.includes('securitypolicyviolation') || text.includes('Content Security Policy');
    if (violation) this.#add('csp', text);
    else if (message.type() === 'error' && !this.#allowed.some((pattern) => pattern.test(text))) this.#add(where, text);
  }

  #add(kind, text) {
    this.#found.push(`${kind}: ${text}`);
  }
}
