// What must hold on every pipe that a channel runs on.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, type Client } from '../../../shared/rpc/client.ts';
import { contract } from '../../../shared/rpc/contract.ts';
import type { Pipe } from '../../../shared/rpc/pipe.ts';
import { RpcError } from '../../../shared/rpc/rpc-error.ts';
import { serve } from '../../../shared/rpc/server.ts';
import { SECRET, smallContract, smallHandlers, type Counts } from './small-contract.ts';

export interface TwoEnds {
  readonly client: Pipe;
  readonly server: Pipe;
  /** Closes both and whatever is behind them. */
  end(): Promise<void> | void;
}

/** Runs the suite over pipes that `open` makes, a new pair for each test. */
export function channelSuite(name: string, open: () => Promise<TwoEnds> | TwoEnds): void {
  describe(`a channel over ${name}`, () => {
    const test: { ends: TwoEnds; client: Client<typeof smallContract>; counts: Counts } = {} as never;

    beforeEach(async () => {
      test.ends = await open();
      const { handlers, counts } = smallHandlers();
      test.counts = counts;
      serve(smallContract, handlers, test.ends.server, {
        onFault: (method, error) => counts.faults.push(`${method}: ${String(error)}`),
      });
      test.client = connect(smallContract, test.ends.client);
    });

    afterEach(async () => {
      await test.ends.end();
    });

    const nothingRuns = async (): Promise<void> => {
      await expect.poll(() => test.counts.running, { interval: 5 }).toBe(0);
    };

    it('answers 500 calls at once, each its own', async () => {
      // A host takes 256 at a time.
      for (const begin of [0, 250]) {
        const calls = Array.from({ length: 250 }, (_, at) => test.client.double({ n: begin + at }));
        expect((await Promise.all(calls)).map(({ n }) => n)).toEqual(
          Array.from({ length: 250 }, (_, at) => (begin + at) * 2),
        );
      }
    });

    it('carries a large text in both directions, and every kind of character', async () => {
      const text = `"\\ \u0000\u001B[31m \u202E é 漢 😀 ${'x'.repeat(500_000)}`;
      expect(await test.client.echo({ text })).toEqual({ text });
    });

    it('refuses an input before it is sent, and says where it is wrong but not what it was', async () => {
      const failure = await failureOf(test.client.double({ n: SECRET } as never));
      expect(failure).toMatchObject({ code: 'bad-input', message: 'The call double was refused: n: invalid_type.' });
    });

    it('refuses an output that its own host got wrong, and tells the host', async () => {
      const failure = await failureOf(test.client.wrong({}));
      expect(failure).toMatchObject({ code: 'bad-output', message: expect.stringContaining('n: invalid_type') });
      expect(test.counts.faults).toHaveLength(1);
    });

    it('gives the items before a bad one, and then its error', async () => {
      const { items, failure } = await read(test.client.countBadly({}));
      expect(items).toEqual([1, 2]);
      expect(failure).toMatchObject({ code: 'bad-output' });
      await nothingRuns();
    });

    it('gives a typed error as it was thrown', async () => {
      const failure = await failureOf(test.client.refuse({}));
      expect(failure).toBeInstanceOf(RpcError);
      expect(failure).toMatchObject({
        code: 'no-such-node',
        message: 'No node n7 is open here.',
        next: 'Open it again.',
      });
      const { items, failure: later } = await read(test.client.countAndRefuse({}));
      expect(items).toEqual([1, 2]);
      expect(later).toMatchObject({ code: 'lost', message: 'The node is gone.', next: 'Wait.' });
    });

    it('tells of a crash without its text, its stack or a secret; the host hears all of it', async () => {
      const { failure: ofStream } = await read(test.client.countAndCrash({}));
      for (const failure of [await failureOf(test.client.crash({})), ofStream]) {
        expect(failure).toMatchObject({ code: 'internal' });
        expect(JSON.stringify([failure?.message, failure?.next])).not.toMatch(/hunter2|shadow|\.ts|at /);
      }
      expect(test.counts.faults.join()).toContain(SECRET);
    });

    it('reads a stream to its end, more than once', async () => {
      const numbers = test.client.count({ to: 300 });
      const expected = { items: Array.from({ length: 300 }, (_, at) => at + 1), failure: undefined };
      expect(await read(numbers)).toEqual(expected);
      expect(await read(numbers)).toEqual(expected);
      await nothingRuns();
    });

    it('with a window of one keeps the order and loses nothing', async () => {
      const { items } = await read(test.client.count({ to: 50 }, { window: 1 }));
      expect(items).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    });

    it('ends the generator of the host when the loop is left', async () => {
      for await (const n of test.client.count({ to: 1_000_000 })) if (n === 20) break;
      await nothingRuns();
      expect(test.counts.given).toBeLessThan(40);
    });

    it('ends a silent stream that is given up', async () => {
      const stop = new AbortController();
      const reading = read(test.client.silent({}, { signal: stop.signal }));
      await expect.poll(() => test.counts.running).toBe(1);
      stop.abort();
      expect((await reading).failure).toMatchObject({ code: 'aborted' });
      await nothingRuns();
    });

    it('ends a silent stream whose reader leaves while it waits', async () => {
      const iterator = test.client.silent({})[Symbol.asyncIterator]();
      const next = iterator.next();
      await expect.poll(() => test.counts.running).toBe(1);
      await iterator.return?.();
      expect(await next).toEqual({ done: true, value: undefined });
      await nothingRuns();
    });

    it('gives a call up, and does not begin one that was given up before', async () => {
      const stop = new AbortController();
      const call = failureOf(test.client.wait({}, { signal: stop.signal }));
      await expect.poll(() => test.counts.running).toBe(1);
      stop.abort();
      expect(await call).toMatchObject({ code: 'aborted' });
      await nothingRuns();
      expect(await failureOf(test.client.wait({}, { signal: stop.signal }))).toMatchObject({ code: 'aborted' });
      expect(test.counts.running).toBe(0);
    });

    it('gives a slow reader few and then the newest of 20,000, and queues nothing', async () => {
      const seen: number[] = [];
      for await (const { n } of test.client.torrent({ items: 20_000 }, { window: 4 })) {
        seen.push(n);
        if (seen.length === 1) await vi.waitUntil(() => test.counts.produced === 20_000, { timeout: 60_000 });
      }
      expect(seen.at(-1)).toBe(20_000);
      // The window that was open when the reader stopped, and what is granted anew: never what was produced.
      expect(seen.length).toBeLessThanOrEqual(8);
      expect(test.counts.given).toBe(seen.length);
      await nothingRuns();
    });

    it('keeps several streams apart: a stopped one holds up no other', async () => {
      const slow = test.client.count({ to: 1_000 }, { window: 2 })[Symbol.asyncIterator]();
      expect(await slow.next()).toEqual({ done: false, value: 1 });
      expect((await read(test.client.count({ to: 500 }))).items).toHaveLength(500);
      expect(await slow.next()).toEqual({ done: false, value: 2 });
      await slow.return?.();
      await nothingRuns();
    });

    it('fails every call when the host drops, and those that come later', async () => {
      const call = failureOf(test.client.wait({}));
      const reading = read(test.client.silent({}));
      await expect.poll(() => test.counts.running).toBe(2);
      test.ends.server.close();
      expect(await call).toMatchObject({ code: 'closed' });
      expect((await reading).failure).toMatchObject({ code: 'closed' });
      expect(await failureOf(test.client.double({ n: 1 }))).toMatchObject({ code: 'closed' });
      await nothingRuns();
    });

    it('ends everything of a page that drops', async () => {
      const call = failureOf(test.client.wait({}));
      const reading = read(test.client.silent({}));
      const slow = test.client.count({ to: 1_000 }, { window: 2 })[Symbol.asyncIterator]();
      await slow.next();
      await expect.poll(() => test.counts.running).toBe(3);
      test.ends.client.close();
      await nothingRuns();
      expect(await call).toMatchObject({ code: 'closed' });
      expect((await reading).failure).toMatchObject({ code: 'closed' });
    });
  });

  describe(`a host behind ${name}`, () => {
    const test: { ends: TwoEnds; counts: Counts; said: string[]; closed: boolean } = {} as never;

    beforeEach(async () => {
      test.ends = await open();
      test.said = [];
      test.closed = false;
      test.ends.client.onText((text) => test.said.push(text));
      test.ends.client.onClose(() => (test.closed = true));
      const { handlers, counts } = smallHandlers();
      test.counts = counts;
      serve(smallContract, handlers, test.ends.server);
    });

    afterEach(async () => {
      await test.ends.end();
    });

    it.each([
      ['nothing', ''],
      ['no JSON', '[1,"call"'],
      ['no list', '{"id":1}'],
      ['null', 'null'],
      ['an unknown word', '[1,"shout",2]'],
      ['a number that is none', '["1","abort"]'],
      ['a number below one', '[0,"abort"]'],
      ['credit below one', '[1,"credit",0]'],
      ['a fraction of credit', '[1,"credit",0.5]'],
      ['too much credit', '[1,"credit",1000000]'],
      ['one word too many', '[1,"abort",1]'],
      ['the words of a host', '[1,"ok",1]'],
      ['a very long text', `[1,"call","echo",{"text":"${'x'.repeat(1_100_000)}"},0]`],
    ])('closes on %s', async (_what, text) => {
      test.ends.client.send('[1,"call","wait",{},0]');
      await expect.poll(() => test.counts.running).toBe(1);
      test.ends.client.send(text);
      await expect.poll(() => [test.closed, test.counts.running]).toEqual([true, 0]);
      expect(test.said).toEqual([]);
    });

    it('closes when a number is used twice', async () => {
      test.ends.client.send('[1,"call","wait",{},0]');
      test.ends.client.send('[1,"call","wait",{},0]');
      await expect.poll(() => test.closed).toBe(true);
    });

    it.each(['no.such', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
      'knows no call %j',
      async (method) => {
        test.ends.client.send(JSON.stringify([7, 'call', method, {}, 0]));
        await expect.poll(() => test.said).toHaveLength(1);
        expect(JSON.parse(test.said[0] ?? '')).toMatchObject([7, 'err', { code: 'unknown-method' }]);
      },
    );

    it('ignores credit for and the end of a call that has ended', async () => {
      for (const text of ['[9,"abort"]', '[9,"credit",3]', '[10,"call","double",{"n":4},0]'])
        test.ends.client.send(text);
      await expect.poll(() => test.said).toEqual(['[10,"ok",{"n":8}]']);
    });

    it('sends nothing without credit', async () => {
      test.ends.client.send('[1,"call","count",{"to":5},0]');
      test.ends.client.send('[2,"call","double",{"n":1},0]');
      await expect.poll(() => test.said).toEqual(['[2,"ok",{"n":2}]']);
      test.ends.client.send('[1,"credit",2]');
      await expect.poll(() => test.said.slice(1)).toEqual(['[1,"next",1]', '[1,"next",2]']);
    });

    it('takes 256 calls at a time, and refuses the next without losing one', async () => {
      for (let id = 1; id <= 257; id += 1) test.ends.client.send(`[${id},"call","wait",{},0]`);
      await expect.poll(() => test.said).toHaveLength(1);
      expect(JSON.parse(test.said[0] ?? '')).toMatchObject([257, 'err', { code: 'too-many-calls' }]);
      expect(test.counts.running).toBe(256);
    });

    it('refuses junk for every method of the real contract, and runs none of them', async () => {
      const ran: string[] = [];
      const handlers = Object.keys(contract).map((method) => [method, () => void ran.push(method)]);
      const ends = await open();
      try {
        const said: string[] = [];
        ends.client.onText((text) => said.push(text));
        serve(contract, Object.fromEntries(handlers) as never, ends.server);
        const junk = [null, 1, 'text', [], { surplus: 1 }, { node: '' }, { node: 'n1', surplus: { $ne: 1 } }];
        let id = 0;
        for (const method of Object.keys(contract)) {
          for (const input of junk) ends.client.send(JSON.stringify([++id, 'call', method, input, 1]));
        }
        await expect.poll(() => said).toHaveLength(id);
        expect(said.filter((text) => !text.includes('"code":"bad-input"'))).toEqual([]);
        expect(ran).toEqual([]);
      } finally {
        await ends.end();
      }
    });
  });

  describe(`a page before ${name}`, () => {
    it.each([
      ['junk', 'what?'],
      ['the words of a page', '[1,"abort"]'],
    ])('closes on %s, and fails its calls', async (_what, text) => {
      const ends = await open();
      try {
        const client = connect(smallContract, ends.client);
        const call = failureOf(client.double({ n: 1 }));
        ends.server.send(text);
        expect(await call).toMatchObject({ code: 'closed' });
      } finally {
        await ends.end();
      }
    });

    it('does not take an answer, an item or more items than it asked for unchecked', async () => {
      const ends = await open();
      try {
        const aborts: number[] = [];
        ends.server.onText((text) => {
          const [id, what, method] = JSON.parse(text) as [number, string, string];
          if (what === 'abort') aborts.push(id);
          if (what !== 'call') return;
          if (method === 'double') ends.server.send(`[${id},"ok",{"n":"${SECRET}"}]`);
          if (method === 'count') for (const n of [1, 2, 3, 4]) ends.server.send(`[${id},"next",${n}]`);
          if (method === 'silent') ends.server.send(`[${id},"next","${SECRET}"]`);
          if (method === 'echo') ends.server.send(`[${id},"end"]`);
        });
        const client = connect(smallContract, ends.client);
        const failures = [
          await failureOf(client.double({ n: 1 })),
          await failureOf(client.echo({ text: '' })),
          (await read(client.silent({}))).failure,
        ];
        expect(failures.map((failure) => failure?.code)).toEqual(['bad-output', 'bad-output', 'bad-output']);
        expect(failures.map((failure) => failure?.message).join()).not.toContain(SECRET);
        // It takes what it asked for, and grants two more only after it has read two.
        const reading = client.count({ to: 4 }, { window: 3 })[Symbol.asyncIterator]();
        expect(await reading.next()).toEqual({ done: false, value: 1 });
        await expect.poll(() => aborts).toHaveLength(2);
        const rest = await read({ [Symbol.asyncIterator]: () => reading });
        expect(rest).toMatchObject({ items: [2, 3], failure: { code: 'bad-output' } });
      } finally {
        await ends.end();
      }
    });
  });
}

async function failureOf(call: Promise<unknown>): Promise<RpcError> {
  const outcome = await call.then(
    (value) => new Error(`it answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof RpcError) return outcome;
  throw outcome;
}

async function read<Item>(items: AsyncIterable<Item>): Promise<{ items: Item[]; failure: RpcError | undefined }> {
  const seen: Item[] = [];
  try {
    for await (const item of items) seen.push(item);
  } catch (error) {
    if (error instanceof RpcError) return { items: seen, failure: error };
    throw error;
  }
  return { items: seen, failure: undefined };
}
