// No secret leaves the node: command lines and environments full of them, and every byte that the probe sent is searched.
import { expect, it } from 'vitest';
import { startNode } from '../../kit/fake-node.ts';
import { AWKS, oneSample, type AwkName } from './probe-host.ts';

/** Each secret holds this, so that one search finds any of them, also the half of one. */
const SECRET = 'Zq9';
/** Command lines, in the scenario's text; what is expected of their titles after masking. */
const HIDDEN: readonly (readonly [command: string, shown: string])[] = [
  ['x --api-key Zq9', 'x --api-key ***'],
  ['x --api-key=Zq9 --port 1', 'x --api-key=*** --port 1'],
  ["x --api-key 'Zq9 Zq9' --port 1", 'x --api-key *** --port 1'],
  ["x '--api-key=Zq9 Zq9' --port 1", 'x --api-key=*** *** --port 1'],
  ['x --api-keys Zq9,Zq9 --admin-api-key Zq9', 'x --api-keys *** --admin-api-key ***'],
  ['x --ssl-keyfile-password Zq9 --hf-token Zq9 -token Zq9', 'x --ssl-keyfile-password *** --hf-token *** -token ***'],
  ['x --API_KEY Zq9 --Client-Secret=Zq9', 'x --API_KEY *** --Client-Secret=***'],
  ['x https://user:Zq9@host/path http://Zq9@h', 'x https://***@host/path http://***@h'],
  ['x http://u:Zq9@host/?token=Zq9&a=b', 'x http://***@host/?token=***'],
  ["curl -H 'Authorization: Bearer Zq9' --port 1", 'curl -H Authorization: *** --port 1'],
  ['curl -H Authorization: Bearer Zq9 Zq9 --port 1', 'curl -H Authorization: *** *** *** --port 1'],
  ["curl -H 'X-Api-Key: Zq9'", 'curl -H X-Api-Key: ***'],
  ['curl Bearer Zq9', 'curl Bearer ***'],
  ['x \'{"api_key": "Zq9 Zq9", "a": 1}\' --port 1', 'x {"api_key": *** --port 1'],
  ['x \'{"a":"b","token":"Zq9"}\'', 'x {"a":"b","token":***'],
  ['x \'{\\\\"password\\\\": \\\\"Zq9\\\\"}\'', 'x {\\"password\\": ***'],
  ['x sk-Zq9 key=sk-Zq9 (hf_Zq9) a/sk-proj-Zq9_1', 'x *** key=*** (***) a/***'],
  ['env HF_TOKEN=Zq9 AWS_SECRET_ACCESS_KEY=Zq9 x --port 1', 'env HF_TOKEN=*** AWS_SECRET_ACCESS_KEY=*** x --port 1'],
  ["sh -c 'export FOO_TOKEN=Zq9; run Zq9'", 'sh -c export FOO_TOKEN=*** ***'],
  ['x --api-key Zq9', 'x --api-key ***'],
];
/** The same in titles: one argument with blanks inside. */
const HIDDEN_TITLES: readonly (readonly [title: string, shown: string])[] = [
  ['engine --api-key Zq9 --port 30000', 'engine --api-key *** --port 30000'],
  ['engine --api-key=Zq9 --port 30000', 'engine --api-key=*** --port 30000'],
  [
    'engine {\\"api_key\\": \\"Zq9 Zq9 Zq9\\", \\"a\\": 1} --port 30000',
    'engine {"api_key": *** *** *** "a": 1} --port 30000',
  ],
  ["engine --password='Zq9 Zq9 Zq9' --port 30000", 'engine --password=*** *** *** --port 30000'],
  ['engine Authorization: Basic Zq9 --port 30000', 'engine Authorization: *** *** --port 30000'],
  ['engine FOO_KEY=Zq9 --port 30000', 'engine FOO_KEY=*** --port 30000'],
];
/** Flags whose names look like a secret's and that must not swallow what follows. */
const KEPT: readonly (readonly [command: string, shown: string])[] = [
  [
    'python -m sglang.launch_server --skip-tokenizer-init --port 30000',
    'python -m sglang.launch_server --skip-tokenizer-init --port 30000',
  ],
  [
    'python -m sglang.launch_server --max-total-tokens 8192 --port 30000',
    'python -m sglang.launch_server --max-total-tokens *** --port 30000',
  ],
  ['vllm serve --task-runner x --disk-cache y', 'vllm serve --task-runner x --disk-cache y'],
];

const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;

it.each(Object.keys(AWKS) as AwkName[])('hides every secret before it travels, with %s', async (awk) => {
  const commands = [...HIDDEN, ...KEPT].map(([command], at) => `  process c${at} ${quoted(command)}`);
  const titles = HIDDEN_TITLES.map(([title], at) => `  process t${at} "${title}" title`);
  // Around the byte at which a command line is cut, so that each awk must cut it at a word.
  const cut = Array.from(
    { length: 24 },
    (_each, at) => `  process k${at} "x ${'y'.repeat(3040 + at)} --token ${SECRET}${'z'.repeat(40)}"`,
  );
  const secretEnv = 'env "HF_TOKEN=Zq9" env "CUDA_VISIBLE_DEVICES=0" env "PYTORCH_ALLOC_CONF=a,token=Zq9 Zq9"';
  const text = `
node n driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 0
process root "python -m sglang.launch_server --port 30000" ${secretEnv}
${[...commands, ...titles, ...cut].join('\n')}
`;
  const node = await startNode(text, { processes: 'foreign' });
  const { frame, snapshot } = await oneSample(node, { awk, want: ['environment', 'sockets', 'holders'] });
  expect(frame.text).not.toContain(SECRET);
  const title = (label: string): string | undefined => snapshot.processes.get(node.pid(label))?.title;
  expect([...HIDDEN, ...KEPT].map((_each, at) => title(`c${at}`))).toEqual(
    [...HIDDEN, ...KEPT].map(([, shown]) => shown),
  );
  expect(HIDDEN_TITLES.map((_each, at) => title(`t${at}`))).toEqual(HIDDEN_TITLES.map(([, shown]) => shown));
  expect(snapshot.environment.get(node.pid('root'))?.variables).toEqual(
    new Map([
      ['CUDA_VISIBLE_DEVICES', '0'],
      ['PYTORCH_ALLOC_CONF', 'a,token=*** ***'],
    ]),
  );
});
