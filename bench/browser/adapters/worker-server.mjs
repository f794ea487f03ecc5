// SPDX-License-Identifier: MIT
// The worker's half of an adapter whose product runs in a worker.
import { answerWasmMemory } from '../page/wasm-memory.mjs';

export const tell = (news) => self.postMessage({ news });

/** Answers the calls of a WorkerClient with these methods. */
export function serve(methods) {
  self.onmessage = async ({ data: { id, method, parameters } }) => {
    try {
      self.postMessage({ id, result: await methods[method](...parameters) });
    } catch (error) {
      self.postMessage({ id, error: error.message });
    }
  };
  answerWasmMemory();
  self.postMessage({ id: 0 });
}
