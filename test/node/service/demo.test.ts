// The service with the demo and with this machine: the checklist, looks, answers of engines, observers, the end.
import { expect, it } from 'vitest';
import { CONNECT_STEPS } from '../../../shared/model/observation.ts';
import { hasLooked, openAndWatch, startService, watch, type Watching } from './watching.ts';

const call = { signal: new AbortController().signal };

it('opens the demo: the whole checklist with durations, a look, and what the engines say', async () => {
  const service = await startService();
  const watching = await openAndWatch(service, 'demo');
  await watching.until((seen) => seen.steps().accounting?.state === 'ok', 'accounting');
  const steps = watching.steps();
  expect(CONNECT_STEPS.map((step) => `${step} ${steps[step]?.state}: ${steps[step]?.text}`)).toEqual([
    expect.stringMatching(/^resolve ok: Demo\.$/),
    expect.stringMatching(/^tcp ok: Port \d+ of 127\.0\.0\.1 answers\.$/),
    expect.stringMatching(/^host-key ok: Ssh-ed25519 SHA256:\S{43} is the known key\.$/),
    expect.stringMatching(/^login ok: Let in as demo\. The demo node shows .* Nothing of it was measured\.$/),
    'shell ok: A POSIX shell and awk answer.',
    'driver ok: NVIDIA driver 550.54.15.',
    'nvidia-smi ok: 4 GPUs, 6 process rows.',
    expect.stringMatching(/^processes ok: \d+ processes listed, all visible\.$/),
    'engines ok: Found 2 sglang engines.',
    'accounting ok: 2 of 2 engines say what they use.',
  ]);
  for (const step of CONNECT_STEPS) expect(steps[step]?.durationMs).toBeGreaterThanOrEqual(0);
  expect(watching.links().map(({ state }) => state)).toEqual(['connecting', 'connected']);
  // Answers come beside the looks, so another look may be there already.
  expect(
    watching
      .frames()
      .map(({ fresh }) => fresh)
      .slice(0, 2),
  ).toEqual([true, false]);
  const { moment, problems } = watching.session();
  expect(problems).toEqual([]);
  expect(moment?.session.latest?.detection.engines).toHaveLength(2);
  // An answer that comes while the next look is half done shows with that look.
  const answered = (seen: Watching): boolean[] =>
    [...(seen.session().moment?.session.engines.values() ?? [])].map((each) =>
      each.seen.some(({ kind }) => kind === 'answer'),
    );
  await expect.poll(() => answered(watching)).toEqual([true, true]);
  expect(await service.handlers['nodes.list']({}, call)).toEqual({
    nodes: [{ node: 'n1', target: 'demo', isDemo: true, intervalMs: 500 }],
  });
});

it('goes on looking, at once when asked to, and ends its observers when the node is closed', async () => {
  const service = await startService();
  const watching = await openAndWatch(service, 'demo:cycle', 600_000);
  await watching.until(hasLooked, 'the first look');
  await service.handlers['node.look']({ node: watching.node }, call);
  await watching.until((seen) => seen.frames().length === 4, 'the look that was asked for');
  await service.handlers['node.configure']({ node: watching.node, intervalMs: 500 }, call);
  await watching.until((seen) => seen.frames().length >= 8, 'looks at the new interval');
  await service.handlers['node.close']({ node: watching.node }, call);
  await watching.ended;
  expect(watching.links().at(-1)?.state).toBe('closed');
  expect(await service.handlers['nodes.list']({}, call)).toEqual({ nodes: [] });
});

it('asks an engine at once at the address that the user types', async () => {
  const service = await startService();
  const watching = await openAndWatch(service, 'demo', 600_000);
  await watching.until((seen) => seen.steps().accounting?.state === 'ok', 'accounting');
  const { root } = watching.session().moment?.session.latest?.detection.engines[0] ?? {};
  expect(root?.pid).toBe(4001);
  const engine = { node: watching.node, rootPid: 4001, rootStartTicks: root?.startTicks ?? 0 };
  const address = { host: '127.0.0.1', port: 9 };
  // It was typed of a process that is gone: whoever has its pid now is asked where it says itself.
  await service.handlers['node.endpoint'](
    { ...engine, rootStartTicks: engine.rootStartTicks - 1, address: { ...address, port: 10 } },
    call,
  );
  await service.handlers['node.endpoint']({ ...engine, address }, call);
  const failures = (): unknown[] =>
    watching.seen.flatMap((each) =>
      each.kind === 'accounting' && each.answer.rootPid === 4001 && each.answer.seen.kind === 'failure'
        ? [[each.answer.endpoint?.port, each.answer.seen.why.code]]
        : [],
    );
  await watching.until(() => failures().length > 0, 'the answer of nobody');
  expect(failures()[0]).toEqual([9, 'refused']);
  // Said of the one engine; the other one still answers.
  await watching.until((seen) => seen.steps().accounting?.state === 'warning', 'the warning');
  expect(watching.steps().accounting?.text).toMatch(/^1 of 2 engines says what it uses; .*pid 4001/);
});

