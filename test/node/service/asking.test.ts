// Asking the engines can be turned off for all nodes, at once and for good, and nothing that they said before holds then.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ASK_ENGINES_SETTING } from '../../../shared/rpc/contract.ts';
import type { AccountingSeen } from '../../../shared/model/observation.ts';
import { openAndWatch, startService, type Watching } from './watching.ts';

const call = { signal: new AbortController().signal };

function answers({ seen }: Watching): AccountingSeen[] {
  return seen.filter((each) => each.kind === 'accounting');
}

/** Where the states of the engines are from, in the order of their pids. */
function sources({ session }: Watching): string[] {
  return [...(session().moment?.states.values() ?? [])].map(({ value, source }) => `${value} ${source}`);
}

it('ends what an engine reported of itself, sends nothing more, and asks at once when it is turned on', async () => {
  const service = await startService();
  const watching = await openAndWatch(service, 'demo:vllm');
  const said = ['asleep reported', 'awake reported'];
  await watching.until((seen) => sources(seen).join() === said.join(), 'both engines report');

  await service.handlers['settings.write']({ name: ASK_ENGINES_SETTING, value: 'off' }, call);
  await watching.until(
    (seen) => seen.steps().accounting?.state === 'skipped',
    'the checklist says that nobody is asked',
  );
  await watching.until((seen) => !sources(seen).some((each) => each.endsWith('reported')), 'no report holds');
  expect(watching.steps().accounting?.text).toBe('Engines are not asked: that is turned off.');
  const before = answers(watching);
  expect(before.slice(-2).map(({ answer }) => answer.seen)).toEqual([
    expect.objectContaining({ kind: 'failure', why: { code: 'asking-off', where: '' } }) as unknown,
    expect.objectContaining({ kind: 'failure', why: { code: 'asking-off', where: '' } }) as unknown,
  ]);
  const looked = watching.frames().length;
  await watching.until((seen) => seen.frames().length >= looked + 6, 'three more looks');
  expect(answers(watching)).toEqual(before);

  await service.handlers['settings.write']({ name: ASK_ENGINES_SETTING, value: 'on' }, call);
  await watching.until((seen) => sources(seen).join() === said.join(), 'both engines report again');
});

it('counts from the moment it is said, also as the first thing after a start', async () => {
  const service = await startService();
  await service.handlers['settings.write']({ name: ASK_ENGINES_SETTING, value: 'off' }, call);
  const watching = await openAndWatch(service, 'demo:vllm');
  await watching.until((seen) => seen.frames().length >= 4, 'two looks');
  expect(answers(watching).map(({ answer }) => answer.seen.kind)).toEqual(['failure', 'failure']);
});

it('is remembered: at the next start nobody is asked from the first look on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-asking-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const settingsFile = join(folder, 'settings.json');
  const first = await startService({ settingsFile });
  await first.handlers['settings.write']({ name: ASK_ENGINES_SETTING, value: 'off' }, call);
  await first.close();
  const watching = await openAndWatch(await startService({ settingsFile }), 'demo:vllm');
  await watching.until((seen) => seen.frames().length >= 6, 'three looks');
  expect(answers(watching).map(({ answer }) => answer.seen.kind)).toEqual(['failure', 'failure']);
  expect(watching.steps().accounting?.state).toBe('skipped');
});
