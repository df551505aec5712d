// What engines and users say of an engine, as observations that follow the looks of test/kit/observed.ts.
import { SGLANG_ACCOUNTING } from '../../shared/engines/sglang-accounting.ts';
import { VLLM_ACCOUNTING } from '../../shared/engines/vllm-accounting.ts';
import type { AccountingPath } from '../../shared/model/accounting.ts';
import type { AccountingSeen, ToldSeen } from '../../shared/model/observation.ts';
import { folded, look, FIRST_LOOK_MS } from './observed.ts';

/** An engine of a scenario by its root's pid; its start is read from a look at that scenario. */
function rootOf(text: string, rootPid: number): { rootPid: number; rootStartTicks: number } {
  const engines = folded(...look(text)).moment?.session.latest?.detection.engines ?? [];
  const root = engines.find((engine) => engine.root.pid === rootPid)?.root;
  if (root === undefined) throw new Error(`no engine of this scenario has the root ${rootPid}`);
  return { rootPid, rootStartTicks: root.startTicks };
}

export function told(text: string, rootPid: number, state: ToldSeen['state']): ToldSeen {
  return { kind: 'told', node: 'n1', atMs: FIRST_LOOK_MS + 500, ...rootOf(text, rootPid), state };
}

export interface SaidOptions {
  readonly kind?: 'sglang' | 'vllm';
  readonly atMs?: number;
}

/** The answer to one GET: only what the allow-list lets through is kept, as on a node. */
export function said(
  text: string,
  rootPid: number,
  path: AccountingPath,
  body: unknown,
  { kind = 'sglang', atMs = FIRST_LOOK_MS + 100 }: SaidOptions = {},
): AccountingSeen {
  const reader = kind === 'sglang' ? SGLANG_ACCOUNTING : VLLM_ACCOUNTING;
  const picked = reader.pick(path, JSON.stringify(body));
  if (!picked.ok) throw new Error(`${path} was refused: ${picked.code} ${picked.detail}`);
  const seen = { kind: 'answer', path, status: 200, receivedMs: atMs, ...picked.value } as const;
  const answer = { ...rootOf(text, rootPid), endpoint: { host: '127.0.0.1', port: 30000 }, seen };
  return { kind: 'accounting', node: 'n1', atMs, answer };
}

/** `/server_info` of an SGLang engine with one scheduler; sizes in GiB. */
export function memory(weight: number, kvcache: number, graph: number): unknown {
  return { version: '0.5.1', internal_states: [{ memory_usage: { weight, kvcache, graph, token_capacity: 1000 } }] };
}
