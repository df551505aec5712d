// Every reason for which a card does not decide: its sentence, its meaning on the card, and the next step.
import { expect, it } from 'vitest';
import { bytes } from '../../../../shared/base/units.ts';
import { REASONS, shortReason, type ReasonCode } from '../../../../shared/base/reason.ts';
import { folded, look } from '../../../kit/observed.ts';
import type { Edit } from '../../../kit/frame-text.ts';
import { GONE_ROWS, VLLM_ON_RAY } from '../../../kit/scenarios.ts';
import {
  answers,
  drop,
  holding,
  holdingTwo,
  neverAnswers,
  overTwoGpus,
  replace,
} from '../../../shared/gates/small-nodes.ts';
import { cardDetails } from '../../../../renderer/view/verdicts/verdict-card.ts';
import { boardOf } from '../card-text.ts';

interface Case {
  readonly codes: readonly ReasonCode[];
  readonly text: string;
  readonly edit?: Edit;
  readonly closing?: Edit;
  /** The number in the sentence. */
  readonly held: string;
  readonly next: string;
}

const UNKNOWN = 'What it holds is unknown; the limit is 3,072 MiB.';
const SEEN = 'It holds at least 1,000 MiB (0.98 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.';
const LOWER = 'A limit below 1,000 MiB (0.98 GiB) fails it, whatever is missing: that much was seen.';

const NODE_WIDE: readonly ReasonCode[] = [
  'smi-missing',
  'driver-missing',
  'smi-failed',
  'smi-timeout',
  'pid-namespace',
  'proc-incomplete',
];

const CASES: readonly Case[] = [
  {
    codes: ['smi-missing'],
    text: `${holding(1000)}\nsmi missing`,
    held: UNKNOWN,
    next: 'Put nvidia-smi on the PATH that "ssh HOST command" has on the node.',
  },
  {
    codes: ['driver-missing'],
    text: `node gpu-01 driver none\n${holding(1000)}`,
    held: UNKNOWN,
    next: 'Check the driver of the node: /proc/driver/nvidia/version does not exist there.',
  },
  {
    codes: ['smi-failed'],
    text: holding(1000),
    edit: answers('usage', ['Failed to initialize NVML: Driver/library version mismatch'], 18),
    held: UNKNOWN,
    next: 'Run nvidia-smi on the node; the raw rows have what it said.',
  },
  {
    codes: ['smi-timeout'],
    text: holding(1000),
    edit: neverAnswers('usage'),
    held: UNKNOWN,
    next: 'Look again; an nvidia-smi in state D needs the node to be looked at.',
  },
  {
    codes: ['pid-namespace'],
    text: holding(1000),
    edit: replace(/^(node\tpidNamespace\t).*/, '$1inner'),
    held: SEEN,
    next: 'Connect to the host itself, or start the container with the PID namespace of the host.',
  },
  {
    codes: ['partial-row'],
    text: holdingTwo(1000, '[N/A]', '1009'),
    held: SEEN,
    next: 'Look again; where the driver never says it (WSL2, vGPU guests), the policy whole-gpu judges the cards themselves.',
  },
  {
    codes: ['device-unreadable'],
    text: `${overTwoGpus()}\nsmi row 41:00.0 lost`,
    held: SEEN,
    next: 'Look at that GPU with nvidia-smi on the node; the policy whole-gpu judges the cards themselves, for the GPUs that answer.',
  },
  {
    codes: ['proc-incomplete'],
    text: holding(1000),
    edit: drop(/^scan\t/),
    held: SEEN,
    next: 'Log in as root or as the owner of the engines, and look again.',
  },
  {
    codes: ['no-tree-row', 'tree-incomplete'],
    text: VLLM_ON_RAY,
    held: UNKNOWN,
    next: 'Judge what the engine uses as a whole: the policy whole-gpu judges the cards themselves.',
  },
  {
    codes: ['gone-rows'],
    text: GONE_ROWS,
    held: 'It holds at least 1,536 MiB (1.50 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.',
    next: 'Find who keeps the memory of gone pids: run "fuser -v /dev/nvidia*" on the node, as root.',
  },
  {
    codes: ['moving'],
    text: holding(1000),
    closing: replace(/^(out\t00000000:3B:00.0, .*), 1009, (\d+)$/, '$1, 5009, $2'),
    held: 'It holds 1,000 MiB (0.98 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.',
    next: 'Look again when memory has settled.',
  },
];

it.each(CASES)('$codes', ({ codes, text, edit, closing, held, next }) => {
  const [sample, end] = look(text, edit === undefined ? {} : { edit });
  const [, moved] = look(text, closing === undefined ? {} : { edit: closing });
  const seen = [sample, closing === undefined ? end : moved].filter((each) => each !== undefined);
  const { node, cards } = boardOf(folded(...seen));
  const meanings = codes.map(shortReason).join('; ');
  // What the notices above the panels say of the whole node, with what to do, the panel does not say again.
  const saidAbove = codes.every((code) => NODE_WIDE.includes(code));
  const sentence = `${cards[0]?.name ?? ''} could not be judged.`;
  expect(node).toMatchObject({ badge: 'INCONCLUSIVE', sentence, next: saidAbove ? [] : [next] });
  expect(cards.map(({ badge, sentence }) => [badge, sentence])).toEqual([
    ['INCONCLUSIVE', `${held} Not decided: ${meanings}.`],
  ]);
  const [details] = cards.map(cardDetails);
  expect(details?.notMeasured.map(({ code, meaning }) => [code, meaning])).toEqual(
    codes.map((code) => [code, REASONS[code]]),
  );
  const canFail = held.startsWith('It holds') && !codes.includes('pid-namespace');
  const lower = held.includes('1,536') ? LOWER.replace('1,000 MiB (0.98 GiB)', '1,536 MiB (1.50 GiB)') : LOWER;
  expect(details?.changes).toEqual(canFail ? [next, lower] : [next]);
});

it('no-bus-column: the sum over all GPUs is of no GPU, so above the limit nothing is decided', () => {
  const text = `${overTwoGpus(2500)}\nsmi refuse gpu_bus_id`;
  const [card] = boardOf(folded(...look(text))).cards;
  expect(card).toMatchObject({
    badge: 'INCONCLUSIVE',
    sentence: `It holds 3,500 MiB (3.42 GiB) on all GPUs together: 428 MiB over the limit of 3,072 MiB. Not decided: ${REASONS['no-bus-column']}.`,
  });
  expect(card && cardDetails(card).changes).toEqual([
    'Sums over all GPUs prove nothing above the limit: the policy whole-gpu judges the cards themselves.',
  ]);
});

it('a lower bound above the limit is a fail, whatever else is missing', () => {
  const [card] = boardOf(folded(...look(`${overTwoGpus()}\nsmi row 41:00.0 lost`)), { limit: bytes(1) }).cards;
  expect(card?.badge).toBe('FAIL');
  expect(card && cardDetails(card).changes).toEqual([
    'It passes when enough leaves: 1,000.00 MiB on GPU 00000000:3B:00.0.',
    'What was not measured can only add to this, so measuring it would not make it pass.',
    'If this engine is meant to be awake, set its expected state to awake.',
  ]);
});
