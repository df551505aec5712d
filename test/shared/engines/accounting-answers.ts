// Bodies of SGLang as the tests write them, read the way a node would read them, and expected sizes.
import { bytes } from '../../../shared/base/units.ts';
import type { Accounting, EngineStatement } from '../../../shared/engines/accounting.ts';
import { SGLANG_ACCOUNTING } from '../../../shared/engines/sglang-accounting.ts';
import { stated, unstated, type AccountingPath, type Stated } from '../../../shared/model/accounting.ts';

/** Asks the reader as a node would: each body becomes the answer of its path, one second apart. */
export function statement(...bodies: readonly (readonly [AccountingPath, string])[]): EngineStatement {
  return SGLANG_ACCOUNTING.read(
    bodies.map(([path, body], index) => {
      const picked = SGLANG_ACCOUNTING.pick(path, body);
      if (!picked.ok) throw new Error(`${path} was refused: ${picked.code} ${picked.detail}`);
      return { kind: 'answer', path, status: 200, receivedMs: 1000 * (index + 1), ...picked.value };
    }),
  );
}

export function accounting(...bodies: readonly (readonly [AccountingPath, string])[]): Accounting {
  const told = statement(...bodies).accounting;
  if (!told.known) throw new Error(`no accounting: ${told.why.code}`);
  return told.value;
}

/** `/server_info` of an engine whose schedulers say these memory numbers. */
export function info(...memory: readonly unknown[]): string {
  return JSON.stringify({ version: '0.5.1', internal_states: memory.map((each) => ({ memory_usage: each })) });
}

export function size(count: number): Stated<ReturnType<typeof bytes>> {
  return stated(bytes(count));
}

export function missing(name: string): Stated<never> {
  return unstated('missing', `internal_states[0].memory_usage.${name}`);
}
