// An engine that answers with secrets everywhere, asked over a real sshd with a key: no output of any command has one.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../shared/rpc/client.ts';
import { contract } from '../../shared/rpc/contract.ts';
import { memoryPipe } from '../../shared/rpc/memory-pipe.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { serve } from '../../shared/rpc/server.ts';
import { startNode } from '../kit/fake-node.ts';
import { freePort } from '../kit/sshd-port.ts';
import { startSshd, type Sshd } from '../kit/sshd.ts';
import type { PreparedAnswer } from '../kit/sockets.ts';
import { startService } from '../node/service/watching.ts';
import { command } from './command.ts';

const KEY = 'u5er-bearer-K3Y';
const SECRET = 'Zq9-never-shown';

/** In every place where servers have been seen to put them, and in some where they only could. */
const ARGUMENTS = {
  api_key: `${SECRET}-1`,
  admin_api_key: `${SECRET}-2`,
  ssl_keyfile_password: `${SECRET}-3`,
  env_vars: { HF_TOKEN: `hf_${SECRET}`, AWS_SECRET_ACCESS_KEY: `${SECRET}-4` },
  json_model_override_args: `{"token":"${SECRET}-5"}`,
  [`${SECRET}-name`]: 1,
  model_path: `https://user:${SECRET}@hub/model`,
  served_model_name: `sk-${SECRET}`,
  status: { detail: `${SECRET}-6` },
};
const MEMORY = { weight: -0.98, kvcache: 7.9, graph: { [`${SECRET}-phase`]: 0.1, decode: 0.2 } };

const SGLANG: Readonly<Record<string, PreparedAnswer>> = {
  '/v1/loads?include=core,memory': { status: 500, body: JSON.stringify({ ...ARGUMENTS, got: KEY }) },
  '/server_info': {
    body: JSON.stringify({
      ...ARGUMENTS,
      version: `token=${SECRET}`,
      tp_size: `${SECRET}-7`,
      internal_states: [{ ...ARGUMENTS, memory_usage: MEMORY }],
    }),
  },
};
const VLLM: Readonly<Record<string, PreparedAnswer>> = {
  '/metrics': {
    contentType: 'text/plain',
    body: `vllm:engine_sleep_state{engine="0",model_name="hf_${SECRET}",owner="${SECRET}",sleep_state="awake"} 1\n`,
  },
  '/version': { body: JSON.stringify({ ...ARGUMENTS, version: `1 --api-key ${SECRET}` }) },
  '/v1/models': { body: JSON.stringify({ ...ARGUMENTS, data: [{ ...ARGUMENTS, id: `m?key=${SECRET}` }] }) },
};

