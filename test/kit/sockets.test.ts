// The sockets of played processes are real, belong to the right process, and write down what they receive.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startNode } from './fake-node.ts';
import { freePort } from './sshd-port.ts';
import { until } from './process-table.ts';

const NODE = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum
process server "python -m sglang.launch_server --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1741
`;

test('an engine answers what was prepared, keeps the connection, and can change its mind', async () => {
  const port = await freePort();
  const plan = { port, http: { '/server_info': { body: '{"version":"0.5"}' } } };
  const node = await startNode(NODE, { sockets: { server: [plan] } });
  const [server] = node.sockets('server');
  const base = `http://127.0.0.1:${port}`;
  expect(await (await fetch(`${base}/server_info`)).json()).toEqual({ version: '0.5' });
  expect((await fetch(`${base}/get_server_info`)).status).toBe(404);
  await server?.answer('/server_info', { status: 401, body: '{"error":"Unauthorized"}' });
  expect((await fetch(`${base}/server_info`)).status).toBe(401);
  expect(server?.requestLines()).toEqual([
    'GET /server_info HTTP/1.1',
    'GET /get_server_info HTTP/1.1',
    'GET /server_info HTTP/1.1',
  ]);
  expect(listeners(node.pid('server'))).toContain(port);
  expect(listeners(node.pid('tp0'))).not.toContain(port);
});

test('a mute socket writes down every byte and answers none', async () => {
  const port = await freePort();
  const node = await startNode(NODE, { sockets: { tp0: [{ port }] } });
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  client.write('hello');
  await until(
    () => node.sockets('tp0')[0]?.received() === 'hello',
    () => 'the socket wrote nothing down',
  );
  expect(node.sockets('tp0')[0]?.requests()).toEqual([]);
  client.destroy();
});

/** Ports on which a process listens, from its descriptors and /proc/net/tcp. */
function listeners(pid: number): number[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((cells) => cells[3] === '0A' && links.includes(`socket:[${cells[9]}]`))
    .map((cells) => Number.parseInt((cells[1] ?? '').split(':')[1] ?? '', 16));
}
