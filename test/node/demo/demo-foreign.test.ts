// The demo and the probe say the same: each scenario is answered by the demo, and by probe.sh over a foreign tree.
import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openLocal } from '../../../node/link/local-link.ts';
import { ProbeSession, type SampleOptions } from '../../../node/probe/probe-session.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import { demoFrame, demoNode, NOTHING_SENT, type DemoNode } from '../../../shared/source/demo-frame.ts';
import { readRequest } from '../../../shared/source/demo-request.ts';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import { parseScenario } from '../../../shared/source/scenario.ts';
import { devicesLine, sampleLine } from '../../../shared/probe/request.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import * as kit from '../../kit/scenarios.ts';

const H100 = '"NVIDIA H100 80GB HBM3" total 81559 reserved 479';

const OLD_DRIVER = `
node gpu-470 driver 470.82.01
gpu 3B:00.0 "Tesla V100-SXM2-32GB" total 32510 reserved 300 used sum+3
process server "vllm serve model --port 8000" comm "vllm"
  process core "VLLM::EngineCore" on 3B:00.0 2048
`;

const EVERY_PROCESS_FACT = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 00010000:3B:00.0 ${H100} used sum+9
process box "/usr/bin/containerd-shim -id 5" pid 90 start 9000 cgroup "12:cpu:/a\\n4:x:/b/fedcba9876543210\\n0::/kubepods/pod1/0123456789abcdef0123"
  process server "python -m sglang.launch_server --served-model-name 'a b' \\x41\\xc3\\xa9\\\\" uid 1000 nspid "17 1" env "RANK=3" env "HOME=/root" env "CUDA_VISIBLE_DEVICES=0,1"
    process tp0 "  sglang::scheduler_TP0  " title comm "a) (b\\n" on 3B:00.0 5 on 00010000:3B:00.0 7 rss 1 state D
    process dead "sglang::detokenizer" state Z on 3B:00.0 3
process raylet "/opt/ray/raylet" rss 2
  process worker "ray::IDLE"
  process trainer "ray::Train.step" on 3B:00.0 1
