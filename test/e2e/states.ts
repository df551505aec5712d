// Every state of the page that is not the ordinary one, by name: what is on the node, and what must be said of it.
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { said } from '../kit/said.ts';
import { EMPTY_NODE, GONE_ROWS, TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import type { Edit } from '../kit/frame-text.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import type { AppScene } from './scene.ts';
import { connected, entry, link, NOW_MS, step, TARGETS } from './scenes.ts';

export interface PageState {
  /** Also the name of its picture. */
  readonly name: string;
  readonly scene: AppScene;
  /** Said on the page, with blanks as single ones. */
  readonly says: readonly RegExp[];
  /** Of the whole node, where there are verdicts. */
  readonly badge?: 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'NO ENGINE' | 'NOT JUDGED';
  /** Greyed and hatched. */
  readonly isStale?: boolean;
}

const NODE = 'node gpu-01 driver 550.54.15\n';
const GPU = 'gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479';
const ENGINE = `process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000" listen 30000
  process tp0 "sglang::scheduler_TP0" on 3B:00.0`;
/** Before SGLang told its graphs. */
const OLD = `${NODE}${GPU} used sum+9\n${ENGINE} 1740`;
const OLD_ANSWER = {
  version: '0.4.6',
  internal_states: [{ memory_usage: { weight: 0.98, kvcache: 7.9, token_capacity: 690_267 } }],
};
const leak = DEMO_SCENARIOS.get('leak')?.text ?? '';
const NO_KEY = 'Logging in to h100-07 failed: the node accepts publickey, and none of the 2 keys that were offered.';
const ADD_KEY = 'Add the right key to your agent (ssh-add), or name it with IdentityFile in ~/.ssh/config.';
const FINGERPRINT = `SHA256:${'k'.repeat(43)}`;

const node = (observations: readonly Observation[], nowMs = NOW_MS): AppScene => ({
  targets: TARGETS,
  nodes: { 'h100-07': observations },
  open: 'h100-07',
  nowMs,
});
const seen = (text: string, edit?: Edit, ...after: readonly Observation[]): AppScene =>
  node(connected(...look(text, edit === undefined ? {} : { edit }), ...after));
const without =
  (begins: RegExp): Edit =>
  (line) =>
    begins.test(line) ? [] : undefined;

export const STATES: readonly PageState[] = [
  {
    name: 'first-run',
    scene: { targets: TARGETS, nodes: {}, nowMs: NOW_MS },
    says: [/Open the demo/, /Connect a node/, /Open a recording/, /nothing is installed on the node/],
  },
  {
    name: 'no-nodes',
    scene: {
      targets: [entry('local', 'local', 'nvidia-smi and /proc of this machine')],
      notes: [
        'No hosts in ~/.ssh/config. To add one: "Host gpu-01", "HostName gpu-01.example", "User me", a line each.',
      ],
      nodes: {},
      nowMs: NOW_MS,
    },
    says: [/No hosts in ~\/\.ssh\/config/, /Host gpu-01/, /This machine/],
  },
  {
    name: 'connecting',
    scene: node([link('connecting'), step('resolve', 'ok', { text: '10.0.0.7' }), step('tcp', 'running')]),
    says: [/Connecting to h100-07/, /working/, /not yet/],
  },
  {
    name: 'connect-failed',
    scene: node([
      link('connecting'),
      step('resolve', 'ok', { text: '10.0.0.7' }),
      step('tcp', 'ok', { durationMs: 1_240 }),
      step('host-key', 'ok', { durationMs: 0.4, text: 'known by line 3 of known_hosts' }),
      step('login', 'failed', {
        text: NO_KEY,
        next: ADD_KEY,
      }),
      link('failed', { text: `${NO_KEY} ${ADD_KEY}`, code: 'auth-failed' }),
    ]),
    says: [/Could not connect to h100-07/, /none of the 2 keys/, /ssh-add/, /Try again/, /1\.2 s/],
  },
  {
    name: 'host-key-unknown',
    scene: node([
      link('connecting'),
      step('resolve', 'ok', { text: '10.0.0.7' }),
      step('tcp', 'ok'),
      step('host-key', 'failed', { text: `The host key of h100-07 is not known: ssh-ed25519 ${FINGERPRINT}.` }),
      link('failed', {
        text: `The host key of h100-07 is not known: ssh-ed25519 ${FINGERPRINT}.`,
        code: 'host-key-unknown',
      }),
    ]),
    says: [/Is this really h100-07\?/, /Accept this key/, /Do not connect/],
  },
  {
    name: 'lost',
    scene: node(
      connected(
        ...look(leak),
        link('lost', {
          atMs: FIRST_LOOK_MS + 14_000,
          text: 'the node closed the connection. It may have been rebooted.',
          code: 'lost',
          retryMs: 8_000,
        }),
      ),
      FIRST_LOOK_MS + 15_000,
    ),
    says: [/No connection to h100-07/, /The last look is 15 s old/, /Next attempt in 7 s/, /Try now/],
    isStale: true,
  },
  {
    name: 'silent',
    scene: node(connected(...look(leak)), FIRST_LOOK_MS + 20_000),
    says: [/No look for 20 s/, /The connection stands/],
  },
  {
    name: 'slower-than-asked',
    scene: node(
      connected(...[0, 1, 2, 3].flatMap((at) => look(leak, { step: at, atMs: FIRST_LOOK_MS + at * 5_000 }))),
      FIRST_LOOK_MS + 16_000,
    ),
    says: [/achieved 5 s, asked 2 s/, /slower than the interval/],
  },
  {
    name: 'no-gpu-process',
    scene: seen(EMPTY_NODE),
    says: [/No engine was found\. No process was seen to hold GPU memory/],
    badge: 'NO ENGINE',
  },
  {
    name: 'no-engine',
    scene: seen(`${NODE}${GPU} used sum+9
process one "python train.py" on 3B:00.0 20480
process two "python eval.py" on 3B:00.0 8192
process three "jupyter-lab" on 3B:00.0 512`),
    says: [/3 processes hold GPU memory, and none of them is an engine/, /accounting and gap need an engine/],
    badge: 'NO ENGINE',
  },
  {
    name: 'not-available',
    scene: seen(`${NODE}${GPU} used 71204\n${ENGINE} [N/A]`),
    says: [/used 71,204 of 81,559 MiB/, /unknown/, /could not be judged/],
    badge: 'INCONCLUSIVE',
  },
  {
    name: 'unattributed',
    scene: seen(`${NODE}${GPU} used sum+2310\n${ENGINE} 1740`),
    says: [/2,310 MiB \(2\.26 GiB\) belong to no visible process/, /Usual causes/, /look as root, on the host/],
  },
  {
    name: 'negative-rest',
    scene: seen(`${NODE}${GPU} used 1200\n${ENGINE} 1740`),
    says: [/−540 MiB/, /The rows add up to 540 MiB .* more than the GPU says is used/],
    badge: 'PASS',
  },
  {
    name: 'old-accounting',
    scene: seen(OLD, undefined, said(OLD, 4001, '/server_info', OLD_ANSWER)),
    says: [
      /gap unknown: a part of the accounting is unknown/,
      /memory_usage\.graph: the answer does not have this value/,
    ],
  },
  {
    name: 'container',
    scene: seen(leak, (line) => (line.startsWith('node\tpidNamespace\t') ? 'node\tpidNamespace\tinner' : undefined)),
    says: [/This looks out of a container/, /--pid=host/],
    badge: 'INCONCLUSIVE',
  },
  {
    name: 'proc-incomplete',
    scene: seen(TWO_ENGINES_ONE_LEAKS, without(/^scan\t/)),
    says: [/Not every process can be seen/, /nothing passes/],
  },
  {
    name: 'hidden-processes',
    // What a user sees under hidepid=2: the driver lists the pids, and the process table has none of them.
    scene: seen(leak, without(/^(?:proc|fact)\t/)),
    says: [/2 processes that hold GPU memory cannot be seen by this user/, /Log in as root/, /there may be one/],
    badge: 'INCONCLUSIVE',
  },
  {
    name: 'gone',
    scene: seen(GONE_ROWS),
    says: [/gone pids, which the driver still lists/, /Find who keeps the memory of gone pids/],
    badge: 'INCONCLUSIVE',
  },
  {
    name: 'no-driver',
    scene: seen(DEMO_SCENARIOS.get('no-driver')?.text ?? ''),
    says: [/No memory was read: no NVIDIA driver is loaded/],
    badge: 'INCONCLUSIVE',
  },
  {
    name: 'driver-hung',
    scene: seen(leak, (line) => {
      if (line.startsWith('call\tdevices\t')) return ['hung\t4711\t90000000\tD\tnv_ioctl', 'skip\tsmi-timeout'];
      return /^(?:call|out|done)\t/.test(line) ? [] : undefined;
    }),
    says: [/No memory was read: nvidia-smi did not answer/],
    badge: 'INCONCLUSIVE',
  },
  {
    name: 'no-bus-column',
    scene: seen(leak.replaceAll('node demo', 'smi refuse gpu_bus_id\nnode demo')),
    says: [/cannot name the bus of a process/],
  },
  {
    name: 'smi-missing',
    scene: seen(`${leak}\nsmi missing`),
    says: [/No memory was read/],
    badge: 'INCONCLUSIVE',
  },
];