it('tells every observer what the user says and marks, and keeps it for those who come later', async () => {
  const service = await startService();
  const early = await openAndWatch(service, 'demo', 600_000);
  await early.until(hasLooked, 'a look');
  const [engine] = early.session().moment?.session.latest?.detection.engines ?? [];
  const said = { rootPid: engine?.root.pid ?? 0, rootStartTicks: engine?.root.startTicks ?? 0 };
  await service.handlers['node.tell']({ node: early.node, ...said, state: 'awake' }, call);
  await service.handlers['node.mark']({ node: early.node, text: 'step 7' }, call);
  const late = watch(service, early.node);
  for (const each of [early, late]) {
    await each.until((seen) => seen.session().marks.length === 1, 'the mark');
    expect(each.session().marks).toEqual([expect.objectContaining({ text: 'step 7', source: 'hand' })]);
    expect([...each.session().told.values()]).toEqual(['awake']);
  }
});

it('marks a moment in all open nodes at one time, and refuses to mark one that is not open', async () => {
  const service = await startService();
  const one = await openAndWatch(service, 'demo', 600_000);
  const other = await openAndWatch(service, 'demo:orphan', 600_000);
  await service.handlers['node.mark']({ node: one.node, text: 'step 7' }, call);
  for (const each of [one, other]) await each.until((seen) => seen.session().marks.length === 1, 'the mark');
  expect(one.session().marks[0]?.atMs).toBe(other.session().marks[0]?.atMs);
  const refused = service.handlers['node.mark']({ node: 'n9', text: 'step 8' }, call);
  await expect(refused).rejects.toMatchObject({ code: 'no-such-node' });
});

it('is one node however often its target is opened, and says so of a node that is not there', async () => {
  const service = await startService();
  const one = await openAndWatch(service, 'demo', 600_000);
  const again = await service.handlers['node.open']({ target: 'demo', intervalMs: 700 }, call);
  expect(again).toEqual({ node: one.node });
  expect(await service.handlers['nodes.list']({}, call)).toMatchObject({ nodes: [{ intervalMs: 700 }] });
  await expect(service.handlers['node.look']({ node: 'n9' }, call)).rejects.toMatchObject({ code: 'no-such-node' });
  await expect(
    service.handlers['node.open']({ target: '-oProxyCommand=x', intervalMs: 500 }, call),
  ).rejects.toMatchObject({ code: 'bad-target' });
});

it('looks at this machine without a login', async () => {
  const service = await startService({ env: { PATH: '/usr/bin:/bin' } });
  const watching = await openAndWatch(service, 'local');
  await watching.until((seen) => seen.steps().accounting !== undefined, 'the first look');
  const { resolve, tcp, login, shell } = watching.steps();
  expect([resolve?.state, tcp?.state, login?.state, shell?.state]).toEqual(['ok', 'skipped', 'skipped', 'ok']);
  expect(watching.session().moment).toBeDefined();
});

it('shows a late observer the same moment as an early one', async () => {
  const service = await startService();
  const early = await openAndWatch(service, 'demo', 600_000);
  await early.until((seen) => seen.steps().accounting?.state === 'ok', 'accounting');
  await service.handlers['node.look']({ node: early.node }, call);
  await early.until((seen) => seen.frames().length === 4, 'the second look');
  const late = watch(service, early.node);
  const newest = early.frames().at(-1)?.text;
  await late.until((seen) => seen.frames().at(-1)?.text === newest, 'the newest look');
  await late.until(
    (seen) => [...seen.session().session.engines.values()].every((each) => each.seen.length > 0),
    'answers',
  );
  const shown = ({ session }: typeof late) => {
    const { moment, steps, link, told } = session();
    const { states, sighting, session: derived } = moment ?? {};
    return { states, sighting, engines: derived?.engines, steps, link, told };
  };
  expect(shown(late)).toEqual(shown(early));
});
