// The gate over one release, look by look: a text of sizes, and what it says at the end.
import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromMiB, plus } from '../../../shared/base/units.ts';
import {
  ARMED,
  CYCLE_LIMITS,
  stepCycleGate,
  type CycleGate,
  type CycleLook,
} from '../../../shared/gates/cycle-gate.ts';

const LIMIT_MIB = 3_072;

/** `9728*3 1741*4`: sizes in MiB, one a second; `?` unknown, `~20` twenty seconds without a look, `!` said to be asleep. */
function looks(text: string): CycleLook[] {
  const seen: CycleLook[] = [];
  let atMs = 0;
  for (const word of text.split(' ')) {
    if (word.startsWith('~')) {
      atMs += Number(word.slice(1)) * 1_000;
      continue;
    }
    const [, size = '', said, times] = /^(\d+|\?)(!?)(?:\*(\d+))?$/.exec(word) ?? [];
    for (let count = Number(times ?? 1); count > 0; count -= 1) {
      const resident = size === '?' ? unknown('partial-row') : known(fromMiB(Number(size)));
      const verdict = !resident.known ? 'inconclusive' : Number(size) <= LIMIT_MIB ? 'pass' : 'fail';
      seen.push({ atMs, resident, verdict, reasons: resident.known ? [] : [resident.why], saidAsleep: said === '!' });
      atMs += 1_000;
    }
  }
  return seen;
}

/** The same, of an engine with seven more ranks that let go of everything at the fourth look. */
const withOthers = (text: string): CycleLook[] =>
  looks(text).map((look, at) => {
    if (!look.resident.known) return look;
    const others = fromMiB(7 * (at < 3 ? 9_728 : 1_741));
    return { ...look, whole: known(plus(look.resident.value, others)) };
  });

const gated = (text: string): CycleGate => looks(text).reduce((gate, look) => stepCycleGate(gate, look), ARMED);

function said({ phase, outcome }: CycleGate): string {
  if (outcome === undefined) return phase;
  const codes = outcome.reasons.map(({ code }) => code).join(',');
  const settled = outcome.settleTimeMs === undefined ? '' : ` settled after ${outcome.settleTimeMs / 1_000} s`;
  return `${outcome.verdict}${codes === '' ? '' : ` ${codes}`}${settled} at ${outcome.atMs / 1_000} s`;
}

it.each([
  ['before the release', '9728*5', 'armed'],
  ['at the first fall', '9728*5 5000', 'releasing'],
  ['as soon as it holds still', '9728*5 1741*2', 'settling'],
  ['a clean release', '9728*5 1741*4', 'pass settled after 1 s at 8 s'],
  ['one that falls for a while', '9728*3 7000 5000 3000 1741*4', 'pass settled after 4 s at 9 s'],
  ['flat above the limit for 8 s, then one more step', '9728*3 5000*8 1741*4', 'pass settled after 9 s at 14 s'],
  ['flat above the limit for longer', '9728*3 5000*12', 'fail settled after 1 s at 13 s'],
  ['flat from the start is not settled, even within the limit', '1741*61', 'inconclusive no-baseline at 60 s'],
  ['nothing freed, and nobody says that it sleeps', '9728*61', 'inconclusive no-baseline at 60 s'],
  ['nothing freed, and it says that it sleeps', '9728*3 9728!*58', 'fail at 60 s'],
  ['a first look that could not be measured', '? 1741*9', 'inconclusive no-baseline at 0 s'],
  ['no look for 20 s', '9728*3 ~20 1741*9', 'inconclusive sample-gap at 23 s'],
  ['a look that is unknown did not hold still', '9728*3 1741*3 ? 1741*4', 'pass settled after 5 s at 10 s'],
  ['unknown until the time is up', '9728*3 ?*58', 'inconclusive partial-row,sample-gap at 60 s'],
  [
    'still falling when the time is up',
    `9728*2 ${Array.from({ length: 60 }, (_, at) => 9600 - at * 100).join(' ')}`,
    'inconclusive still-falling at 60 s',
  ],
  [
    'up and down until the time is up, of which the last looks are alike',
    `9728*3 ${'1741*2 9728*3 '.repeat(12).trim()}`,
    'inconclusive still-falling at 60 s',
  ],
  ['a rise is a change too, and is judged', '1741*3 9728*12', 'fail settled after 1 s at 13 s'],
])('%s', (_what, text, outcome) => {
  expect(said(gated(text))).toBe(outcome);
});

it.each([
  ['fails for it', '9728*14', 'fail settled after 1 s at 13 s'],
  ['passes nothing for what was within the limit before', '1741*61', 'inconclusive no-baseline at 60 s'],
])('of one rank that keeps what it had while the others let go, %s', (_what, text, outcome) => {
  expect(said(withOthers(text).reduce((gate, look) => stepCycleGate(gate, look), ARMED))).toBe(outcome);
});

describe('a gate that is done', () => {
  it('stays as it is, and keeps the curve up to its verdict', () => {
    const gate = gated('9728*5 1741*4');
    expect(stepCycleGate(gate, looks('9728')[0] as CycleLook)).toBe(gate);
    expect(gate.looks).toHaveLength(9);
  });

  it('has the limits of the design', () => {
    expect(CYCLE_LIMITS.timeoutMs).toBe(60_000);
  });
});
