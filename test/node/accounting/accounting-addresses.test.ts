// Where engines are asked: each at the address where it listens, and nobody else is sent one byte.
import { beforeAll, expect, it } from 'vitest';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { freePort } from '../../kit/sshd-port.ts';
import { askedOf, sglang, startAsking } from './accounting-round.ts';

const SPAWN =
  "python -c 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)' --multiprocessing-fork";

/** Every port that a node of this file uses, all different. */
async function ports(count: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < count) free.add(await freePort());
  return [...free];
}

function nodeText([loopback, other, wildcard, v6, v6any, , , script, taken]: readonly number[]): string {
  return `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum
process loopback "python -m sglang.launch_server --port ${loopback}"
  process loopback-tp0 "sglang::scheduler_TP0" on 3B:00.0 1741
  process loopback-detok "sglang::detokenizer"
process other "sglang serve --host 127.0.0.2 --port ${other}"
  process other-tp0 "sglang::scheduler_TP0"
process wildcard "python -m sglang.launch_server --host 0.0.0.0 --port=${wildcard}"
  process wildcard-tp0 "sglang::scheduler_TP0"
process v6 "python -m sglang.launch_server --port ${v6}"
  process v6-tp0 "sglang::scheduler_TP0"
process v6any "python -m sglang.launch_server --port ${v6any}"
  process v6any-tp0 "sglang::scheduler_TP0"
process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5"
  process actor "ray::SGLangEngine.init"
    process miles "${SPAWN}"
      process miles-tp0 "sglang::scheduler_TP0"
  process verl "ray::SGLangHttpServer"
    process verl-tp0 "sglang::scheduler_TP0"
  process trainer "ray::MegatronTrainRayActor.train" on 3B:00.0 4096
  process hybrid "ray::WorkerDict.actor_rollout_generate_sequences"
    process hybrid-tp0 "sglang::scheduler_TP0"
process script "python rollout.py --port ${script}"
  process script-tp0 "sglang::scheduler_TP0"
process stolen "python -m sglang.launch_server --port ${taken}"
  process stolen-tp0 "sglang::scheduler_TP0"
`;
}

const MUTE = [
  'loopback-tp0',
  'loopback-detok',
  'other-tp0',
  'miles-tp0',
  'verl-tp0',
  'raylet',
  'actor',
  'trainer',
  'hybrid',
  'hybrid-tp0',
  'script',
  'script-tp0',
  'stolen-tp0',
];

let node: FakeNode;
let at: readonly number[];

beforeAll(async () => {
  at = await ports(9 + MUTE.length);
  const [loopback = 0, other = 0, wildcard = 0, v6 = 0, v6any = 0, miles = 0, verl = 0, script = 0, taken = 0] = at;
  const chosen: Readonly<Record<string, number>> = { script, 'stolen-tp0': taken };
  const mute = MUTE.map((label, index) => [label, [{ port: chosen[label] ?? at[9 + index] ?? 0 }]]);
  node = await startNode(nodeText(at), {
    cleanup: 'manual',
    sockets: {
      loopback: [{ port: loopback, http: sglang(1) }],
      other: [{ address: '127.0.0.2', port: other, http: sglang(2) }],
      wildcard: [{ address: '0.0.0.0', port: wildcard, http: sglang(3) }],
      v6: [{ address: '::1', port: v6, http: sglang(4) }],
      v6any: [{ address: '::', port: v6any, http: sglang(5) }],
      miles: [{ address: '127.0.0.3', port: miles, http: sglang(6) }],
      verl: [{ address: '127.0.0.4', port: verl, http: sglang(7) }],
      ...Object.fromEntries(mute),
    },
  });
  return () => node.stop();
});

const WAYS = ['local', 'ssh', 'ssh without forwarding'] as const;

it.each(WAYS)('over %s, every engine is asked where it listens, and nobody else', async (over) => {
  const asking = await startAsking(node, { over });
  const round = await asking.askAll([
    'loopback',
    'other',
    'wildcard',
    'v6',
    'v6any',
    'miles',
    'verl',
    'hybrid',
    'script',
    'stolen',
  ]);
  const both = (host: string, port: number | undefined): string[] => [
    `${host}:${port} /v1/loads answered`,
    `${host}:${port} /server_info answered`,
  ];
  expect(round).toEqual({
    loopback: both('127.0.0.1', at[0]),
    other: both('127.0.0.2', at[1]),
    wildcard: both('127.0.0.1', at[2]),
    v6: both('::1', at[3]),
    v6any: both('::1', at[4]),
    miles: both('127.0.0.3', at[5]),
    verl: both('127.0.0.4', at[6]),
    hybrid: ['nowhere nothing no-endpoint'],
    script: ['nowhere nothing no-endpoint'],
    stolen: ['nowhere nothing no-endpoint'],
  });
  expect(MUTE.map((label) => [label, node.sockets(label)[0]?.received()])).toEqual(MUTE.map((label) => [label, '']));
});

it('an address that the user typed is the only one that is asked', async () => {
  const [own = 0, typed = 0] = await ports(2);
  const text = `
process server "python -m sglang.launch_server --port ${own}"
  process tp0 "sglang::scheduler_TP0"
process far "nginx"
`;
  const far = await startNode(text, {
    sockets: { server: [{ port: own, http: sglang(1) }], far: [{ port: typed, http: sglang(2) }] },
  });
  const asking = await startAsking(far);
  await asking.ask('server', { host: '127.0.0.1', port: typed });
  expect(askedOf(far, 'far')).toEqual(['GET /v1/loads?include=core,memory', 'GET /server_info']);
  expect(askedOf(far, 'server')).toEqual([]);
  // Without it the engine's own address is found again.
  await asking.ask('server');
  expect(askedOf(far, 'server')).toHaveLength(2);
  expect(askedOf(far, 'far')).toHaveLength(2);
});

it('a port that nobody of the engine has opened is not asked, whoever else answers there', async () => {
  const [port = 0, second = 0] = await ports(2);
  const text = `
process starting "python -m sglang.launch_server --port ${port}"
  process tp0 "sglang::scheduler_TP0"
process later "python -m sglang.launch_server --nnodes 2 --node-rank 1 --port ${second}"
  process later-tp0 "sglang::scheduler_TP0"
process stranger "python -m http.server ${port}"
`;
  const starting = await startNode(text, {
    sockets: { stranger: [{ port, http: sglang(1) }], later: [{ port: second, http: sglang(2) }] },
  });
  const asking = await startAsking(starting);
  expect(await asking.askAll(['starting', 'later'])).toEqual({
    starting: ['nowhere nothing refused'],
    later: ['nowhere nothing node-rank'],
  });
  for (const label of ['stranger', 'later']) expect(starting.sockets(label)[0]?.requests()).toEqual([]);
});
