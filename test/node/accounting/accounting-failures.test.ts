// Why an engine gave no answer: each kind of bad answer has a reason of its own, and the next path is asked where it may help.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AccountingClient } from '../../../node/accounting/accounting.ts';
import { openLocal } from '../../../node/link/local-link.ts';
import { ProbeSession } from '../../../node/probe/probe-session.ts';
import { detectEngines } from '../../../shared/engines/detect.ts';
import { findEndpoint } from '../../../shared/engines/endpoint.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import { mayUnshareNetwork } from '../link/address-far-node.ts';
import { startEngine } from '../link/address-ways.ts';
import { askedOf, LOADS_PATH, serverInfo, sglang, startAsking, told } from './accounting-round.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { until } from '../../kit/process-table.ts';
import { freePort } from '../../kit/sshd-port.ts';
import type { PreparedAnswer } from '../../kit/sockets.ts';

const SPAWN =
  "python -c 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)' --multiprocessing-fork";
const UNAUTHORIZED = '{"error":"Unauthorized"}';
const HTML = '<!doctype html><title>502</title>';

interface Case {
  readonly name: string;
  readonly answers: Readonly<Record<string, PreparedAnswer>>;
  readonly seen: readonly string[];
}

const INFO = { '/server_info': { body: serverInfo(7.9) } };

