import type { EngineModule, ModuleOptions } from './engine-module.js';

export default function createSawaModule(options?: ModuleOptions): Promise<EngineModule>;
