// SPDX-License-Identifier: MIT
// How much WebAssembly memory there is: no figure of the browser's holds it. The page, and each worker that an adapter
// starts, imports this before anything instantiates a module.

const CHANNEL = 'bench-wasm-memory';
const ANSWERS_MS = 200;
const memories = new Set();

function remember({ exports }) {
  for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.add(new WeakRef(value));
}

function watchInstantiation() {
  const { Instance, Memory, instantiate, instantiateStreaming } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, parameters) {
      const instance = new target(...parameters);
      remember(instance);
      return instance;
    },
  });
  WebAssembly.Memory = new Proxy(Memory, {
    construct(target, parameters) {
      const memory = new target(...parameters);
      memories.add(new WeakRef(memory));
      return memory;
    },
  });
  const watched = (original) => async (source, imports) => {
    const result = await original.call(WebAssembly, source, imports);
    remember(result.instance ?? result);
    return result;
  };
  WebAssembly.instantiate = watched(instantiate);
  WebAssembly.instantiateStreaming = watched(instantiateStreaming);
}

/** Of this page or worker. */
function ownBytes() {
  const alive = new Set([...memories].map((reference) => reference.deref()).filter(Boolean));
  return [...alive].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/** For workers: answers the page that asks. */
export function answerWasmMemory() {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data === 'ask') channel.postMessage(ownBytes());
  };
}

/** For the page: its own and that of all its workers. */
export async function wasmMemoryBytes() {
  const channel = new BroadcastChannel(CHANNEL);
  let sum = ownBytes();
  channel.onmessage = ({ data }) => (sum += data);
  channel.postMessage('ask');
  await new Promise((resolve) => setTimeout(resolve, ANSWERS_MS));
  channel.close();
  return sum;
}

watchInstantiation();
