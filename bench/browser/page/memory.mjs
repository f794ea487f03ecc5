// SPDX-License-Identifier: MIT
// What the page holds in memory, and what its origin holds on disk, in the browser's own words.
import { wasmMemoryBytes } from './wasm-memory.mjs';

/** The heaps and ArrayBuffers of the page and its workers; the browser counts WebAssembly's memory nowhere. */
export async function measureMemory() {
  const { bytes: heapBytes } = await performance.measureUserAgentSpecificMemory();
  const wasmBytes = await wasmMemoryBytes();
  return { totalBytes: heapBytes + wasmBytes, heapBytes, wasmBytes };
}

export async function measureStorageEstimate() {
  const { usage } = await navigator.storage.estimate();
  return { estimateBytes: usage };
}
