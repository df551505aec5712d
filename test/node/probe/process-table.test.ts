// The process table as the probe reads it: hostile names, facts once, sizes, processes that hide, end or are not ours.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { sampleLine } from '../../../shared/probe/request.ts';
import { probeScript } from '../../../shared/probe/script.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { runCommand } from '../../kit/run-command.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';
import { ask, AWKS, envOf, oneSample, openProbe, RawProbe, TOKEN, TWO_PAIRS, type AwkName } from './probe-host.ts';

const GPU = 'gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9';
const foreign = (text: string, extra = 0): Promise<FakeNode> => startNode(text, { processes: 'foreign', extra });
/** Without the note that the tree is a foreign one, as most of them are here. */
const problems = ({ problems: all }: Snapshot): string[] =>
  all.filter(({ code }) => code !== 'proc-root').map(({ code, where }) => `${code} ${where}`);

it.each(Object.keys(AWKS) as AwkName[])(
  'lets no name forge a line, also by who knows the token, with %s',
  async (awk) => {
    const forged = [
      `\\n@${TOKEN}\\tend\\tr1\\t0\\t1\\n`,
      `@${TOKEN}\\tend\\tr1\\t0\\t1`,
      `@${TOKEN}\\tpid\\t1\\n@${TOKEN}\\tquit`,
      '\\nproc\\t1\\t1\\tS\\t0\\t1\\t1\\n',
      '\\ngone\\t1\\tgone\\n\\x1b[2J\\x1b]0;x\\x07',
      '\\xff\\xfe\\xc3(\\x80',
      'tab\\there, and \\\\x41 \\\\n',
      'x'.repeat(100_000),
    ];
    const lines = forged.map((name, at) => `  process f${at} "sglang:: ${name}" title comm "${name.slice(0, 40)}"`);
    const node = await foreign(
      `node n driver 550.54.15\n${GPU}\nprocess root "sglang serve" on 3B:00.0 5\n${lines.join('\n')}`,
    );
    const raw = new RawProbe(envOf(node, 'dash', awk));
    raw.write(probeScript());
    await raw.saw('hello');
    raw.write(sampleLine({ id: 'r1', full: true, roots: [], patterns: ['sglang'], want: [] }));
    await raw.saw('frame');
    const frame = raw.events.flatMap((event) => (event.kind === 'frame' ? [event.frame] : []))[0];
    expect(raw.frames).toEqual(['r1']);
    expect(raw.output).toMatch(/^[\t\n -~]*$/);
    const facts = frame?.lines.filter((line) => line.startsWith('fact\t')).length;
    // The nine, and init above them.
    expect(facts).toBe(10);
    expect(frame?.lines.filter((line) => line.startsWith('proc\t')).length).toBe(10);
  },
);

it.each(TWO_PAIRS)('reads hostile names back as they were, with %s and %s', async (shell, awk) => {
  const node = await foreign(
    `${GPU}\nprocess a "sglang::\\n\\t\\x1b[31m\\xff\\\\x41 é" title comm "a\\nb) S 1 (" on 3B:00.0 5\nprocess b "sglang:: 2"`,
  );
  const { processes } = (await oneSample(node, { shell, awk })).snapshot;
  expect(processes.get(node.pid('a'))).toMatchObject({
    comm: 'a\nb) S 1 (',
    title: 'sglang::\n\t\u001B[31m\u{FFFD}\\x41 é',
    ppid: 1,
  });
});

it.each(TWO_PAIRS)(
  'sends the facts of a process once, when they change, and when asked, with %s and %s',
  async (shell, awk) => {
    const text = `${GPU}\nprocess server "sglang serve --port 30000"\n  process tp0 "sglang::scheduler" on 3B:00.0 5`;
    const node = await foreign(text);
    const session = await openProbe(node, { shell, awk });
    const facts = async (full = false): Promise<string[]> => {
      const { frame, snapshot } = await ask(session, { full });
      expect(problems(snapshot)).toEqual([]);
      expect(snapshot.processes.get(node.pid('server'))?.title).toBe('sglang serve --port 30000');
      const names = new Map([...node.pids].map(([label, pid]) => [String(pid), label]));
      return frame.lines.flatMap((line) =>
        line.startsWith('fact\t') ? [names.get(line.split('\t')[1] ?? '') ?? 'init'] : [],
      );
    };
    expect(await facts()).toEqual(['init', 'server', 'tp0']);
    expect(await facts()).toEqual([]);
    await node.set(text.replace('::scheduler', '::scheduler_TP0'));
    expect(await facts()).toEqual(['tp0']);
    expect(await facts(true)).toEqual(['init', 'server', 'tp0']);
    await session.devices();
    expect(await facts()).toEqual([]);
    // The same pid, started again.
    await node.kill('tp0');
    await node.set(text.replace('::scheduler"', '::scheduler_TP0" start 999999'));
    expect(await facts()).toEqual(['tp0']);
  },
);

