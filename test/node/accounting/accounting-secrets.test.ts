// Secrets of an engine's answers and the user's own key: the answers are full of them, and no observation has one.
import { expect, it } from 'vitest';
import { startNode } from '../../kit/fake-node.ts';
import { freePort } from '../../kit/sshd-port.ts';
import type { PreparedAnswer } from '../../kit/sockets.ts';
import { LOADS_PATH, startAsking, told } from './accounting-round.ts';

const KEY = 'u5er-bearer-K3Y';
const SECRET = 'Zq9-never-shown';

/** The server's arguments, as they come at the top and in each internal state. */
const ARGUMENTS = {
  api_key: `${SECRET}-1`,
  admin_api_key: `${SECRET}-2`,
  ssl_keyfile_password: `${SECRET}-3`,
  env_vars: { HF_TOKEN: `hf_${SECRET}`, AWS_SECRET_ACCESS_KEY: `${SECRET}-4` },
  extra_metric_labels: { user: `${SECRET}-5` },
  json_model_override_args: `{"token":"${SECRET}-6"}`,
  [`${SECRET}-name`]: 1,
  model_path: `https://user:${SECRET}@hub/model`,
  served_model_name: `sk-${SECRET}`,
  host: [`${SECRET}-7`],
  status: { detail: `${SECRET}-8` },
};

const ANSWER = JSON.stringify({
  ...ARGUMENTS,
  version: '0.5.12',
  internal_states: [
    {
      ...ARGUMENTS,
      memory_usage: { weight: 0.98, kvcache: `${SECRET}-9`, graph: { [`${SECRET}-phase`]: 0.1, decode: 0.2 } },
    },
  ],
});
const LOADS = JSON.stringify({
  ...ARGUMENTS,
  version: `token=${SECRET}`,
  loads: [{ ...ARGUMENTS, dp_rank: 0, memory: { ...ARGUMENTS, weight_gb: 0.98, kv_cache_gb: 7.9, graph_gb: 0.44 } }],
});

interface Case {
  readonly name: string;
  readonly http: Readonly<Record<string, PreparedAnswer>>;
  readonly ends: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'an engine that answers',
    http: { [LOADS_PATH]: { body: LOADS }, '/server_info': { body: ANSWER } },
    ends: ['answered', 'answered'],
  },
  {
    name: 'a server that says the key back when it refuses it',
    http: { [LOADS_PATH]: { status: 401, body: `{"error":"Unauthorized","got":"${KEY}","want":"${SECRET}"}` } },
    ends: ['unauthorized'],
  },
  {
    name: 'a server that fails and prints its arguments',
    http: { [LOADS_PATH]: { status: 500, body: ANSWER }, '/server_info': { status: 500, body: ANSWER } },
    ends: ['server-error', 'server-error'],
  },
  {
    name: 'broken JSON',
    http: { [LOADS_PATH]: { body: LOADS.slice(0, -2) }, '/server_info': { body: ANSWER.slice(0, -2) } },
    ends: ['broken-json', 'broken-json'],
  },
  {
    name: 'a redirect with a key in it',
    http: {
      [LOADS_PATH]: {
        raw: `HTTP/1.1 302 Found\r\nLocation: http://a:${SECRET}@b/?k=${KEY}\r\nContent-Length: 0\r\n\r\n`,
      },
    },
    ends: ['redirect', 'not-found', 'not-found'],
  },
];

it.each(CASES)('nothing of them is in what was seen: $name', async ({ http, ends }) => {
  const port = await freePort();
  const text = `
process server "python -m sglang.launch_server --port ${port} --api-key ${KEY}"
  process tp0 "sglang::scheduler_TP0"
`;
  const node = await startNode(text, { sockets: { server: [{ port, http }] } });
  const asking = await startAsking(node, { bearerKey: KEY });
  const observations = await asking.ask('server');
  expect(told(observations).map((line) => line.split(' ').at(-1))).toEqual(ends);
  expect(JSON.stringify(observations)).not.toMatch(/Zq9|never-shown|K3Y/);
  // It was sent all the same, with each question, and nowhere but in its header.
  const heads = (node.sockets('server')[0]?.requests() ?? []).filter((head) => head.includes(KEY));
  expect(heads).toHaveLength(ends.length);
  for (const head of heads)
    expect(head.split(KEY)).toEqual([expect.stringMatching(/authorization: bearer $/i), expect.any(String)]);
});

it('a key that no header can carry is refused before anything is sent', async () => {
  const port = await freePort();
  const text = `
process server "python -m sglang.launch_server --port ${port}"
  process tp0 "sglang::scheduler_TP0"
`;
  const node = await startNode(text, { sockets: { server: [{ port }] } });
  const asking = await startAsking(node, { bearerKey: 'K3Y\r\nX-Other: 1' });
  const why: unknown = await asking.ask('server').catch((error: unknown) => error);
  expect(String(why)).toMatch(/API key has characters that no HTTP header can carry/);
  expect(String(why)).not.toContain('K3Y');
  expect(node.sockets('server')[0]?.received()).not.toContain('X-Other');
});
