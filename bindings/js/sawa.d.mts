import type { EngineModule } from './engine-module.js';
import type { HostExports } from './host.js';

/** The glue that Emscripten makes. */
export default function createSawaModule(options: {
  host: object;
  instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => void;
}): Promise<Omit<EngineModule, 'listeners'> & HostExports>;
