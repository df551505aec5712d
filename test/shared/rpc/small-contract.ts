// A contract small enough to see every way a call can go, and handlers that count what is still running.
import { z } from 'zod';
import { stream, unary } from '../../../shared/rpc/method.ts';
import { RpcError } from '../../../shared/rpc/rpc-error.ts';
import type { CallContext, Handlers } from '../../../shared/rpc/server.ts';

export const smallContract = {
  double: unary(z.strictObject({ n: z.number().int() }), z.strictObject({ n: z.number().int() })),
  echo: unary(z.strictObject({ text: z.string() }), z.strictObject({ text: z.string() })),
  wrong: unary(z.strictObject({}), z.strictObject({ n: z.number() })),
  refuse: unary(z.strictObject({}), z.strictObject({})),
  crash: unary(z.strictObject({}), z.strictObject({})),
  wait: unary(z.strictObject({}), z.strictObject({})),
  count: stream(z.strictObject({ to: z.number().int() }), z.number().int()),
  countBadly: stream(z.strictObject({}), z.number().int()),
  countAndCrash: stream(z.strictObject({}), z.number().int()),
  countAndRefuse: stream(z.strictObject({}), z.number().int()),
  silent: stream(z.strictObject({}), z.number()),
  /** Produces as fast as it can, whoever reads; gives the newest. */
  torrent: stream(
    z.strictObject({ items: z.number().int() }),
    z.strictObject({ n: z.number().int(), filler: z.string() }),
  ),
} as const;

export const SECRET = 'hunter2';

export interface Counts {
  /** Handlers that have begun and not ended. */
  running: number;
  /** Items that a generator has given to the channel. */
  given: number;
  produced: number;
  readonly faults: string[];
}

/** Handlers of the small contract, and what they have counted. */
export function smallHandlers(): { handlers: Handlers<typeof smallContract>; counts: Counts } {
  const counts: Counts = { running: 0, given: 0, produced: 0, faults: [] };
  async function* counted(items: Iterable<number> | AsyncIterable<number>): AsyncGenerator<number> {
    counts.running += 1;
    try {
      for await (const item of items) {
        counts.given += 1;
        yield item;
      }
    } finally {
      counts.running -= 1;
    }
  }
  const handlers: Handlers<typeof smallContract> = {
    double: ({ n }) => ({ n: n * 2 }),
    echo: (input) => Promise.resolve(input),
    wrong: () => ({ n: 'seven' }) as unknown as { n: number },
    refuse: () => {
      throw new RpcError('no-such-node', 'No node n7 is open here.', 'Open it again.');
    },
    crash: () => {
      throw new Error(`cannot read /etc/shadow with ${SECRET}`);
    },
    wait: async (_input, { signal }) => {
      counts.running += 1;
      await aborted(signal);
      counts.running -= 1;
      return {};
    },
    count: ({ to }) => counted(Array.from({ length: to }, (_, at) => at + 1)),
    countBadly: () => counted([1, 2, 2.5, 4]),
    countAndCrash: () => counted(thenThrow(new Error(SECRET))),
    countAndRefuse: () => counted(thenThrow(new RpcError('lost', 'The node is gone.', 'Wait.'))),
    silent: (_input, { signal }) => counted(nothingUntil(signal)),
    torrent: async function* ({ items }, { signal }) {
      counts.running += 1;
      let newest = 0;
      let wake = (): void => undefined;
      void (async () => {
        for (let n = 1; n <= items && !signal.aborted; n += 1) {
          newest = n;
          counts.produced = n;
          wake();
          if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      try {
        for (let given = 0; given < items;) {
          if (newest === given) await new Promise<void>((resolve) => (wake = resolve));
          given = newest;
          counts.given += 1;
          yield { n: given, filler: 'x'.repeat(5_000) };
        }
      } finally {
        counts.running -= 1;
      }
    },
  };
  return { handlers, counts };
}

async function* thenThrow(error: Error): AsyncGenerator<number> {
  yield 1;
  yield 2;
  await Promise.resolve();
  throw error;
}

async function* nothingUntil(signal: CallContext['signal']): AsyncGenerator<number> {
  await aborted(signal);
  yield* [];
}

async function aborted(signal: CallContext['signal']): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', resolve);
  });
}
