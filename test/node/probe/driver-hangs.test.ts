// A driver that does not answer: the host's clock ends the wait, frames go on, no second call waits behind the first.
import { rm } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { ProbeSession, PROBE_LIMITS, type ProbeLimits } from '../../../node/probe/probe-session.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { probeScript } from '../../../shared/probe/script.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { isAlive, killProcess, tableEntry, until } from '../../kit/process-table.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';
import { startSshd } from '../../kit/sshd.ts';
import { connect } from '../ssh/ssh2-connecting.ts';
import { ask, envOf, nothingLeft, openProbe, PAIRS, probeProcesses, RawProbe, TWO_PAIRS } from './probe-host.ts';

const node = (trouble: string): Promise<FakeNode> => startNode(`${ASLEEP_CLEAN}\n${trouble}`, { processes: 'foreign' });
/** The first call hangs, the later ones do not. */
const FIRST_HANGS = { firstCallMs: 300, callMs: 10_000 };
/** Before it is cancelled the call must have written itself down as stuck, which takes perl a moment. */
const FIRST_GETS_STUCK = { firstCallMs: 2000, callMs: 10_000 };
const SECOND_HANGS = { firstCallMs: 10_000, callMs: 300 };
const reasons = (snapshot: Snapshot): string[] => snapshot.driverReasons.map(({ code, where }) => `${code} ${where}`);
const problems = (snapshot: Snapshot): string[] => snapshot.problems.map(({ code }) => code);

it.each(PAIRS)('cancels a call that ignores TERM and goes on, with %s and %s', async (shell, awk) => {
  const fake = await node('smi hung devices');
  const session = await openProbe(fake, { shell, awk, limits: FIRST_HANGS });
  const { snapshot } = await ask(session);
  expect(reasons(snapshot)).toEqual(['smi-timeout devices']);
  expect(snapshot.scan.complete).toBe(true);
  expect(snapshot.processes.has(fake.pid('tp0'))).toBe(true);
  expect(fake.runningSmiCalls()).toEqual([]);
  await fake.set(ASLEEP_CLEAN);
  expect((await ask(session)).snapshot).toMatchObject({
    driverReasons: [],
    usage: { rows: [{ pid: fake.pid('tp0') }] },
  });
});

it.each(TWO_PAIRS)('keeps the devices when the usage hangs, with %s and %s', async (shell, awk) => {
  const fake = await node('smi hung usage');
  const { snapshot } = await ask(await openProbe(fake, { shell, awk, limits: SECOND_HANGS }));
  expect(snapshot.devices?.devices).toHaveLength(1);
  expect([snapshot.usage, reasons(snapshot)]).toEqual([undefined, ['smi-timeout usage']]);
});

it('waits as long as it was told to, also when that is longer than for the rest of a frame', async () => {
  const fake = await node('smi slow devices 2400');
  const session = await openProbe(fake, { limits: { firstCallMs: 20_000, callMs: 20_000, frameMs: 2000 } });
  expect(reasons((await ask(session)).snapshot)).toEqual([]);
});

it('gives the first call more time than the later ones', async () => {
  const fake = await node('smi slow devices 800');
  // One call a frame: a second one would have to end within the short limit.
  const session = await openProbe(fake, { limits: { firstCallMs: 20_000, callMs: 400 } });
  expect(reasons((await session.devices()).snapshot)).toEqual([]);
  expect(reasons((await session.devices()).snapshot)).toEqual(['smi-timeout devices']);
});

it.each(TWO_PAIRS)('starts no second call while one is stuck in the driver, with %s and %s', async (shell, awk) => {
  const fake = await node('smi stuck devices');
  const session = await openProbe(fake, { shell, awk, limits: FIRST_GETS_STUCK });
  const first = (await ask(session)).snapshot;
  const [stuck] = fake.smiCalls();
  if (stuck === undefined) throw new Error('nvidia-smi was not called');
  expect(reasons(first)).toEqual(['smi-timeout devices']);
  expect(first.problems.find(({ code }) => code === 'smi-hung')?.text).toContain(
    `pid ${stuck.pid}, state D, waiting in nv_lock_api`,
  );
  for (let at = 0; at < 3; at += 1) {
    const { snapshot } = await ask(session);
    expect(reasons(snapshot)).toEqual([`smi-timeout pid ${stuck.pid}`]);
    expect(problems(snapshot)).toContain('smi-hung');
    expect(snapshot.processes.has(fake.pid('tp0'))).toBe(true);
  }
  expect(reasons((await session.devices()).snapshot)).toEqual([`smi-timeout pid ${stuck.pid}`]);
  await session.close();
  // The next connection names it, too.
  const next = await openProbe(fake, { shell, awk });
  expect(reasons((await ask(next)).snapshot)).toEqual([`smi-timeout pid ${stuck.pid}`]);
  expect(fake.smiCalls()).toHaveLength(1);
  // It came back from the driver: its entry is gone.
  await fake.set(ASLEEP_CLEAN);
  await rm(fake.tree.path(stuck.pid), { recursive: true });
  expect(reasons((await ask(next)).snapshot)).toEqual([]);
});

