// Which addresses may be asked, by what the probe saw of an engine's sockets. One line of text for each case.
import { expect, it } from 'vitest';
import { detectEngines } from '../../../shared/engines/detect.ts';
import { findEndpoint } from '../../../shared/engines/endpoint.ts';
import type { TypedAddress } from '../../../shared/engines/typed-address.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import type { ListenSocket, Snapshot, SocketReading } from '../../../shared/model/snapshot.ts';
import { processesFrom, RAYLET, SPAWN } from './process-text.ts';

/** `PID HEX PORT`, or `PID unreadable`, `PID other-namespace`; a pid with a socket was read, and so is `PID read`. */
type Sockets = readonly string[];

/** The candidates of the first engine as `HOST:PORT origin pid N`, or the reason. */
function endpointOf(processes: string, sockets: Sockets, typed?: TypedAddress): string[] {
  const table = processesFrom(processes);
  const detection = detectEngines(table, buildProcessTree(table));
  const readings = new Map<number, SocketReading>();
  const listening: ListenSocket[] = [];
  for (const line of sockets) {
    const [pid = '', word = '', port] = line.split(' ');
    if (port === undefined) readings.set(Number(pid), word as SocketReading);
    else {
      readings.set(Number(pid), 'read');
      listening.push({
        pid: Number(pid),
        family: word.length === 8 ? 'tcp' : 'tcp6',
        addressHex: word,
        port: Number(port),
      });
    }
  }
  const [engine] = detection.engines;
  if (engine === undefined) throw new Error('no engine was detected');
  // Nothing else of a snapshot is looked at.
  const snapshot = { sockets: listening, socketReadings: readings } as unknown as Snapshot;
  const { candidates, why } = findEndpoint(engine, detection, snapshot, typed);
  expect(candidates.length === 0).toBe(why !== undefined);
  if (why !== undefined) return [`${why.code}: ${why.where}`];
  return candidates.map(({ host, port, origin, pid }) => `${host}:${port} ${origin} pid ${pid}`);
}

const SERVER = `
1 /sbin/init
  10 python -m sglang.launch_server --port 30000
    11 sglang::scheduler_TP0
    12 sglang::detokenizer
`;
const MILES = `
1 ${RAYLET}
  9 ray::SGLangEngine.init
    10 ${SPAWN}
      11 sglang::scheduler_TP0
`;
const VLLM = `
1 /sbin/init
  10 vllm serve m --port 8000 --api-server-count 2
    11 VLLM::APIServer_0
    12 VLLM::APIServer_1
    13 VLLM::EngineCore
`;
const LOOPBACK = '0100007F';

it.each<[name: string, processes: string, sockets: Sockets, expected: string[]]>([
  ['loopback', SERVER, [`10 ${LOOPBACK} 30000`], ['127.0.0.1:30000 command-line pid 10']],
  ['an address of the node', SERVER, ['10 0500000A 30000'], ['10.0.0.5:30000 command-line pid 10']],
  ['every address', SERVER, ['10 00000000 30000'], ['127.0.0.1:30000 command-line pid 10']],
  ['every IPv6 address', SERVER, [`10 ${'0'.repeat(32)} 30000`], ['::1:30000 command-line pid 10']],
  [
    'two addresses, each once',
    SERVER,
    [`10 ${LOOPBACK} 30000`, '10 00000000 30000', '10 0500000A 30000'],
    ['127.0.0.1:30000 command-line pid 10', '10.0.0.5:30000 command-line pid 10'],
  ],
  [
    'its other sockets are left alone',
    SERVER,
    [`10 ${LOOPBACK} 40000`, `10 ${LOOPBACK} 30000`],
    ['127.0.0.1:30000 command-line pid 10'],
  ],
  ['elsewhere than its command line says', SERVER, [`10 ${LOOPBACK} 40000`], ['127.0.0.1:40000 listening pid 10']],
  ['nowhere yet', SERVER, ['10 read'], ['refused: port 30000 of pid 10']],
  ['its scheduler has the port', SERVER, ['10 read', `11 ${LOOPBACK} 30000`], ['no-endpoint: pid 10']],
  [
    'its detokenizer has the port, and it cannot be seen itself',
    SERVER,
    ['10 unreadable', `12 ${LOOPBACK} 30000`],
    ['no-endpoint: pid 10'],
  ],
  ['it cannot be seen', SERVER, ['10 unreadable'], ['127.0.0.1:30000 command-line pid 10']],
  ['nobody has looked', SERVER, [], ['127.0.0.1:30000 command-line pid 10']],
  ['another network', SERVER, ['10 other-namespace'], ['other-namespace: pid 10']],
  [
    'a spawn stub',
    MILES,
    ['10 0500000A 15000', '10 0500000A 15001', '11 0500000A 15002'],
    ['10.0.0.5:15000 listening pid 10', '10.0.0.5:15001 listening pid 10'],
  ],
  [
    'a spawn stub that does not listen',
    MILES,
    ['10 read', '11 0500000A 15002', '9 0500000A 15003'],
    ['no-endpoint: pid 10'],
  ],
  ['a spawn stub that cannot be seen', MILES, ['10 unreadable'], ['sockets-unreadable: pid 10']],
  ['a spawn stub that nobody has looked at', MILES, [], ['not-asked: pid 10']],
  [
    'API servers below the root',
    VLLM,
    ['10 read', '11 00000000 8000', '12 00000000 8000', '13 00000000 8001'],
    ['127.0.0.1:8000 command-line pid 11'],
  ],
])('%s', (_name, processes, sockets, expected) => {
  expect(endpointOf(processes, sockets)).toEqual(expected);
});

it.each([
  ['python -m sglang.launch_server --port 30000 --host 10.0.0.5', '10.0.0.5:30000 command-line pid 10'],
  ['python -m sglang.launch_server --port 30000 --host 0.0.0.0', '127.0.0.1:30000 command-line pid 10'],
  ['python -m sglang.launch_server --port 30000 --host ::', '::1:30000 command-line pid 10'],
  ['python -m sglang.launch_server --port 30000 --host gpu-01', 'gpu-01:30000 command-line pid 10'],
  ['python -m sglang.launch_server --port 30000 --host a;b', '127.0.0.1:30000 command-line pid 10'],
  ['python -m sglang.launch_server --port 30000 --nnodes 2 --node-rank 0', '127.0.0.1:30000 command-line pid 10'],
  ['python -m sglang.launch_server --port 30000 --nnodes 2 --node-rank 1', 'node-rank: pid 10'],
  ['python -m sglang.launch_server --port 30000 --nnodes=2 --node-rank=3', 'node-rank: pid 10'],
  ['python train.py --port 30000', 'no-endpoint: pid 10'],
  ['ray::WorkerDict.actor_rollout_generate_sequences', 'no-endpoint: pid 10'],
  ['ray::RolloutRayActor', 'no-endpoint: pid 10'],
])('without a look at its sockets, %s: %s', (title, expected) => {
  expect(endpointOf(`1 ${RAYLET}\n  10 ${title}\n    11 sglang::scheduler_TP0\n`, ['10 unreadable'])).toEqual([
    expected,
  ]);
});

it.each([SERVER, MILES, SERVER.replace('30000', '30000 --node-rank 1')])(
  'an address that the user typed is the only one',
  (processes) => {
    for (const seen of [[`10 ${LOOPBACK} 30000`], ['10 other-namespace'], ['10 unreadable'], []]) {
      expect(endpointOf(processes, seen, { host: '10.0.0.9', port: 31000 })).toEqual(['10.0.0.9:31000 typed pid 10']);
    }
  },
);
