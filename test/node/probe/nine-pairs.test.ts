// Three shells with three awks give the same snapshot of the same node, frame after frame.
import { expect, it, onTestFinished } from 'vitest';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { ask, openProbe, PAIRS, type AwkName, type ShellName } from './probe-host.ts';

/** Everything that a shell or an awk could read differently. */
const NODE = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "A, B" total 81559 reserved [N/A] used sum+11
gpu 00010000:3B:00.0 "C" total 100 reserved 1 used 50
process raylet "/opt/ray/raylet --password hidden"
  process actor "ray::SGLangEngine.init" nspid "17 1" cgroup "12:cpu:/a\\n0::/kubepods/pod1/0123456789abcdef0123"
    process stub "python -c 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)' --fork" uid 1000
      process tp0 "  sglang::scheduler_TP0  " title comm "a) (b\\n S 1" on 3B:00.0 1740 rss 5210 env "RANK=3" env "HOME=/x"
      process tp1 "sglang::scheduler_TP1 \\xc3\\xa9\\xff\\x1b[31m\\\\" title on 41:00.0 1700 state D
      process dead "sglang::detokenizer" state Z on 3B:00.0 3
  process trainer "ray::MegatronTrainRayActor.train" on 3B:00.0 38912
process server "python -m sglang.launch_server --api-key 'a b' --served-model-name 'x\\ny' --port 30000" listen 30000
process long "python -m sglang.launch_server ${'x'.repeat(5000)}"
gone 4242 on 3B:00.0 512
smi processes 00010000:3B:00.0 [Insufficient Permissions]
`;

async function frames(node: FakeNode, shell: ShellName, awk: AwkName): Promise<Snapshot[]> {
  const session = await openProbe(node, { shell, awk });
  const first = await ask(session, { want: ['environment', 'sockets', 'holders'] });
  const second = await ask(session, { roots: [node.pid('raylet'), node.pid('server')] });
  const third = await ask(session, { full: true });
  const closing = await session.devices();
  await session.close();
  return [first, second, third, closing].map(({ snapshot }) => snapshot);
}

/** Without clocks: everything else is the node's. */
function timeless(snapshot: Snapshot): unknown {
  const text = JSON.stringify(snapshot, (key, value: unknown) => {
    if (value instanceof Map) return [...value];
    return ['beginMs', 'endMs', 'wallTime'].includes(key) ? undefined : value;
  });
  return JSON.parse(text);
}

it('answers alike under dash, ash and bash with mawk, gawk and busybox awk', async () => {
  const node = await startNode(NODE, { processes: 'foreign', cleanup: 'manual', extra: 20 });
  onTestFinished(() => node.stop());
  const answers: unknown[] = [];
  for (const pair of PAIRS) answers.push({ pair, frames: (await frames(node, ...pair)).map(timeless) });
  const { frames: first } = answers[0] as { frames: unknown[] };
  expect(first).toHaveLength(4);
  expect(answers).toEqual(PAIRS.map((pair) => ({ pair, frames: first })));
});

it('reads what is there', async () => {
  const node = await startNode(NODE, { processes: 'foreign' });
  const [first, second, third] = await frames(node, 'dash', 'mawk');
  const titles = (snapshot?: Snapshot): Record<string, string | undefined> =>
    Object.fromEntries([...node.pids].map(([label, pid]) => [label, snapshot?.processes.get(pid)?.title]));
  expect(titles(first)).toEqual({
    raylet: '/opt/ray/raylet --password ***',
    actor: 'ray::SGLangEngine.init',
    stub: 'python -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5) --fork',
    tp0: 'sglang::scheduler_TP0',
    tp1: 'sglang::scheduler_TP1 é\u{FFFD}\u001B[31m\\',
    dead: '',
    trainer: 'ray::MegatronTrainRayActor.train',
    server: 'python -m sglang.launch_server --api-key *** --served-model-name x\ny --port 30000',
    // A word that was cut might be a secret.
    long: 'python -m sglang.launch_server ***',
  });
  expect(titles(third)).toEqual(titles(first));
  expect(first?.processes.get(node.pid('tp0'))).toMatchObject({
    comm: 'a) (b\n S 1',
    state: 'S',
    containerPid: undefined,
  });
  expect(first?.processes.get(node.pid('actor'))).toMatchObject({
    containerPid: 1,
    cgroup: '/kubepods/pod1/0123456789abcdef0123',
  });
  expect(first?.absent).toEqual(new Map([[4242, 'gone']]));
  expect(first?.environment.get(node.pid('tp0'))).toEqual({ readable: true, variables: new Map([['RANK', '3']]) });
  expect(first?.sockets).toEqual([{ pid: node.pid('server'), family: 'tcp', addressHex: '0100007F', port: 30000 }]);
  expect(first?.usage?.unreadableBuses).toEqual(['00010000:3B:00.0']);
  expect(second?.processes.get(node.pid('trainer'))?.title).toBe('ray::MegatronTrainRayActor.train');
});
