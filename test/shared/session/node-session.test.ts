// The fold over observations: a look is a sample with its closing reading, and what was passed over is not lost.
import { expect, it } from 'vitest';
import { observationSchema } from '../../../shared/recording/observation-schema.ts';
import { pointsOf } from '../../kit/points-of.ts';
import type { FrameSeen } from '../../../shared/model/observation.ts';
import { orNull } from '../../../shared/base/known.ts';
import { folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

it('shows a sample only when its closing reading is there', () => {
  const [sample, closing] = look(ASLEEP_CLEAN) as [FrameSeen, FrameSeen];
  expect(folded(sample).moment).toBeUndefined();
  const { moment, history } = folded(sample, closing);
  expect(moment).toMatchObject({ atMs: closing.atMs, sample: { text: sample.text }, closing: { text: closing.text } });
  expect(moment?.session.latest?.detection.engines.map(({ root }) => root.pid)).toEqual([4001]);
  expect(pointsOf(history)).toHaveLength(1);
});

it('keeps showing the last whole look while the next one is open', () => {
  const [next] = look(TWO_ENGINES_ONE_LEAKS, { step: 1 }) as [FrameSeen];
  expect(folded(...look(ASLEEP_CLEAN), next).moment?.session.latest?.detection.engines).toHaveLength(1);
});

it('shows a sample without devices at once: no closing reading will follow', () => {
  const [sample] = look(ASLEEP_CLEAN.replace(/driver \S+/, 'driver none')) as [FrameSeen];
  expect(folded(sample).moment?.sighting.snapshot.driverReasons.map(({ code }) => code)).toEqual(['driver-missing']);
});

it('reads a frame whose facts travelled in frames that were passed over', () => {
  const [sample, closing] = look(ASLEEP_CLEAN) as [FrameSeen, FrameSeen];
  const isFact = (line: string): boolean => line.startsWith('fact\t');
  const carried = sample.text.split('\n').filter(isFact);
  const [bare] = look(ASLEEP_CLEAN, { edit: (line) => (isFact(line) ? [] : undefined) }) as [FrameSeen];
  expect(carried.length).toBeGreaterThan(0);
  expect(folded(bare, closing).moment?.session.latest?.detection.engines).toEqual([]);
  const { moment, skipped } = folded({ ...bare, carried, skipped: 3 }, closing);
  expect(moment?.session.latest?.detection.engines.map(({ root }) => root.pid)).toEqual([4001]);
  expect(skipped).toBe(3);
});

it('closes no sample with the reading of another look, and tells with the next look what was passed over', () => {
  const [before, between, after] = [0, 5, 6].map((step) => look(ASLEEP_CLEAN, { step }) as [FrameSeen, FrameSeen]);
  if (before === undefined || between === undefined || after === undefined) throw new Error('there are three looks');
  const late = { ...between[1], skipped: 9 };
  // The whole look before the outage stands; that of which only the sample is known is none.
  const half = folded(...before, look(ASLEEP_CLEAN, { step: 1 })[0] as FrameSeen, late);
  expect([half.moment?.atMs, half.outages, half.skipped]).toEqual([before[1].atMs, [], 9]);
  for (const node of [folded(...before, late, ...after), folded(...before, before[0], late, ...after)]) {
    expect(pointsOf(node.history).map(({ atMs }) => atMs)).toEqual([before[1].atMs, after[1].atMs]);
    expect(node.outages).toEqual([
      {
        fromMs: before[1].atMs,
        toMs: after[1].atMs,
        cause: 'skipped',
        text: expect.stringMatching(/^9 frames/) as string,
      },
    ]);
  }
});

it('uses nothing of a frame that is not whole, and says so', () => {
  const [sample, closing] = look(ASLEEP_CLEAN) as [FrameSeen, FrameSeen];
  const cut = { ...sample, text: sample.text.split('\n').toSpliced(3, 1).join('\n') };
  const { moment, problems } = folded(cut, closing);
  expect([moment, problems.map(({ code }) => code)]).toEqual([undefined, ['frame-line']]);
});

it('takes what the user says of an engine, and lets it be taken back', () => {
  const looks = look(ASLEEP_CLEAN);
  const engine = folded(...looks).moment?.session.latest?.detection.engines[0]?.root;
  const told = (state: 'awake' | null) =>
    ({ kind: 'told', node: 'n1', atMs: 0, rootPid: 4001, rootStartTicks: engine?.startTicks ?? 0, state }) as const;
  const sources = (node: ReturnType<typeof folded>) => [...(node.moment?.states.values() ?? [])].map((s) => s.source);
  expect(sources(folded(...looks, told('awake')))).toEqual(['told']);
  expect(sources(folded(...looks, told('awake'), told(null)))).toEqual(['none']);
});

it('keeps the used bytes and the classes of each bus for the timeline', () => {
  const [point] = pointsOf(folded(...look(ASLEEP_CLEAN)).history);
  const buses = [...(point?.buses ?? [])].map(([bus, { used, classes }]) => [
    bus,
    orNull(used),
    Object.fromEntries([...classes].map(([kind, size]) => [kind, orNull(size)])),
  ]);
  const MIB = 1024 * 1024;
  expect(buses).toEqual([['00000000:3B:00.0', 1545 * MIB, { engine: 1536 * MIB, unattributed: 9 * MIB }]]);
});

it('passes the check of the door as it is', () => {
  for (const seen of look(ASLEEP_CLEAN))
    expect(observationSchema.parse(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
});