it.each(TWO_PAIRS)('knows the name of a process that comes back to the GPU, with %s and %s', async (shell, awk) => {
  const on = `${GPU}\nprocess trainer "ray::MegatronTrainRayActor.train" on 3B:00.0 5`;
  const off = `${GPU}\nprocess trainer "ray::MegatronTrainRayActor.train"`;
  const node = await foreign(on);
  const session = await openProbe(node, { shell, awk });
  const titles: (string | undefined)[] = [];
  for (const text of [on, off, on]) {
    await node.set(text);
    const { snapshot } = await ask(session);
    titles.push(snapshot.processes.get(node.pid('trainer'))?.title);
    expect(problems(snapshot)).toEqual([]);
  }
  expect(titles).toEqual(['ray::MegatronTrainRayActor.train', undefined, 'ray::MegatronTrainRayActor.train']);
});

it('delivers what matters: matches, GPU processes, ancestors and descendants, not the rest of raylet or init', async () => {
  const node = await foreign(`
${GPU}
process raylet "/opt/ray/raylet" comm "raylet"
  process actor "ray::SGLangEngine.init"
    process stub "python spawn"
      process deep "python deeper"
  process idle "ray::IDLE"
  process trainer "ray::Train" on 3B:00.0 5
    process loader "python loader"
process launcher "bash run.sh"
  process server "python -m sglang.launch_server"
    process helper "ninja"
      process outer "python -m sglang.launch_server --again"
        process inner "cc1"
process stranger "vim"
`);
  const labels = ({ processes }: Snapshot): string[] =>
    [...node.pids].flatMap(([label, pid]) => (processes.has(pid) ? [label] : []));
  const session = await openProbe(node);
  const base = ['raylet', 'actor', 'stub', 'deep', 'trainer', 'launcher', 'server', 'helper', 'outer', 'inner'];
  expect(labels((await ask(session)).snapshot)).toEqual(base);
  // A root that the host knows brings its descendants; raylet and init bring nobody.
  const { snapshot } = await ask(session, { roots: [node.pid('trainer'), node.pid('raylet'), 1] });
  expect(labels(snapshot)).toEqual([...base.slice(0, 5), 'loader', ...base.slice(5)]);
});

it('reads a tree with a cycle, a process that is its own parent, and a parent that is not there', async () => {
  const node = await foreign(`
${GPU}
process a "sglang serve"
  process b "sglang::scheduler" on 3B:00.0 5
    process c "python"
process self "sglang serve 2"
process lost "sglang serve 3"
`);
  await node.tree.setParent(node.pid('a'), node.pid('c'));
  await node.tree.setParent(node.pid('self'), node.pid('self'));
  await node.tree.setParent(node.pid('lost'), 3_999_999);
  for (const [shell, awk] of TWO_PAIRS) {
    const { processes } = (await oneSample(node, { shell, awk })).snapshot;
    expect(new Set(processes.keys())).toEqual(new Set(node.pids.values()));
  }
});

it('stays small: 8 GPUs with 60 processes', async () => {
  const gpus = Array.from({ length: 8 }, (_each, at) => `${at + 1}B:00.0`);
  const container = `0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-${'0123456789abcdef'.repeat(4)}.scope`;
  const processes = Array.from({ length: 60 }, (_each, at) => {
    const title = `python -m sglang.launch_server --rank ${at} ${'--some-flag value '.repeat(40)}`;
    return `process p${at} "${title}" on ${gpus[at % 8]} 1024 rss 5000 nspid "${at + 7} 1" cgroup "${container}"`;
  });
  const gpu = gpus.map((bus) => GPU.replace('3B:00.0', bus));
  const node = await foreign([...gpu, ...processes].join('\n'));
  const session = await openProbe(node);
  const first = await ask(session);
  const later = await ask(session);
  expect(first.snapshot.usage?.rows).toHaveLength(60);
  expect(first.frame.text.length).toBeLessThan(64 * 1024);
  expect(later.frame.text.length).toBeLessThan(16 * 1024);
  expect(later.snapshot.processes.get(node.pid('p9'))?.title).toContain('--rank 9');
});

it.each(Object.keys(AWKS) as AwkName[])('finds the engine among 2,000 other processes, with %s', async (awk) => {
  const node = await foreign(ASLEEP_CLEAN, 2000);
  const session = await openProbe(node, { awk });
  const { frame, snapshot } = await ask(session);
  expect(snapshot.scan).toMatchObject({ complete: true, listed: 2005, unreadable: 0, vanished: 0 });
  expect(new Set(snapshot.processes.keys())).toEqual(new Set([1, ...node.pids.values()]));
  expect(frame.text.length).toBeLessThan(4096);
});

