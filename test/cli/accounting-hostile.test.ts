// Whatever listens on an engine's port: the verdict stays, the reason is named, and the output keeps its shape.
import { beforeAll, expect, it } from 'vitest';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import type { PreparedAnswer } from '../kit/sockets.ts';
import { freePort } from '../kit/sshd-port.ts';
import { command, gateJson } from './command.ts';

const LOADS = '/v1/loads?include=core,memory';
const INFO = '/server_info';
const MIB = 1024 * 1024;

let node: FakeNode;

beforeAll(async () => {
  const port = await freePort();
  const text = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port ${port}"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
`;
  node = await startNode(text, { cleanup: 'manual', sockets: { server: [{ port, http: {} }] } });
  return () => node.stop();
});

const memory = (entry: unknown): PreparedAnswer => ({
  body: JSON.stringify({ loads: [{ dp_rank: 0, memory: entry }] }),
});
const raw = (text: string): PreparedAnswer => ({ raw: text });

it.each<[name: string, answers: Readonly<Record<string, PreparedAnswer>>, reason: string | null]>([
  ['a web page with 200', { [LOADS]: { body: '<html>' }, [INFO]: { body: '<html>' } }, 'html'],
  ['a body of 6 MB', { [LOADS]: { body: 'x'.repeat(6 * MIB) }, [INFO]: { body: 'x'.repeat(6 * MIB) } }, 'too-large'],
  ['a list of 4.5 MB', { [LOADS]: { body: `[${'1,'.repeat(2.25 * MIB)}1]` } }, 'too-large'],
  [
    'a redirect to what would change the engine',
    {
      [LOADS]: raw('HTTP/1.1 307 Moved\r\nLocation: /release_memory_occupation\r\nContent-Length: 0\r\n\r\n'),
      [INFO]: raw('HTTP/1.1 302 Found\r\nLocation: /flush_cache\r\nContent-Length: 0\r\n\r\n'),
    },
    'redirect',
  ],
  ['broken chunks', { [LOADS]: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}') }, 'not-http'],
  ['half an answer', { [LOADS]: raw('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"loads":[') }, 'closed'],
  ['nulls for numbers', { [LOADS]: memory({ weight_gb: null, kv_cache_gb: null, graph_gb: null }) }, 'null'],
  ['texts for numbers', { [LOADS]: memory({ weight_gb: '1', kv_cache_gb: '2', graph_gb: '3' }) }, 'wrong-type'],
  ['an endless number', { [LOADS]: { body: '{"loads":[{"memory":{"weight_gb":1e999}}]}' } }, 'not-finite'],
  ['no memory at all', { [LOADS]: { body: '{"loads":[{"dp_rank":0}]}' } }, 'missing'],
  ['no scheduler', { [LOADS]: { body: '{"loads":[]}' } }, 'no-entries'],
  ['a negative sum', { [LOADS]: memory({ weight_gb: -16.75, kv_cache_gb: 0.23, graph_gb: -48.89 }) }, null],
  [
    'graphs by phases, some unknown to us',
    { [LOADS]: memory({ weight_gb: 1, kv_cache_gb: 2, graph_gb: { decode: 0.5, '\u001B[31mred': 0.5 } }) },
    null,
  ],
])('%s', async (_name, answers, reason) => {
  const [server] = node.sockets('server');
  for (const path of [LOADS, INFO]) await server?.answer(path, answers[path]);
  const before = server?.requestLines().length ?? 0;
  const args = ['local', '--engine', `pid:${node.pid('server')}`];
  const report = await gateJson(args, { env: node.env });
  expect(report.engines).toMatchObject([
    { verdict: 'pass', residualBytes: 1740 * MIB, reasons: [], accountingReason: reason },
  ]);
  const { code, out } = await command(['gate', ...args], { env: node.env });
  expect(code).toBe(0);
  expect(out).not.toMatch(/\u001B|NaN|undefined|Infinity|\[object/);
  // Only what may be asked, with GET, and nothing that an answer led to.
  const lines = new Set(server?.requestLines().slice(before));
  const allowed = [LOADS, INFO, '/get_server_info'].map((path) => `GET ${path} HTTP/1.1`);
  expect([...lines].filter((line) => !allowed.includes(line))).toEqual([]);
});