it('no frame, recording, message, table or JSON has a secret, and the key reaches the engines alone', async () => {
  const [one, two] = [await freePort(), await freePort()];
  const node = await startNode(
    `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process one "python -m sglang.launch_server --port ${one} --api-key ${SECRET} --model hf_${SECRET}"
  process one-tp0 "sglang::scheduler_TP0" on 3B:00.0 9000 env "HF_TOKEN=${SECRET}"
process two "vllm serve m --port ${two} --api-key=${SECRET}"
  process two-core "VLLM::EngineCore" on 3B:00.0 9000
`,
    { sockets: { one: [{ port: one, http: SGLANG }], two: [{ port: two, http: VLLM }] } },
  );
  const sshd = await startSshd({ env: node.env });
  const target = [sshd.alias, '--ssh-config', sshd.sshConfigFile];
  const engines = ['one', 'two'].flatMap((label) => ['--engine', `pid:${node.pid(label)}`]);
  const run = async (...args: string[]): Promise<string> => {
    const { out, err } = await command(args, { env: { RESIDUUM_ENGINE_KEY: KEY } });
    return out + err;
  };
  const file = join(await mkdtemp(join(tmpdir(), 'residuum-secrets-')), 'run.residuum.jsonl');
  onTestFinished(() => rm(dirname(file), { recursive: true, force: true }));
  const record = ['record', ...target, '--out', file, '--interval', '0.5', '--no-gzip'];
  const stop = new AbortController();
  // Until both have answered, however long that takes.
  const pause = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const answers = (await readFile(file, 'utf8').catch(() => '')).match(/"kind":"accounting"/g) ?? [];
    if (answers.length >= 2) stop.abort();
  };
  const recording = await command(record, { env: { RESIDUUM_ENGINE_KEY: KEY }, signal: stop.signal, pause });
  const outputs = {
    recording: recording.out + recording.err + (await readFile(file, 'utf8')),
    report: await run('report', file, '--json'),
    messages: await messagesOf(sshd, node.pid('one')),
    gate: await run('gate', ...target, ...engines),
    gateJson: await run('gate', ...target, ...engines, '--json'),
    watch: await run('watch', ...target, ...engines, '--once'),
    probe: await run('probe', ...target),
    probeJson: await run('probe', ...target, '--json'),
    refused: await run('gate', ...target, ...engines, '--endpoint', `pid:${node.pid('one')}=127.0.0.1:${two}`),
  };
  for (const [name, text] of Object.entries(outputs)) {
    expect([name, /Zq9|never-shown|K3Y/.exec(text)?.[0]]).toEqual([name, undefined]);
    expect([name, text.length > 500]).toEqual([name, true]);
  }
  // The answers were read all the same: what is allowed is there.
  expect(outputs.gate).toContain('weight is -0.98 GiB');
  expect(outputs.gate).toContain('State: awake (reported)');
  for (const kept of [outputs.recording, outputs.messages]) expect(kept).toMatch(/"kind":"answer".*"weight":-0\.98/);
  const heads = (node.sockets('one')[0]?.requests() ?? []).filter((head) => head.includes(KEY));
  expect(heads.length).toBeGreaterThan(0);
  for (const head of heads) expect(head.split(KEY)[0]).toMatch(/authorization: bearer $/i);
});

/** Everything that a host and a page say to each other until the engine's answer is with the page. */
async function messagesOf(sshd: Sshd, pid: number): Promise<string> {
  const env = { RESIDUUM_ENGINE_KEY: KEY };
  const service = await startService({ env, ssh: { sshConfigFile: sshd.sshConfigFile } });
  const [near, far] = memoryPipe();
  let said = '';
  const listened: Pipe = {
    send: (text) => {
      said += `${text}\n`;
      far.send(text);
    },
    onText: (listener) => far.onText(listener),
    onClose: (listener) => far.onClose(listener),
    close: () => far.close(),
  };
  serve(contract, service.handlers, listened);
  const client = connect(contract, near);
  const { node } = await client['node.open']({ target: sshd.alias, intervalMs: 500 });
  for await (const seen of client['node.observe']({ node })) {
    if (seen.kind === 'accounting' && seen.answer.rootPid === pid && seen.answer.seen.kind === 'answer') break;
  }
  await client['node.close']({ node });
  near.close();
  return said;
}

it('a key that is refused is in no message', async () => {
  const port = await freePort();
  const refuse = { status: 403, body: `{"error":"Forbidden","got":"${KEY}","want":"${SECRET}"}` };
  const node = await startNode(
    `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process one "python -m sglang.launch_server --port ${port}"
  process one-tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
`,
    { sockets: { one: [{ port, http: { '/v1/loads?include=core,memory': refuse } }] } },
  );
  const args = ['gate', 'local', '--engine', `pid:${node.pid('one')}`];
  const { out, err } = await command(args, { env: { ...node.env, RESIDUUM_ENGINE_KEY: KEY } });
  expect(out + err).not.toMatch(/Zq9|K3Y/);
  expect(out.replace(/\s+/g, ' ')).toContain('(in the variable RESIDUUM_ENGINE_KEY)');
});
