// How often engines are asked: what does not change once, a socket that is no engine's once, after a restart anew.
import { expect, it } from 'vitest';
import { SGLANG_ACCOUNTING } from '../../../shared/engines/sglang-accounting.ts';
import { VLLM_ACCOUNTING } from '../../../shared/engines/vllm-accounting.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { freePort } from '../../kit/sshd-port.ts';
import type { PreparedAnswer, SocketPlan } from '../../kit/sockets.ts';
import { askedOf, LOADS_PATH, serverInfo, sglang, startAsking, told } from './accounting-round.ts';

const SPAWN =
  "python -c 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)' --multiprocessing-fork";
/** The engine of MILES and slime: no port in any command line. */
const MILES = `
process actor "ray::SGLangEngine.init"
  process server "${SPAWN}"
    process tp0 "sglang::scheduler_TP0"
`;
const LOADS = 'GET /v1/loads?include=core,memory';
/** Long enough for a real answer on a busy machine, where one is expected. */
const PATIENT = { firstMs: 20_000, ms: 20_000 };

async function miles(...sockets: readonly Omit<SocketPlan, 'port'>[]): Promise<FakeNode> {
  const plans = await Promise.all(sockets.map(async (each) => ({ ...each, port: await freePort() })));
  return startNode(MILES, { sockets: { server: plans } });
}

it('loads are asked for in each round, the configuration once', async () => {
  const node = await miles({ http: sglang(7.9) });
  const asking = await startAsking(node, { limits: PATIENT });
  for (let round = 0; round < 3; round += 1) await asking.ask('server');
  expect(askedOf(node, 'server')).toEqual([LOADS, 'GET /server_info', LOADS, LOADS]);
});

it('an old engine is asked three times in the first round, and then no more: nothing of it changes', async () => {
  const node = await miles({ http: { '/get_server_info': { body: serverInfo(7.9) } } });
  const asking = await startAsking(node, { limits: PATIENT });
  expect(await asking.ask('server')).toHaveLength(3);
  expect(await asking.ask('server')).toEqual([]);
  expect(await asking.ask('server')).toEqual([]);
  expect(askedOf(node, 'server')).toEqual([LOADS, 'GET /server_info', 'GET /get_server_info']);
});

it('a socket of the server that answers nothing is asked once and never again', async () => {
  const node = await miles({});
  const asking = await startAsking(node, { limits: { firstMs: 400, ms: 400 } });
  expect(told(await asking.ask('server'))).toEqual([expect.stringMatching(/ \/v1\/loads timeout$/)]);
  expect(await asking.ask('server')).toEqual([]);
  expect(await asking.ask('server')).toEqual([]);
  expect(askedOf(node, 'server')).toEqual([LOADS]);
});

it.each<[string, Readonly<Record<string, PreparedAnswer>>]>([
  ['a page for a browser', { [LOADS_PATH]: { contentType: 'text/html', body: '<html>' } }],
  ['another protocol', { [LOADS_PATH]: { raw: 'ZMTP/3.1 NULL\r\n' } }],
  ['numbers of another program', { [LOADS_PATH]: { body: '{"loads":7}' } }],
])('a socket of the server that answers %s is asked once and never again', async (_name, http) => {
  const node = await miles({ http });
  const asking = await startAsking(node, { limits: PATIENT });
  for (let round = 0; round < 3; round += 1) await asking.ask('server');
  expect(askedOf(node, 'server')).toEqual([LOADS]);
});

it('the engine is found behind its other sockets, which are asked at most once', async () => {
  const other = { http: { [LOADS_PATH]: { raw: 'ZMTP/3.1 NULL\r\n' } } };
  // Their order in /proc is the kernel's. A server that knows no path of ours says nothing about the engine's own.
  const node = await miles(other, { http: {} }, { http: sglang(7.9) }, other);
  const asking = await startAsking(node, { limits: PATIENT });
  for (let round = 0; round < 3; round += 1) await asking.ask('server');
  expect(askedOf(node, 'server', 2)).toEqual([LOADS, 'GET /server_info', LOADS, LOADS]);
  for (const at of [0, 3]) expect([[], [LOADS]]).toContainEqual(askedOf(node, 'server', at));
  expect([[], [LOADS, 'GET /server_info', 'GET /get_server_info']]).toContainEqual(askedOf(node, 'server', 1));
});