/** Answers to the three paths of SGLang; a path that is not named is a 404. */
const CASES: readonly Case[] = [
  {
    name: '401: one question, as the others want the key too',
    answers: { [LOADS_PATH]: { status: 401, body: UNAUTHORIZED } },
    seen: ['/v1/loads unauthorized'],
  },
  { name: '403', answers: { [LOADS_PATH]: { status: 403, body: '{}' } }, seen: ['/v1/loads forbidden'] },
  {
    name: '404: the paths before it, the oldest last',
    answers: { '/get_server_info': { body: serverInfo(7.9) } },
    seen: ['/v1/loads not-found', '/server_info not-found', '/get_server_info answered'],
  },
  {
    name: '404 of everything',
    answers: {},
    seen: ['/v1/loads not-found', '/server_info not-found', '/get_server_info not-found'],
  },
  {
    name: '500: the other path may work, and it is not the old one',
    answers: { ...INFO, [LOADS_PATH]: { status: 500, body: 'Traceback' } },
    seen: ['/v1/loads server-error', '/server_info answered'],
  },
  {
    name: '500 of all',
    answers: { '/server_info': { status: 500 }, [LOADS_PATH]: { status: 500 } },
    seen: ['/v1/loads server-error', '/server_info server-error'],
  },
  {
    name: 'no answer in time: nothing more is asked',
    answers: { ...INFO, [LOADS_PATH]: { silent: true } },
    seen: ['/v1/loads timeout'],
  },
  {
    name: 'a web page',
    answers: { ...INFO, [LOADS_PATH]: { contentType: 'text/html', body: HTML } },
    seen: ['/v1/loads html', '/server_info answered'],
  },
  {
    name: 'broken JSON',
    answers: { ...INFO, [LOADS_PATH]: { body: '{"loads":[' } },
    seen: ['/v1/loads broken-json', '/server_info answered'],
  },
  {
    name: 'JSON of something else',
    answers: { ...INFO, [LOADS_PATH]: { body: '{"status":"ok"}' } },
    seen: ['/v1/loads wrong-shape', '/server_info answered'],
  },
  {
    name: 'nothing in the answer',
    answers: { ...INFO, [LOADS_PATH]: { body: '' } },
    seen: ['/v1/loads empty', '/server_info answered'],
  },
  {
    name: 'more than 5 MB',
    answers: { ...INFO, [LOADS_PATH]: { body: ' '.repeat(5 * 1024 * 1024 + 1) } },
    seen: ['/v1/loads too-large', '/server_info answered'],
  },
  {
    name: 'a redirect, which is not followed',
    answers: {
      ...INFO,
      [LOADS_PATH]: { raw: 'HTTP/1.1 302 Found\r\nLocation: /flush_cache\r\nContent-Length: 0\r\n\r\n' },
    },
    seen: ['/v1/loads redirect', '/server_info answered'],
  },
  {
    name: 'an answer that breaks off',
    answers: { [LOADS_PATH]: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"lo' } },
    seen: ['/v1/loads closed'],
  },
  {
    name: 'another protocol',
    answers: { [LOADS_PATH]: { raw: 'ZMTP/3.1 NULL\0\0\0\r\n' } },
    seen: ['/v1/loads not-http'],
  },
];

let node: FakeNode;
let port: number;

beforeAll(async () => {
  port = await freePort();
  const text = `
process server "python -m sglang.launch_server --port ${port}"
  process tp0 "sglang::scheduler_TP0"
`;
  node = await startNode(text, { cleanup: 'manual', sockets: { server: [{ port, http: {} }] } });
  return () => node.stop();
});

it.each(CASES)('$name', async ({ answers, seen }) => {
  const [server] = node.sockets('server');
  for (const each of [LOADS_PATH, '/server_info', '/get_server_info']) await server?.answer(each, answers[each]);
  const asking = await startAsking(node, {
    limits: { firstMs: 20_000, ms: 'silent' in (answers[LOADS_PATH] ?? {}) ? 300 : 20_000 },
  });
  const observations = await asking.ask('server');
  expect(told(observations)).toEqual(seen.map((each) => `127.0.0.1:${port} ${each}`));
  expect(JSON.stringify(observations)).not.toMatch(/Traceback|502|Unauthorized"|flush_cache/);
});

it('a port that was closed meanwhile is refused', async () => {
  const gone = await freePort();
  const text = `
process server "python -m sglang.launch_server --port ${gone}"
  process tp0 "sglang::scheduler_TP0"
`;
  const ending = await startNode(text, { sockets: { server: [{ port: gone, http: sglang(1) }] } });
  const asking = await startAsking(ending);
  const look = await asking.look();
  await ending.kill('server');
  expect(told(await asking.ask('server', undefined, look))).toEqual([`127.0.0.1:${gone} /v1/loads refused`]);
});

describe('sockets that cannot be seen', () => {
  it.runIf(process.getuid?.() === 0)(
    "belong to another user: the engine's own --port is all there is [needs root]",
    async () => {
      const [own, hidden] = [await freePort(), await freePort()];
      const text = `
process server "python -m sglang.launch_server --port ${own}"
  process tp0 "sglang::scheduler_TP0"
process actor "ray::SGLangEngine.init"
  process miles "${SPAWN}"
    process miles-tp0 "sglang::scheduler_TP0"
`;
      const other = await startNode(text, {
        sockets: { server: [{ port: own, http: sglang(1) }], miles: [{ port: hidden, http: sglang(2) }] },
      });
      const nobody = path.join(other.dir, 'as-nobody');
      const script = '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups sh "$@"\n';
      await writeFile(nobody, script, { mode: 0o755 });
      const asking = await startAsking(other, { through: nobody });
      expect(await asking.askAll(['server', 'miles'])).toEqual({
        server: [`127.0.0.1:${own} /v1/loads answered`, `127.0.0.1:${own} /server_info answered`],
        miles: ['nowhere nothing sockets-unreadable'],
      });
      expect(askedOf(other, 'miles')).toEqual([]);
      expect(told(await asking.ask('miles', { host: '127.0.0.1', port: hidden }))).toEqual([
        `127.0.0.1:${hidden} /v1/loads answered`,
        `127.0.0.1:${hidden} /server_info answered`,
      ]);
    },
  );

  it.runIf(mayUnshareNetwork())(
    'are in another network: its loopback is not the node’s [needs network namespaces]',
    async () => {
      const decoy = await startEngine((socket) => void socket.resume());
      const title = `python -m sglang.launch_server --port ${decoy.port}`;
      const sleeper = spawn('unshare', ['--net', 'bash', '-c', 'exec -a "$0" cat', title], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      onTestFinished(() => void sleeper.stdin.end());
      await once(sleeper, 'spawn');
      const pid = sleeper.pid ?? -1;
      // The shell takes a moment to become what the title says.
      await until(
        () => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(title),
        () => 'the process in the other network did not start',
      );
      const link = openLocal({ env: { PATH: process.env['PATH'] ?? '' } });
      onTestFinished(() => link.close());
      const probe = await ProbeSession.open(link);
      const client = new AccountingClient(link, { bearerKey: undefined, now: () => 0 });
      onTestFinished(() => client.close());
      const { snapshot } = await probe.sample({ patterns: probePatterns(), want: ['sockets'] });
      const detection = detectEngines(snapshot.processes, buildProcessTree(snapshot.processes));
      const engine = detection.engines.find(({ root }) => root.pid === pid);
      if (engine === undefined) throw new Error('the process in the other network is no engine');
      const observations = await client.ask(engine, findEndpoint(engine, detection, snapshot, undefined));
      expect(told(observations)).toEqual(['nowhere nothing other-namespace']);
      expect(decoy.accepted()).toBe(0);
    },
  );
});
