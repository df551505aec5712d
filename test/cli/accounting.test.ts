// The seed's experiment over a real sshd: what engines say beside what is resident, and why only the latter is judged.
import { expect, it } from 'vitest';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import { freePort } from '../kit/sshd-port.ts';
import { startSshd, type Sshd } from '../kit/sshd.ts';
import { command, gateJson, probeJson } from './command.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** In whole bytes, as the readers round. */
const gib = (count: number): number => Math.round(count * GIB);

/** Asleep and 9.32 GiB accounted (weight 0.98, KV cache 7.94, graphs 0.4); awake and 8.52 GiB accounted. */
async function experiment(): Promise<{ node: FakeNode; sshd: Sshd; args: string[]; secret: string }> {
  const [asleep, awake, mute] = [await freePort(), await freePort(), await freePort()];
  const secret = 'sk-very-secret-key';
  const text = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11
process asleep "python -m sglang.launch_server --port ${asleep}"
  process asleep-tp0 "sglang::scheduler_TP0" on 3B:00.0 1741
process awake "python -m sglang.launch_server --port ${awake}"
  process awake-tp0 "sglang::scheduler_TP0" on 41:00.0 9600
`;
  const loads = (weight: number, kv: number, graph: number): string =>
    JSON.stringify({
      version: '0.5',
      loads: [{ dp_rank: 0, memory: { weight_gb: weight, kv_cache_gb: kv, graph_gb: graph, token_capacity: 20480 } }],
    });
  const info = JSON.stringify({
    api_key: secret,
    tp_size: 1,
    enable_memory_saver: true,
    version: '0.5',
    internal_states: [],
  });
  const http = (body: string): Record<string, { body: string }> => ({
    '/v1/loads?include=core,memory': { body },
    '/server_info': { body: info },
  });
  const node = await startNode(text, {
    sockets: {
      asleep: [{ port: asleep, http: http(loads(0.98, 7.94, 0.4)) }],
      awake: [{ port: awake, http: http(loads(0.98, 7.14, 0.4)) }],
      'asleep-tp0': [{ port: mute }],
    },
  });
  const sshd = await startSshd({ env: node.env });
  const engines = ['asleep', 'awake'].flatMap((label) => ['--engine', `pid:${node.pid(label)}`]);
  return { node, sshd, secret, args: [sshd.alias, '--ssh-config', sshd.sshConfigFile, ...engines] };
}

it('shows what engines say beside what is resident, and judges the resident alone', async () => {
  const { node, args, secret } = await experiment();
  const report = await gateJson([...args, '--expect-awake', `pid:${node.pid('awake')}`]);
  expect(report).toMatchObject({ verdict: 'pass', exitCode: 0 });
  const [asleep, awake] = report.engines;
  expect(asleep).toMatchObject({
    verdict: 'pass',
    residualBytes: 1741 * MIB,
    endpoint: { host: '127.0.0.1' },
    state: { value: 'asleep', source: 'inferred' },
    accounting: {
      kind: 'recorded-at-start',
      entries: [{ dpRank: 0, weightBytes: gib(0.98), kvcacheBytes: gib(7.94), graphBytes: gib(0.4) }],
      source: '/v1/loads?include=core,memory',
    },
    accountingReason: null,
  });
  expect(awake).toMatchObject({ exempt: true, verdict: 'fail', state: { value: 'awake', source: 'told' } });
  // The slept engine says more than the active one, and holds far less.
  const said = [asleep, awake].map((engine) => engine?.accounting?.maxSumBytes ?? Number.NaN);
  expect(said[0]).toBeCloseTo(gib(9.32), -2);
  expect(said[0]).toBeGreaterThan(said[1] ?? Number.NaN);
  expect(asleep?.gapBytes).toBe(1741 * MIB - (said[0] ?? 0));
  expect(JSON.stringify(report)).not.toContain(secret);
  // Nothing was sent to the socket of the scheduler.
  expect(node.sockets('asleep-tp0')[0]?.received()).toBe('');
});

it('says on one screen that a gate on accounting would fail the healthy sleep, and how to exempt the awake one', async () => {
  const { node, args, secret } = await experiment();
  const { code, out } = await command(['gate', ...args]);
  expect(code).toBe(1);
  expect(out).toContain('a gate on what it says would fail a healthy sleep');
  expect(out).toContain(`--expect-awake pid:${node.pid('awake')}`);
  expect(out.split('\n').length).toBeLessThan(50);
  expect(out).not.toContain(secret);
});

it('makes it plain in one screen of 100 by 40, with the awake engine exempt', async () => {
  const { node, args } = await experiment();
  const exempt = ['--expect-awake', `pid:${node.pid('awake')}`];
  const { code, out } = await command(['gate', ...args, ...exempt], { width: 100 });
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  const text = out.replaceAll(/\s+/g, ' ');
  // Less resident, more accounted: both engines with both numbers, and what would have been made of them.
  expect(text).toContain('It holds 1,741 MiB (1.70 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.');
  expect(text).toContain('It says 9,544 MiB (9.32 GiB): weights, KV cache and graphs as recorded when it started');
  expect(text).toContain(
    'What is resident is 7,803 MiB less (18 % of it): a gate on what it says would fail a healthy',
  );
  expect(text).toMatch(new RegExp(`EXEMPT, would be fail sglang :\\d+, pid ${node.pid('awake')} `));
  expect(text).toContain('It holds 9,600 MiB');
  expect(text).toContain('It says 8,724 MiB (8.52 GiB)');
  expect(text).toMatch(/PASS: the engine is within the limit, 1 exempt; exit code 0\. ?$/);
});

it('asks nobody with --no-accounting', async () => {
  const { node, args } = await experiment();
  const { engines } = await gateJson([...args, '--no-accounting']);
  expect(engines.map((engine) => engine.accountingReason)).toEqual(['not-asked', 'not-asked']);
  expect(node.sockets('asleep')[0]?.requests()).toEqual([]);
});

it('probe shows the same without judging, as JSON and as text', async () => {
  const { node, sshd, secret } = await experiment();
  const target = [sshd.alias, '--ssh-config', sshd.sshConfigFile];
  const { engines } = await probeJson(target);
  const asleep = engines.find((engine) => engine.rootPid === node.pid('asleep'));
  expect(asleep).toMatchObject({ state: { value: 'asleep', source: 'inferred' }, accountingReason: null });
  expect(asleep?.gapBytes).toBe(1741 * MIB - (asleep?.accounting?.maxSumBytes ?? Number.NaN));
  const { out } = await command(['probe', ...target]);
  expect(out).toMatch(new RegExp(`sglang :\\d+, pid ${node.pid('asleep')}\\n {2}State: asleep \\(inferred\\)\\.`));
  expect(out).not.toContain(secret);
});

it('asks where --endpoint says, and only there', async () => {
  const { node, args } = await experiment();
  const [asleep, other] = [node.pid('asleep'), node.sockets('awake')[0]?.port];
  const { engines } = await gateJson([...args, '--endpoint', `pid:${asleep}=127.0.0.1:${other}`]);
  expect(engines[0]?.endpoint).toEqual({ host: '127.0.0.1', port: other });
  expect(node.sockets('asleep')[0]?.requests()).toEqual([]);
});

it('refuses an --endpoint that is no address', async () => {
  const { error, exitCode } = await gateJson(['demo', '--endpoint', 'pid:1=nowhere']);
  expect([error?.code, exitCode]).toEqual(['usage', 3]);
});

it('shows a few findings of an answer that is full of them, and how many more there are', async () => {
  const port = await freePort();
  const memory = { weight_gb: -1, kv_cache_gb: 2, graph_gb: 0 };
  const loads = Array.from({ length: 512 }, (_none, rank) => ({ dp_rank: 511 - rank, memory }));
  const text = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port ${port}"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 9600
`;
  const http = { '/v1/loads?include=core,memory': { body: JSON.stringify({ loads }) } };
  const node = await startNode(text, { sockets: { server: [{ port, http }] } });
  const { out } = await command(['gate', 'local', '--engine', `pid:${node.pid('server')}`], { env: node.env });
  expect(out.split('\n').length).toBeLessThan(60);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('509 more of its values are like these; --json lists them.');
});