it('names every call that is stuck', async () => {
  const fake = await node('smi stuck devices');
  const sessions = await Promise.all([1, 2].map(() => openProbe(fake, { limits: FIRST_GETS_STUCK })));
  // Two connections that ask at the same time: neither can know of the other's call.
  await Promise.all(sessions.map((session) => ask(session)));
  const pids = fake.smiCalls().map(({ pid }) => pid);
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  const { snapshot } = await ask(session);
  const hung = snapshot.problems.filter(({ code }) => code === 'smi-hung');
  expect(hung.map(({ where }) => where).toSorted()).toEqual(pids.map((pid) => `pid ${pid}`).toSorted());
});

it("takes another user's call that waits in the driver for nobody's reason to stop", async () => {
  const fake = await node('smi slow devices 1');
  // With a parent and a session of its own, as a monitoring daemon's call has.
  const stat = '4242 (nvidia-smi) D 4241 4242 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5000 0 0\n';
  await fake.tree.write('4242/stat', stat);
  await fake.tree.write('4242/wchan', 'x');
  expect(reasons((await ask(await openProbe(fake))).snapshot)).toEqual([]);
});

it.each(PAIRS)('leaves nothing when the input ends during a hung call, with %s and %s', async (shell, awk) => {
  const fake = await node('smi hung devices');
  const raw = new RawProbe(envOf(fake, shell, awk));
  raw.write(probeScript());
  await raw.saw('hello');
  raw.write('sample r1\n');
  await raw.saw('call-begins');
  await until(
    () => fake.runningSmiCalls().length === 1,
    () => 'the call did not start',
  );
  raw.child.stdin.end();
  await nothingLeft(fake);
  expect(raw.frames).toEqual([]);
});

it('leaves nothing on the node when the connection dies in the middle of a frame, and uses nothing of it', async () => {
  const fake = await node('smi hung usage');
  const sshd = await startSshd({ env: fake.env });
  const heard = { calls: 0 };
  const session = await ProbeSession.open(await connect(sshd), PROBE_LIMITS, () => void (heard.calls += 1));
  const asked = ask(session);
  asked.catch(() => undefined);
  await until(
    () => heard.calls === 2 && fake.isAskingUsage(),
    () => 'the second call did not start',
  );
  await sshd.killSessions();
  await expect(asked).rejects.toMatchObject({ code: 'lost' });
  await expect(asked).rejects.toThrow(
    /is cut: the connection ended in the middle of the frame\. Nothing of it is used/,
  );
  await nothingLeft(fake);
  await expect(ask(session)).rejects.toMatchObject({ code: 'lost' });
});

it.each<readonly [name: string, comms: readonly string[], code: string, limits: Partial<ProbeLimits>]>([
  ['shells are', ['dash', 'sh'], 'lost', {}],
  // The shells hold the connection open and cannot know; the host's clock ends it.
  ['awk is', ['mawk', 'awk'], 'timeout', { firstCallMs: 1500, frameMs: 1500 }],
])('ends when its %s killed in the middle of a frame, and uses nothing of it', async (_name, comms, code, limits) => {
  const fake = await node('smi slow devices 1500');
  const session = await openProbe(fake, { limits });
  const asked = ask(session);
  asked.catch(() => undefined);
  await until(
    () => fake.runningSmiCalls().length === 1,
    () => 'the call did not start',
  );
  const ours = probeProcesses(fake).filter(({ comm }) => comms.includes(comm));
  expect(ours.length).toBeGreaterThan(0);
  for (const each of ours) killProcess(each);
  await expect(asked).rejects.toMatchObject({ code });
  await session.close();
  await nothingLeft(fake);
});

it('does not signal a pid that is not its child any more', async () => {
  // bash collects an ended child at once, and its pid may be anybody's when the input ends: here it is played by a
  // process that is there all the time.
  const fake = await node('smi slow devices 1');
  const bystander = await startNode('process someone "sleeper"');
  const raw = new RawProbe(envOf(fake, 'bash'));
  raw.write(probeScript().replace('child=$!', `child=${bystander.pid('someone')}`));
  await raw.saw('hello');
  raw.write('devices r1\n');
  await raw.saw('frame');
  raw.write('cancel\n');
  raw.child.stdin.end();
  await nothingLeft(fake);
  const someone = bystander.process('someone');
  expect(isAlive(someone)).toBe(true);
  await expect.poll(() => tableEntry(someone.pid)?.state).toBe('S');
});

it('collects what it started: no zombie waits for the end of the connection', async () => {
  const fake = await node('smi hung devices');
  // Long enough that each call has written itself down before it is cancelled.
  const session = await openProbe(fake, { limits: { firstCallMs: 1500, callMs: 1500 } });
  onTestFinished(() => session.close());
  for (let at = 0; at < 2; at += 1) await ask(session);
  const calls = fake.smiCalls().map(({ pid }) => pid);
  expect(calls).toHaveLength(2);
  await expect.poll(() => calls.filter((pid) => tableEntry(pid) !== undefined)).toEqual([]);
});