it('a server that wants a key, fails or is slow for a while stays the engine', async () => {
  const node = await miles({ http: { ...sglang(7.9), [LOADS_PATH]: { status: 401 } } });
  const [server] = node.sockets('server');
  const asking = await startAsking(node, { limits: { firstMs: 20_000, ms: 2_500 } });
  const last = async (): Promise<string | undefined> =>
    told(await asking.ask('server'))[0]
      ?.split(' ')
      .at(-1);
  expect(await last()).toBe('unauthorized');
  await server?.answer(LOADS_PATH, sglang(7.9)[LOADS_PATH]);
  expect(await last()).toBe('answered');
  await server?.answer(LOADS_PATH, { silent: true });
  expect(await last()).toBe('timeout');
  await server?.answer(LOADS_PATH, { status: 500 });
  expect(await last()).toBe('server-error');
  await server?.answer(LOADS_PATH, { raw: '' });
  expect(await last()).toBe('closed');
  await server?.answer(LOADS_PATH, sglang(7.9)[LOADS_PATH]);
  expect(await last()).toBe('answered');
});

it('an engine whose server socket is gone is said to be gone from there, once, and not to answer still', async () => {
  const other = { http: { [LOADS_PATH]: { raw: 'ZMTP/3.1 NULL\r\n' } } };
  const node = await miles({ http: sglang(7.9) }, other);
  const asking = await startAsking(node, { limits: PATIENT });
  const port = node.sockets('server')[0]?.port;
  const look = await asking.look();
  const sockets = look.snapshot.sockets.filter((socket) => socket.port !== port);
  const without = { ...look, snapshot: { ...look.snapshot, sockets } };
  // The other socket comes first, so that it has been asked whatever the order of the kernel.
  expect(told(await asking.ask('server', undefined, without))).toEqual([expect.stringMatching(/ not-http$/)]);
  expect(await asking.ask('server', undefined, look)).toHaveLength(2);
  const lost = [];
  for (let round = 0; round < 3; round += 1) lost.push(told(await asking.ask('server', undefined, without)));
  expect(lost).toEqual([[`127.0.0.1:${port} nothing refused`], [], []]);
});

it('an engine that was started again is asked for everything again', async () => {
  const port = await freePort();
  const engine = (label: string): string => `
process ${label} "python -m sglang.launch_server --port ${port}"
  process ${label}-tp0 "sglang::scheduler_TP0"
`;
  const plan = [{ port, http: sglang(7.9) }];
  const node = await startNode(engine('before'), { sockets: { before: plan, after: plan } });
  const asking = await startAsking(node);
  await asking.ask('before');
  await asking.ask('before');
  await node.set(engine('after'));
  await asking.keepOnly(['after']);
  const observations = await asking.ask('after');
  expect(askedOf(node, 'before')).toEqual([LOADS, 'GET /server_info', LOADS]);
  expect(askedOf(node, 'after')).toEqual([LOADS, 'GET /server_info']);
  const { pid, startTicks } = node.process('after');
  expect(observations).toMatchObject([
    { rootPid: pid, rootStartTicks: startTicks, seen: { kind: 'answer' } },
    { rootPid: pid, rootStartTicks: startTicks, seen: { kind: 'answer' } },
  ]);
  const { accounting } = SGLANG_ACCOUNTING.read(observations.map(({ seen }) => seen));
  expect(accounting.known && accounting.value.maxSum).toMatchObject({ known: true });
});

it('vLLM is asked for its state in each round, for version and model once, and for what it does not have once', async () => {
  const port = await freePort();
  const text = `
process server "/usr/bin/python3 /usr/local/bin/vllm serve m --port ${port}" comm "vllm"
  process core "VLLM::EngineCore"
`;
  const state = (asleep: 0 | 1): PreparedAnswer => ({
    contentType: 'text/plain',
    body: ['awake', 'weights_offloaded', 'discard_all']
      .map((name, at) => `vllm:engine_sleep_state{engine="0",sleep_state="${name}"} ${at === asleep ? 1 : 0}.0\n`)
      .join(''),
  });
  const http = {
    '/metrics': state(0),
    '/version': { body: '{"version":"0.11.2"}' },
    '/v1/models': { body: '{"data":[{"id":"m"}]}' },
  };
  const node = await startNode(text, { sockets: { server: [{ port, http }] } });
  const asking = await startAsking(node);
  const seen = (await asking.ask('server')).map((each) => each.seen);
  await node.sockets('server')[0]?.answer('/metrics', state(1));
  seen.push(...(await asking.ask('server')).map((each) => each.seen));
  expect(askedOf(node, 'server')).toEqual([
    'GET /metrics',
    'GET /is_sleeping',
    'GET /version',
    'GET /v1/models',
    'GET /metrics',
  ]);
  expect(VLLM_ACCOUNTING.read(seen)).toMatchObject({
    state: { value: 'asleep', level: 1, source: 'reported' },
    version: { value: '0.11.2' },
    model: { value: 'm' },
  });
});