process long "python ${'x'.repeat(600)} -m sglang.launch_server"
process dead-server "python -m sglang.launch_server" state Z
gone 4242 on 3B:00.0 512
gone 777 on 00010000:3B:00.0 1
`;

const CELLS = `
node gpu-01 driver 390.157
gpu 3B:00.0 "A, B" total 100 reserved [N/A] used [N/A] free [N/A]
gpu 41:00.0 "C" total 100 reserved 1 used 5
gpu AF:00.0 "D" total 100 reserved 1 used 5
process tp0 "sglang::scheduler_TP0" on 3B:00.0 [N/A] on 41:00.0 4
smi row 41:00.0 lost
smi processes AF:00.0 [Insufficient Permissions]
smi refuse gpu_bus_id
smi repeat
`;

const NO_SMI = `${kit.ASLEEP_CLEAN}\nsmi missing\n`;

const CASES: readonly (readonly [name: string, text: string])[] = [
  ...[...DEMO_SCENARIOS].map(([name, { text }]) => [`demo:${name}`, text] as const),
  ['a driver before 510', OLD_DRIVER],
  ['every fact of a process', EVERY_PROCESS_FACT],
  ['bracketed cells of driver 390', CELLS],
  ['no nvidia-smi', NO_SMI],
  ['nobody', kit.EMPTY_NODE],
  ['a Ray node', kit.MILES_SPAWN_STUB],
  ['a foreign context', kit.FOREIGN_CONTEXT],
  ['gone rows', kit.GONE_ROWS],
];

/** As many processes as the demo has beside init, kthreadd and the scenario's own. */
const ORDINARY_PROCESSES = 4;

/** What the demo answers, and what the probe answers, to the same requests one after the other. */
async function bothAnswer(
  text: string,
  asked: readonly Asked[],
  prepare: (node: FakeNode) => Promise<void> = () => Promise.resolve(),
): Promise<[Lines[], Lines[]]> {
  const node = await startNode(text, { processes: 'foreign', extra: ORDINARY_PROCESSES });
  await prepare(node);
  const link = openLocal({ env: { ...node.env } });
  onTestFinished(() => link.close());
  const probe = await ProbeSession.open(link);
  const real: Lines[] = [];
  for (const each of asked) {
    const { frame } = each === 'devices' ? await probe.devices() : await probe.sample(each);
    real.push(comparable(frame.lines));
  }
  return [demoAnswers(demoNode(parseScenario(text)), asked), real];
}

type Lines = readonly string[];
type Asked = SampleOptions | 'devices';

function demoAnswers(node: DemoNode, asked: readonly Asked[]): Lines[] {
  let memory = NOTHING_SENT;
  return asked.map((each) => {
    const line =
      each === 'devices' ? devicesLine('a1') : sampleLine({ id: 'a1', full: false, roots: [], want: [], ...each });
    const request = readRequest(line.trimEnd());
    if (request === undefined || request === 'cancel') throw new Error(`${line} is no request`);
    const answer = demoFrame(node, request, 'cafe', memory, {
      step: 0,
      monoTicks: 1,
      wallTime: '2026-01-31T12:00:00Z',
    });
    memory = answer.memory;
    return comparable(answer.parts.flatMap((part) => part.lines).slice(1, -1));
  });
}

/** Without clocks, without what a foreign tree does not hold, and pids that are gone in one order. */
function comparable(lines: readonly string[]): Lines {
  const kept = lines
    .filter((line) => !/^node\t(?:bootId|hidepid|procRoot|uid)\t/.test(line))
    .map((line) => line.replace(/^(call\t[^\t]*\t|done\t[^\t]*\t\d+\t|scan\t\d+\t\d+\t\d+\t)\d+/, '$1-'));
  const gone = kept.filter((line) => line.startsWith('gone\t')).toSorted();
  return kept.map((line) => (line.startsWith('gone\t') ? (gone.shift() ?? line) : line));
}

it.for(CASES)('line by line: %s', async ([, text]) => {
  // A scenario that moves is compared where it stands: `then` counts calls there and samples here.
  const still = text.replace(/ then \S+/g, '');
  const patterns = probePatterns();
  const [demo, real] = await bothAnswer(still, [
    { patterns, want: ['environment'] },
    { patterns },
    'devices',
    { patterns, full: true },
    { patterns: ['nothing like this'] },
  ]);
  expect(demo).toEqual(real);
});

it('line by line: a device reading before the first sample, which still carries the facts of the node', async () => {
  const [demo, real] = await bothAnswer(kit.ASLEEP_CLEAN, ['devices', { patterns: [] }, { patterns: [] }]);
  expect(demo).toEqual(real);
});

it('line by line: LISTEN sockets', async () => {
  const text = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
process server "sglang serve --port 30000" listen 30000 listen 10.1.2.3:8080
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 5
process other "nginx" listen 80
`;
  const [demo, real] = await bothAnswer(text, [{ patterns: ['sglang'], want: ['sockets'] }], async ({ tree, pids }) => {
    // Each process sees the sockets of its own network namespace, here the same.
    const sockets = await readFile(tree.path('net/tcp'), 'latin1');
    for (const pid of pids.values()) await tree.write(`${pid}/net/tcp`, sockets);
  });
  expect(demo).toEqual(real);
  expect(real[0]?.filter((line) => line.startsWith('listen'))).toHaveLength(4);
});

it('line by line: the descendants of a root that no pattern finds', async () => {
  const [demo, real] = await bothAnswer(kit.MILES_SPAWN_STUB, [
    { patterns: [], roots: [4008] },
    { patterns: [], roots: [1] },
    { patterns: ['raylet', 'with, comma', '100%', 'a b'], roots: [999_999] },
  ]);
  expect(demo).toEqual(real);
});
