// The reader of each engine's answers. A new engine is a file beside these and a line here.
import type { AccountingReader } from './accounting.ts';
import type { EngineKind } from './engine-definition.ts';
import { SGLANG_ACCOUNTING } from './sglang-accounting.ts';
import { VLLM_ACCOUNTING } from './vllm-accounting.ts';

export const ACCOUNTING_READERS: Readonly<Record<EngineKind, AccountingReader>> = {
  sglang: SGLANG_ACCOUNTING,
  vllm: VLLM_ACCOUNTING,
};
