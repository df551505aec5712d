// Every engine that Residuum knows. A new one is a file beside this one and a line here.
import type { EngineDefinition } from './engine-definition.ts';
import { SGLANG } from './sglang.ts';
import { VLLM } from './vllm.ts';

export const ENGINES: readonly EngineDefinition[] = [SGLANG, VLLM];
