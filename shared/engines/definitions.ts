// The file of each engine. A new engine is a file beside these and a line here.
import type { EngineDefinition, EngineKind } from './engine-definition.ts';
import { SGLANG } from './sglang.ts';
import { VLLM } from './vllm.ts';

const DEFINITIONS: Readonly<Record<EngineKind, EngineDefinition>> = { sglang: SGLANG, vllm: VLLM };

export const ENGINES: readonly EngineDefinition[] = Object.values(DEFINITIONS);

export function definitionOf(kind: EngineKind): EngineDefinition {
  return DEFINITIONS[kind];
}
