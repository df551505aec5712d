// How often a watch asks the engines of its node: every 5 s, at once after a change of what is resident, nobody unasked.
import { expect, it, onTestFinished } from 'vitest';
import { EngineAsker } from '../../../node/accounting/ask-engines.ts';
import { openLocal } from '../../../node/link/local-link.ts';
import { ProbeSession } from '../../../node/probe/probe-session.ts';
import type { Engine } from '../../../shared/engines/detect.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import { EMPTY_SESSION, observe, observeAccounting, type Session } from '../../../shared/session/session.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { freePort } from '../../kit/sshd-port.ts';
import { askedOf, keyOf, LOADS_PATH, sglang } from './accounting-round.ts';

/** For an answer that never comes; others come long before on any machine. */
const LIMIT_MS = 10_000;
const LOADS = `GET ${LOADS_PATH}`;

interface Watch {
  readonly node: FakeNode;
  /** One sample at this time, and the questions that follow; only engines with these labels are wanted. */
  at(ms: number, ...labels: readonly string[]): Promise<void>;
  /** The same, going on after this time. */
  within(patienceMs: number, ms: number, ...labels: readonly string[]): Promise<void>;
  session(): Session;
}

async function watching(textOf: (ports: readonly number[]) => string): Promise<Watch> {
  const ports = [await freePort(), await freePort()];
  const plan = (at: number) => [{ port: ports[at] ?? 0, http: sglang(7.9) }];
  const node = await startNode(textOf(ports), { sockets: { one: plan(0), two: plan(1) } });
  const link = openLocal({ env: { ...node.env } });
  onTestFinished(() => link.close());
  const probe = await ProbeSession.open(link);
  const clock = { ms: 0 };
  const limits = { firstMs: LIMIT_MS, ms: LIMIT_MS };
  const asker = new EngineAsker(link, { bearerKey: keyOf(node), now: () => clock.ms, limits });
  onTestFinished(() => asker.close());
  let session = EMPTY_SESSION;
  const ask = async (ms: number, labels: readonly string[], patienceMs?: number): Promise<void> => {
    clock.ms = ms;
    const { snapshot } = await probe.sample({ patterns: probePatterns(), want: ['sockets'] });
    const wanted = new Set(labels.map((label) => node.pid(label)));
    const isWanted = ({ root }: Engine): boolean => wanted.has(root.pid);
    const seen = observe(session, snapshot);
    session = observeAccounting(seen, await asker.ask(seen, isWanted, () => undefined, { patienceMs }));
  };
  return {
    node,
    session: () => session,
    at: (ms, ...labels) => ask(ms, labels),
    within: (patienceMs, ms, ...labels) => ask(ms, labels, patienceMs),
  };
}

const node =
  (one: number, two: number) =>
  ([first, second]: readonly number[]): string => `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process one "python -m sglang.launch_server --port ${first}"
  process one-tp0 "sglang::scheduler_TP0" on 3B:00.0 ${one}
process two "python -m sglang.launch_server --port ${second}"
  process two-tp0 "sglang::scheduler_TP0" on 3B:00.0 ${two}
`;

it('asks every 5 s, and keeps the answer with its own time in between', async () => {
  const watch = await watching(node(20_000, 10_000));
  for (const ms of [0, 2000, 4999]) await watch.at(ms, 'one');
  expect(askedOf(watch.node, 'one')).toEqual([LOADS, 'GET /server_info']);
  const received = (): (number | undefined)[] =>
    [...watch.session().engines.values()].map(({ seen }) => seen.find((each) => each.kind === 'answer')?.receivedMs);
  expect(received()).toContain(0);
  await watch.at(5000, 'one');
  expect(askedOf(watch.node, 'one')).toEqual([LOADS, 'GET /server_info', LOADS]);
});

it('asks at once when what the engine holds has changed, and the engine beside it not', async () => {
  let ports: readonly number[] = [];
  const watch = await watching((free) => node(20_000, 10_000)((ports = free)));
  await watch.at(0, 'one', 'two');
  await watch.node.set(node(1740, 10_000)(ports));
  await watch.at(100, 'one', 'two');
  await watch.at(200, 'one', 'two');
  expect(askedOf(watch.node, 'one')).toEqual([LOADS, 'GET /server_info', LOADS]);
  expect(askedOf(watch.node, 'two')).toEqual([LOADS, 'GET /server_info']);
});

it('asks nobody who is not wanted, and at once when that changes', async () => {
  const watch = await watching(node(20_000, 10_000));
  await watch.at(0, 'one');
  expect(askedOf(watch.node, 'two')).toEqual([]);
  await watch.at(100, 'one', 'two');
  expect(askedOf(watch.node, 'two')).toEqual([LOADS, 'GET /server_info']);
  expect(askedOf(watch.node, 'one')).toHaveLength(2);
});

it('goes on without an engine that hangs, asks it nothing more meanwhile, and tells later what became of it', async () => {
  const watch = await watching(node(20_000, 10_000));
  await watch.node.sockets('one')[0]?.answer(LOADS_PATH, { silent: true });
  const endings = (label: string): string[] => {
    const records = [...watch.session().engines].filter(([key]) => key.startsWith(`${watch.node.pid(label)}@`));
    return records.flatMap(([, { seen }]) => seen.map((each) => (each.kind === 'answer' ? 'answered' : each.why.code)));
  };
  const begin = performance.now();
  await watch.within(2000, 0, 'one');
  expect(performance.now() - begin).toBeLessThan(LIMIT_MS);
  expect(endings('one')).toEqual([]);
  // Due by the clock and by a change, and still not asked a second time.
  await watch.within(2000, 6000, 'one', 'two');
  expect(askedOf(watch.node, 'one')).toEqual([LOADS]);
  expect(endings('two')).toEqual(['answered', 'answered']);
  await watch.at(6100, 'one', 'two');
  expect(endings('one')).toEqual(['timeout']);
  expect(askedOf(watch.node, 'one')).toEqual([LOADS]);
});

it('says what no engine is to blame for', async () => {
  const { snapshot, asker } = await keyless();
  const asking = asker.ask(
    observe(EMPTY_SESSION, snapshot),
    () => true,
    () => undefined,
  );
  await expect(asking).rejects.toThrow('The API key has characters that no HTTP header can carry');
});

/** An asker whose key cannot be sent, and a sample with an engine that it would ask. */
async function keyless(): Promise<{ snapshot: Snapshot; asker: EngineAsker }> {
  const port = await freePort();
  const text = `process one "python -m sglang.launch_server --port ${port}"\n  process tp0 "sglang::scheduler_TP0"\n`;
  const played = await startNode(text, { sockets: { one: [{ port, http: sglang(7.9) }] } });
  const link = openLocal({ env: { ...played.env } });
  onTestFinished(() => link.close());
  const probe = await ProbeSession.open(link);
  const { snapshot } = await probe.sample({ patterns: probePatterns(), want: ['sockets'] });
  const asker = new EngineAsker(link, { bearerKey: 'a\r\nb', now: () => 0 });
  onTestFinished(() => asker.close());
  return { snapshot, asker };
}
