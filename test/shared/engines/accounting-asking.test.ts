// Which paths an engine is asked for, in which order, and when no more: played against engines of several versions.
import { describe, expect, it } from 'vitest';
import type { AccountingReader } from '../../../shared/engines/accounting.ts';
import { SGLANG_ACCOUNTING } from '../../../shared/engines/sglang-accounting.ts';
import { VLLM_ACCOUNTING } from '../../../shared/engines/vllm-accounting.ts';
import type { AccountingPath, AccountingReasonCode } from '../../../shared/model/accounting.ts';

type Ending = 'answered' | AccountingReasonCode;

/** The paths of some rounds, asked of an engine that ends each as told; what is not told is a 404. */
function rounds(
  reader: AccountingReader,
  ...engines: readonly Readonly<Partial<Record<AccountingPath, Ending>>>[]
): AccountingPath[][] {
  const answered = new Set<AccountingPath>();
  const absent = new Set<AccountingPath>();
  return engines.map((engine) => {
    const ended = new Map<AccountingPath, Ending>();
    for (;;) {
      const path = reader.nextPath({ ended, answered, absent });
      if (path === undefined) return [...ended.keys()];
      if (ended.has(path)) throw new Error(`${path} was asked twice in one round`);
      const ending = engine[path] ?? 'not-found';
      ended.set(path, ending);
      if (ending === 'answered') answered.add(path);
      if (ending === 'not-found') absent.add(path);
    }
  });
}

const LOADS = '/v1/loads?include=core,memory';

describe('SGLang is asked', () => {
  it('for loads in each round, and for its configuration once', () => {
    const engine = { [LOADS]: 'answered', '/server_info': 'answered' } as const;
    expect(rounds(SGLANG_ACCOUNTING, engine, engine, engine)).toEqual([[LOADS, '/server_info'], [LOADS], [LOADS]]);
  });

  it('for the old name only after a 404 of the new one, and never again for what is not there', () => {
    const old = { '/get_server_info': 'answered' } as const;
    expect(rounds(SGLANG_ACCOUNTING, old, old)).toEqual([[LOADS, '/server_info', '/get_server_info'], []]);
    const failing = { ...old, '/server_info': 'server-error' } as const;
    expect(rounds(SGLANG_ACCOUNTING, failing)).toEqual([[LOADS, '/server_info']]);
  });

  it('again for its configuration when it did not answer', () => {
    const busy = { [LOADS]: 'answered', '/server_info': 'timeout' } as const;
    const ready = { [LOADS]: 'answered', '/server_info': 'answered' } as const;
    expect(rounds(SGLANG_ACCOUNTING, busy, ready, ready)).toEqual([
      [LOADS, '/server_info'],
      [LOADS, '/server_info'],
      [LOADS],
    ]);
  });

  it.each(['refused', 'forward-refused', 'timeout', 'closed', 'not-http', 'unauthorized', 'forbidden'] as const)(
    'no more in this round after %s',
    (ending) => {
      expect(rounds(SGLANG_ACCOUNTING, { [LOADS]: ending, '/server_info': 'answered' })).toEqual([[LOADS]]);
    },
  );

  it.each(['server-error', 'bad-status', 'html', 'wrong-shape', 'broken-json'] as const)(
    'for /server_info too when loads end with %s',
    (ending) => {
      const engine = { [LOADS]: ending, '/server_info': 'answered' } as const;
      expect(rounds(SGLANG_ACCOUNTING, engine)).toEqual([[LOADS, '/server_info']]);
    },
  );

  it('nothing that an engine has not: all of it is a 404', () => {
    expect(rounds(SGLANG_ACCOUNTING, {}, {})).toEqual([[LOADS, '/server_info', '/get_server_info'], []]);
  });
});

describe('vLLM is asked', () => {
  it('for its state in each round, for version and model once; no /is_sleeping outside development mode', () => {
    const engine = { '/metrics': 'answered', '/version': 'answered', '/v1/models': 'answered' } as const;
    expect(rounds(VLLM_ACCOUNTING, engine, engine)).toEqual([
      ['/metrics', '/is_sleeping', '/version', '/v1/models'],
      ['/metrics'],
    ]);
  });

  it('for /is_sleeping in each round where it is answered', () => {
    const engine = { '/metrics': 'answered', '/is_sleeping': 'answered' } as const;
    expect(rounds(VLLM_ACCOUNTING, engine, engine)).toEqual([
      ['/metrics', '/is_sleeping', '/version', '/v1/models'],
      ['/metrics', '/is_sleeping'],
    ]);
  });

  it('no more in this round when nothing listens', () => {
    expect(rounds(VLLM_ACCOUNTING, { '/metrics': 'refused' })).toEqual([['/metrics']]);
  });
});