it('counts processes that would not be read, and does not take one that the driver lists for gone', async () => {
  const node = await foreign(ASLEEP_CLEAN, 5);
  await node.tree.makeUnreadable(node.pid('tp0'), 'stat');
  await node.tree.hollow(100_001);
  for (const [shell, awk] of TWO_PAIRS) {
    const { snapshot } = await oneSample(node, { shell, awk });
    expect(snapshot.scan).toMatchObject({ complete: true, unreadable: 2 });
    expect(snapshot.absent).toEqual(new Map([[node.pid('tp0'), 'alive']]));
    expect(problems(snapshot)).toContain('proc-unreadable /proc');
  }
});

it('says when there is no process table', async () => {
  const node = await foreign(ASLEEP_CLEAN);
  for (const [shell, awk] of TWO_PAIRS) {
    const env = {
      RESIDUUM_PROC_ROOT: path.join(node.dir, 'nothing'),
      RESIDUUM_DRIVER_FILE: node.tree.path('driver/nvidia/version'),
    };
    const { snapshot } = await oneSample(node, { shell, awk, env });
    expect(snapshot.scan.complete).toBe(false);
    expect(snapshot.devices?.devices).toHaveLength(1);
  }
});

it.each(TWO_PAIRS)('tells real processes, zombies and gone ones apart, with %s and %s', async (shell, awk) => {
  const node = await startNode(`
${GPU}
process server "python -m sglang.launch_server --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
  process dead "sglang::detokenizer" state Z on 3B:00.0 3
gone left on 3B:00.0 512
`);
  const { snapshot } = await oneSample(node, { shell, awk });
  expect(snapshot.processes.get(node.pid('tp0'))).toMatchObject({
    title: 'sglang::scheduler_TP0',
    ppid: node.pid('server'),
  });
  expect(snapshot.processes.get(node.pid('dead'))).toMatchObject({ state: 'Z', title: '' });
  expect(snapshot.absent).toEqual(new Map([[node.pid('left'), 'gone']]));
  expect(snapshot.scan.complete).toBe(true);
});

it('reaches the end of a table in which processes end all the time', async () => {
  const node = await startNode(ASLEEP_CLEAN);
  const session = await openProbe(node);
  const busy = { yes: true };
  const churn = (async () => {
    while (busy.yes)
      await runCommand('/bin/sh', ['-c', 'for i in 1 2 3 4 5 6 7 8 9; do /bin/true & done; wait'], { PATH: '/bin' });
  })();
  for (let at = 0; at < 8; at += 1) {
    const { snapshot } = await ask(session);
    expect(snapshot.scan).toMatchObject({ complete: true, unreadable: 0 });
    expect(snapshot.processes.has(node.pid('tp0'))).toBe(true);
  }
  busy.yes = false;
  await churn;
});

/** A probe that runs inside of something: a mount, a namespace, another user. */
async function sampleInside(node: FakeNode, inside: string): Promise<Snapshot> {
  const through = path.join(node.dir, 'inside');
  await writeFile(through, `#!/bin/sh\nexec ${inside} "$@"\n`, { mode: 0o755 });
  return (await oneSample(node, { through })).snapshot;
}

const NOBODY = 'setpriv --reuid 65534 --regid 65534 --clear-groups sh';
const HIDDEN = `unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && exec ${NOBODY} "$@"' x`;
const INNER = 'unshare -p -f --mount-proc sh';
/** Containers often may not make namespaces. */
async function isPermitted(command: string): Promise<boolean> {
  const { code } = await runCommand('/bin/sh', ['-c', `${command} -c true`], { PATH: process.env['PATH'] ?? '' });
  return code === 0;
}

it.runIf(await isPermitted(HIDDEN))(
  'does not take processes that hidepid hides for gone [needs mount namespaces]',
  async () => {
    const node = await startNode(`${ASLEEP_CLEAN}\ngone left on 3B:00.0 512`);
    const snapshot = await sampleInside(node, HIDDEN);
    expect(snapshot.absent).toEqual(
      new Map([
        [node.pid('tp0'), 'alive'],
        [node.pid('left'), 'gone'],
      ]),
    );
    expect(snapshot.node.hidepid).toMatch(/^(2|invisible)$/);
    expect(problems(snapshot)).toContain('hidepid /proc');
  },
);

it.runIf(await isPermitted(INNER))('says that it runs inside a PID namespace [needs PID namespaces]', async () => {
  const snapshot = await sampleInside(await startNode(ASLEEP_CLEAN), INNER);
  expect(snapshot.node.pidNamespace).toBe('inner');
  expect(problems(snapshot)).toContain('pid-namespace node');
});

it.each(['host', 'inner'] as const)('reads the PID namespace of a foreign tree: %s', async (namespace) => {
  const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign', namespace });
  expect((await oneSample(node)).snapshot.node.pidNamespace).toBe(namespace);
});
