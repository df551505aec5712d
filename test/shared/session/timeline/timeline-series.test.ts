// The timeline as numbers: lines, gaps with their cause, unknown looks, marks, and extremes that survive few pixels.
import { expect, it } from 'vitest';
import { fromGiB } from '../../../../shared/base/units.ts';
import type { Policy } from '../../../../shared/gates/policy.ts';
import type { LinkSeen, Observation } from '../../../../shared/model/observation.ts';
import type { NodeSession } from '../../../../shared/session/node-session.ts';
import { readoutAt, timelineOf, type TimelineBy } from '../../../../shared/session/timeline/timeline-series.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';
import { lines } from '../../../kit/judged.ts';
import { memory, said } from '../../../kit/said.ts';

const POLICY: Policy = { kind: 'engine-tree', limit: fromGiB(3), origin: 'default' };

const MOVING = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 6000 then 5000 then 1000
  process tp1 "sglang::scheduler_TP1" pid 4015 on 41:00.0 6100 then 4000 then 1200
`;

/** One look each two seconds, unless it says when. */
const at = (step: number, second = step * 2, text = MOVING): Observation[] =>
  look(text, { step, atMs: FIRST_LOOK_MS + second * 1000 });

const link = (second: number, state: LinkSeen['state'], text = ''): LinkSeen => ({
  kind: 'link',
  node: 'n1',
  atMs: FIRST_LOOK_MS + second * 1000,
  state,
  text,
  code: null,
  retryMs: null,
});

/** Seconds after the first look, with a hundredth for the closing reading; `-` is a gap. */
function text(node: NodeSession, by: TimelineBy = 'engine', columns = 1000): string {
  const timeline = timelineOf(node, { by, policy: POLICY, fromMs: undefined, toMs: undefined, columns });
  const second = (ms: number): string => ((ms - FIRST_LOOK_MS) / 1000).toFixed(2);
  return [
    `at ${timeline.timesMs.map(second).join(' ')}; limit ${timeline.limitMib ?? 'none'}`,
    ...timeline.lines.map(
      ({ label, kind, values, unknown }) =>
        `${kind} ${label}: ${values.map((value) => value ?? '-').join(' ')}${unknown === 0 ? '' : `; ${unknown} unknown`}`,
    ),
    ...timeline.gaps.map(({ fromMs, toMs, text: says }) => `gap ${second(fromMs)} to ${second(toMs)}: ${says}`),
    ...timeline.marks.map(({ atMs, text: says, source }) => `mark ${second(atMs)} ${says} (${source})`),
  ].join('\n');
}

it('draws of each engine its largest GPU, and of each GPU what is used', () => {
  const node = folded(...at(0), ...at(1), ...at(2));
  expect(text(node)).toBe(
    lines(`
      at 0.07 2.07 4.07; limit 3072
      resident sglang :30000: 6100 5000 1200`),
  );
  expect(text(node, 'bus')).toBe(
    lines(`
      at 0.07 2.07 4.07; limit none
      resident 00000000:3B:00.0: 6009 5009 1009
      resident 00000000:41:00.0: 6109 4009 1209`),
  );
});

/** The line of the engine from one second to another: `1.00 6100, 2.07 5000`. */
function within(node: NodeSession, from: number, to: number): string {
  const ms = (second: number): number => FIRST_LOOK_MS + second * 1000;
  const { timesMs, lines: all } = timelineOf(node, {
    by: 'engine',
    policy: POLICY,
    fromMs: ms(from),
    toMs: ms(to),
    columns: 100,
  });
  const second = (at: number): string => (((timesMs[at] ?? Number.NaN) - FIRST_LOOK_MS) / 1000).toFixed(2);
  return (all[0]?.values ?? []).map((value, at) => `${second(at)} ${value ?? '-'}`).join(', ');
}

it('holds a size into a window and to its end, also where no look is in it, and not beyond the newest look', () => {
  const node = folded(...at(0), ...at(1), ...at(2));
  expect(within(node, 1, 3)).toBe('1.00 6100, 2.07 5000, 3.00 5000');
  expect(within(node, 2.5, 3.5)).toBe('2.50 5000, 3.50 5000');
  expect(within(node, 3, 30)).toBe('3.00 5000, 4.07 1200');
  expect(within(node, -5, 1)).toBe('0.07 6100, 1.00 6100');
});

it('holds no size into a gap', () => {
  const node = folded(...at(0), ...at(1), link(6, 'lost', 'the keepalive was not answered'), ...at(2, 30));
  expect(within(node, 10, 20)).not.toMatch(/\d{4}/);
  expect(within(node, 1, 20)).toMatch(/^1\.00 6100, 2\.07 5000(, \d+\.\d+ -)?$/);
  expect(within(node, 20, 40)).toBe('30.07 1200');
});

it('draws accounting from its answer on, and never before', () => {
  const answer = said(MOVING, 4001, '/server_info', memory(1, 4, 0.5), { atMs: FIRST_LOOK_MS + 1_000 });
  expect(text(folded(...at(0), answer, ...at(1)))).toBe(
    lines(`
      at 0.07 2.07; limit 3072
      resident sglang :30000: 6100 5000
      accounting sglang :30000, accounted at start-up: - 5632`),
  );
});

it('draws accounting from the first answer that said so, however often the engine is asked again', () => {
  const say = (second: number, weight = 1) =>
    said(MOVING, 4001, '/server_info', memory(weight, 4, 0.5), { atMs: FIRST_LOOK_MS + second * 1000 });
  const node = folded(...at(0), say(1), ...at(1), say(3), ...at(2), say(5, 2), ...at(2, 6), say(7, 3));
  expect(text(node)).toContain('accounting sglang :30000, accounted at start-up: - 5632 5632 6656');
  const out = (ms: number | undefined) =>
    readoutAt(node, 'engine', ms)?.lines.find(({ kind }) => kind === 'accounting')?.text;
  expect(out(FIRST_LOOK_MS)).toBe('not said yet');
  expect(out(FIRST_LOOK_MS + 6_100)).toBe('6,656 MiB');
  // What came after the newest look is known where the newest is followed.
  expect(out(undefined)).toBe('7,680 MiB');
});

it('breaks the lines where the link was lost, with its cause', () => {
  const lost = link(5, 'lost', 'the keepalive was not answered');
  const retry = link(9, 'lost', 'connection refused');
  expect(text(folded(...at(0), ...at(1), lost, retry, ...at(2, 20)))).toBe(
    lines(`
      at 0.07 2.07 2.07 20.07; limit 3072
      resident sglang :30000: 6100 5000 - 1200
      gap 2.07 to 20.07: No connection for 18.0 s: the keepalive was not answered`),
  );
});

it('lets the gap of a link that is still down grow to what was last heard of it', () => {
  expect(text(folded(...at(0), ...at(1), link(5, 'lost', 'no route'), link(30, 'lost', 'no route')))).toContain(
    'gap 2.07 to 30.00: No connection for 27.9 s so far: no route',
  );
});

it('breaks the lines where frames were passed over', () => {
  const [sample, closing] = at(2, 20);
  const late = [sample, closing].flatMap((each) => (each?.kind === 'frame' ? [each] : []));
  const [first, second] = late;
  if (first === undefined || second === undefined) throw new Error('a look is two frames');
  expect(text(folded(...at(0), ...at(1), { ...first, skipped: 8 }, second))).toBe(
    lines(`
      at 0.07 2.07 2.07 20.07; limit 3072
      resident sglang :30000: 6100 5000 - 1200
      gap 2.07 to 20.07: Nothing shown for 18.0 s: 8 frames were passed over, because this window was slow or hidden`),
  );
});

it('shows looks at which the driver was silent as unknown, and says so', () => {
  const silent = `${MOVING}\nsmi missing`;
  expect(text(folded(...at(0), ...at(1, 2, silent), ...at(1, 4, silent), ...at(2, 6)))).toBe(
    lines(`
      at 0.07 2.00 4.00 6.07; limit 3072
      resident sglang :30000: 6100 - - 1200; 2 unknown
      gap 2.00 to 6.07: The driver did not answer whole at 2 looks: nvidia-smi was not found on the node`),
  );
});

it('draws no line of a tree that may have more members: what was seen of it is a lower bound', () => {
  const inner = (line: string): string | undefined =>
    line.startsWith('node\tpidNamespace\t') ? 'node\tpidNamespace\tinner' : undefined;
  const node = folded(...look(MOVING, { edit: inner }));
  expect(text(node)).toContain('resident sglang :30000: -; 1 unknown');
  expect(readoutAt(node, 'engine', undefined)?.lines[0]?.text).toMatch(
    /^unknown: the probe runs inside a PID namespace/,
  );
});

it('calls a hole that nobody explains a hole, and a slower rate no hole', () => {
  expect(text(folded(...at(0), ...at(1), ...at(2, 40), ...at(2, 42)))).toContain(
    'gap 2.07 to 40.07: No look for 38.0 s',
  );
  expect(text(folded(...at(0), ...at(1), ...at(2, 40), ...at(2, 80), ...at(2, 120)))).not.toContain('gap');
});

it('keeps marks as text', () => {
  const mark = {
    kind: 'mark',
    node: 'n1',
    atMs: FIRST_LOOK_MS + 1_000,
    text: 'sleep\u001B[2J',
    source: 'log',
  } as const;
  expect(text(folded(...at(0), mark, ...at(1)))).toContain('mark 1.00 sleep\\x1B[2J (log)');
});

it('reads out the look that was the newest at the cursor, the unknown with its reason', () => {
  const node = folded(...at(0), ...at(1, 2, `${MOVING}\nsmi missing`));
  const out = (ms: number | undefined) =>
    readoutAt(node, 'engine', ms)?.lines.map(({ label, text: says }) => `${label} ${says}`);
  expect(out(FIRST_LOOK_MS + 900)).toEqual(['sglang :30000 6,100 MiB']);
  // A mark between two looks is of the one before it, as the ledger beside it is.
  expect(out(FIRST_LOOK_MS + 1_900)).toEqual(['sglang :30000 6,100 MiB']);
  expect(out(FIRST_LOOK_MS - 60_000)).toEqual(['sglang :30000 6,100 MiB']);
  expect(out(undefined)).toEqual(['sglang :30000 unknown: no nvidia-smi']);
});

const ORPHANED = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 1740
`;
const LEFT = 'orphan left "sglang::scheduler_TP1" pid 4022 on 3B:00.0 512 on 41:00.0 30720 then 30720 then 30000';

it('draws a line of what a dead engine left, and says who ended', () => {
  const whole = `${ORPHANED}${LEFT}`;
  const later = `process new "python -m sglang.launch_server --port 30100" pid 5001
  process newtp0 "sglang::scheduler_TP0" pid 5008 on 41:00.0 900`;
  const seen = [...at(0, 0, whole), ...at(1, 2, `${whole}\nsmi missing`), ...at(2, 4, `${whole}\n${later}`)];
  expect(text(folded(...seen))).toBe(
    lines(`
      at 0.07 2.00 4.07; limit 3072
      resident sglang :30000: 1740 - 1740; 1 unknown
      resident sglang orphan, pid 4022: 30720 - 30000; 1 unknown
      resident sglang :30100: - - 900
      gap 2.00 to 4.07: The driver did not answer whole at 1 look: nvidia-smi was not found on the node`),
  );
  const ended = folded(...seen, ...at(3, 6, ORPHANED));
  expect(readoutAt(ended, 'engine', undefined)?.lines.map(({ label, text: says }) => `${label} ${says}`)).toEqual([
    'sglang :30000 1,740 MiB',
    'orphan, pid 4022 (ended) not there',
    'sglang :30100, pid 5001 (ended) not there',
  ]);
});
