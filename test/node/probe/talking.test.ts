// How host and probe talk: hello first, one frame a request, nothing runs of a transfer that was cut.
import { expect, it } from 'vitest';
import { probeScript } from '../../../shared/probe/script.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';
import { until } from '../../kit/process-table.ts';
import {
  ask,
  envOf,
  nothingLeft,
  openProbe,
  probeProcesses,
  RawProbe,
  TWO_PAIRS,
  type ShellName,
} from './probe-host.ts';

const node = (text = ASLEEP_CLEAN): Promise<FakeNode> => startNode(text, { processes: 'foreign' });

it.each<readonly [ShellName, readonly string[]]>([
  ['dash', ['second']],
  ['ash', ['second']],
  ['bash', ['first', 'second']],
])(
  'a request that is written together with the script is lost where the shell reads ahead (%s)',
  async (shell, frames) => {
    const raw = new RawProbe(envOf(await node(), shell));
    raw.write(`${probeScript()}\ndevices first\n`);
    await raw.saw('hello');
    if (frames.length === 2) await raw.saw('frame');
    raw.write('devices second\n');
    await until(
      () => raw.frames.includes('second'),
      () => raw.output,
    );
    expect(raw.frames).toEqual(frames);
  },
);

it.each(['dash', 'ash', 'bash'] as const)('runs nothing of a script that was cut, under %s', async (shell) => {
  const fake = await node();
  const script = probeScript();
  const marks = ['main() {', '  loop |', 'function escape', 'awk_program() {', '{ main "$@"'];
  const places = [0.1, 0.5, 0.9].map((part) => Math.floor(script.length * part));
  places.push(...marks.map((mark) => script.indexOf(mark) + mark.length), script.trimEnd().length - 1);
  for (const place of places) {
    const raw = new RawProbe(envOf(fake, shell));
    raw.write(script.slice(0, place));
    raw.child.stdin.end();
    await until(
      () => raw.ended,
      () => `cut at ${place} it still runs`,
    );
    expect([place, raw.output]).toEqual([place, '']);
  }
  expect(fake.smiCalls()).toEqual([]);
});

it('refuses to run without a token', async () => {
  const raw = new RawProbe(envOf(await node()));
  const errors: string[] = [];
  raw.child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  raw.write(probeScript().replace('token=${1:-}', 'token='));
  await until(
    () => raw.ended,
    () => 'it runs without a token',
  );
  expect([raw.child.exitCode, errors.join('')]).toEqual([64, 'residuum probe: a token is needed\n']);
});

it('answers busy while a frame is unfinished, and finishes that frame', async () => {
  const raw = new RawProbe(envOf(await node(`${ASLEEP_CLEAN}\nsmi slow devices 900`)));
  raw.write(probeScript());
  await raw.saw('hello');
  raw.write('devices r1\ndevices r2\n');
  await raw.saw('busy');
  await raw.saw('frame');
  expect(raw.events.filter(({ kind }) => kind === 'busy')).toEqual([{ kind: 'busy', id: 'r2' }]);
  expect(raw.frames).toEqual(['r1']);
});

it.each(TWO_PAIRS)('is never busy when the frame before has come, with %s and %s', async (shell, awk) => {
  const session = await openProbe(await node(), { shell, awk });
  const counts: number[] = [];
  for (let at = 0; at < 25; at += 1) counts.push((await session.devices()).snapshot.devices?.devices.length ?? NaN);
  expect(new Set(counts)).toEqual(new Set([1]));
});

it('skips requests that are none', async () => {
  const raw = new RawProbe(envOf(await node()));
  raw.write(probeScript());
  await raw.saw('hello');
  raw.write('\n* ?\nsample\nsample ../x\ndevices a;b\nreboot now\ncancel\ncancel x\ndevices good\n');
  await raw.saw('frame');
  expect(raw.frames).toEqual(['good']);
});

it('reads 2,000 roots in one request', async () => {
  const fake = await node(`${ASLEEP_CLEAN}\nprocess far "nobody knows me" pid 3999999\n  process child "nor me"`);
  for (const [shell, awk] of TWO_PAIRS) {
    const session = await openProbe(fake, { shell, awk });
    const roots = Array.from({ length: 2000 }, (_each, at) => 3_990_000 + at);
    const { snapshot } = await ask(session, { roots });
    expect(snapshot.processes.has(fake.pid('far'))).toBe(false);
    const { snapshot: second } = await ask(session, { roots: [...roots, fake.pid('far')] });
    expect([...second.processes.values()].map(({ title }) => title)).toContain('nor me');
  }
});

it('forgets nothing that is longer than a pipe or a buffer of awk', async () => {
  const fake = await node();
  const patterns = [
    ...Array.from({ length: 600 }, (_each, at) => `nothing like this ${at}, or 100%20`),
    'launch_server',
  ];
  for (const [shell, awk] of TWO_PAIRS) {
    const { snapshot } = await (await openProbe(fake, { shell, awk })).sample({ patterns });
    expect(snapshot.processes.has(fake.pid('server'))).toBe(true);
  }
});

it.each(TWO_PAIRS)('leaves nothing when its input ends, with %s and %s', async (shell, awk) => {
  const fake = await node();
  const session = await openProbe(fake, { shell, awk });
  await ask(session);
  expect(probeProcesses(fake).length).toBeGreaterThan(0);
  await session.close();
  await nothingLeft(fake);
});

it('leaves nothing when nobody reads what it says, and the reader goes away', async () => {
  const fake = await startNode(ASLEEP_CLEAN, { processes: 'foreign', extra: 800 });
  const raw = new RawProbe(envOf(fake));
  raw.write(probeScript());
  await raw.saw('hello');
  raw.child.stdout.pause();
  // More than the pipes hold, so that every part of it waits in a write.
  for (let at = 0; at < 40; at += 1) raw.write(`sample r${at} full=1 patterns=bash\n`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  raw.child.stdin.end();
  expect(raw.ended).toBe(false);
  raw.child.stdout.destroy();
  await nothingLeft(fake);
});

it('puts its hello on a line of its own, whatever a login shell printed before', async () => {
  const fake = await node();
  const raw = new RawProbe(envOf(fake));
  raw.write(`printf 'Welcome, no line feed'\n${probeScript()}`);
  await raw.saw('hello');
  expect(raw.events[0]).toEqual({ kind: 'noise', text: 'Welcome, no line feed' });
});
