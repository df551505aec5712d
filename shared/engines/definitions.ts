// Every engine that Residuum knows. A new one is a file beside this one and a line here.
import type { EngineDefinition, EngineKind } from './engine-definition.ts';
import { SGLANG } from './sglang.ts';
import { VLLM } from './vllm.ts';

export const ENGINES: readonly EngineDefinition[] = [SGLANG, VLLM];

export function definitionOf(kind: EngineKind): EngineDefinition | undefined {
  return ENGINES.find((engine) => engine.kind === kind);
}
