// Verdicts as a live view says them: judged, muted, exempt, orphaned, on the card, and at the edge of the limit.
import { expect, it } from 'vitest';
import type { NodeSession } from '../../../../shared/session/node-session.ts';
import { bytes, fromMiB, minus, plus } from '../../../../shared/base/units.ts';
import { lines } from '../../../kit/judged.ts';
import { folded, look } from '../../../kit/observed.ts';
import { memory, said, told } from '../../../kit/said.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, ORPHAN_BESIDE_SLEEPING, TWO_ENGINES_ONE_LEAKS } from '../../../kit/scenarios.ts';
import { cardDetails } from '../../../../renderer/view/verdicts/verdict-card.ts';
import { boardOf, boardText, textOf } from '../card-text.ts';

it('puts the engine that fails before the one that passes', () => {
  expect(boardText(TWO_ENGINES_ONE_LEAKS)).toBe(
    lines(`
      FAIL: 1 of 2 engines is over the limit: sglang :30001, by 58,368 MiB on GPU 41:00.0.
      FAIL sglang :30001: It holds 61,440 MiB (60.00 GiB) on GPU 00000000:41:00.0: 58,368 MiB over the limit of 3,072 MiB.
      PASS sglang :30000: It holds 1,740 MiB (1.70 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.`),
  );
});

it('passes at the limit, and fails one byte below it', () => {
  const held = fromMiB(1536);
  expect(boardText(ASLEEP_CLEAN, { limit: held })).toBe(
    lines(`
      PASS: sglang :30000 is within the limit.
      PASS sglang :30000: It holds 1,536 MiB (1.50 GiB) on GPU 00000000:3B:00.0; the limit is 1,536 MiB.`),
  );
  const [equal] = boardOf(folded(...look(ASLEEP_CLEAN)), { limit: held }).cards;
  expect(equal && cardDetails(equal).changes).toEqual([
    'It is exactly at the limit, and equality passes: one byte more fails.',
    'A limit below 1,536 MiB (1.50 GiB) fails it.',
  ]);
  expect(boardOf(folded(...look(ASLEEP_CLEAN)), { limit: minus(held, bytes(1)) }).node.badge).toBe('FAIL');
  expect(boardOf(folded(...look(ASLEEP_CLEAN)), { limit: plus(held, bytes(1)) }).node.badge).toBe('PASS');
});

it('judges an orphan like an engine, and says what frees it', () => {
  const board = boardOf(folded(...look(ORPHAN_BESIDE_SLEEPING)));
  expect(textOf(board)).toBe(
    lines(`
      FAIL: 1 of 2 engines and orphans is over the limit: sglang orphan, pid 4022, by 27,648 MiB on GPU 3B:00.0.
      FAIL sglang orphan, pid 4022: It holds 30,720 MiB (30.00 GiB) on GPU 00000000:3B:00.0: 27,648 MiB over the limit of 3,072 MiB. Its server is gone, so nothing can ask it to release: ending pid 4022 frees it.
      PASS sglang :30000: It holds 1,536 MiB (1.50 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.`),
  );
  expect(board.cards[0]).toMatchObject({ isOrphan: true, told: undefined });
  expect(board.cards.map((card) => cardDetails(card).changes)[0]).toEqual([
    'It passes when enough leaves: 27,648 MiB on GPU 00000000:3B:00.0.',
    'A limit of 30,720 MiB (30.00 GiB) or more passes it.',
  ]);
});

/** The leaky engine says that it has 58.3 GiB, of which 60 GiB are resident: it looks awake. */
const looksAwake = [
  ...look(TWO_ENGINES_ONE_LEAKS),
  said(TWO_ENGINES_ONE_LEAKS, 4022, '/server_info', memory(14.27, 43.45, 0.58)),
];

it('mutes an engine that only looks awake, and says what its verdict would be', () => {
  expect(textOf(boardOf(folded(...looksAwake)))).toBe(
    lines(`
      PASS: sglang :30000 is within the limit; 1 looks awake and is not judged.
      PASS sglang :30000: It holds 1,740 MiB (1.70 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.
      LOOKS AWAKE sglang :30001: It looks awake, so it is not judged. If this engine is meant to be offloaded: FAIL, 60.00 GiB on GPU 00000000:41:00.0.`),
  );
});

it('judges it all the same when it is asked to, because a look exempts nobody', () => {
  expect(textOf(boardOf(folded(...looksAwake), { mode: 'asked' }))).toBe(
    lines(`
      FAIL: 1 of 2 engines is over the limit: sglang :30001, by 58,368 MiB on GPU 41:00.0.
      FAIL sglang :30001: It holds 61,440 MiB (60.00 GiB) on GPU 00000000:41:00.0: 58,368 MiB over the limit of 3,072 MiB.
      PASS sglang :30000: It holds 1,740 MiB (1.70 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.`),
  );
});

it('judges it when the user says that it should be asleep', () => {
  const node = folded(...looksAwake, told(TWO_ENGINES_ONE_LEAKS, 4022, 'asleep'));
  expect(boardOf(node).cards[0]).toMatchObject({ badge: 'FAIL', standing: 'judged', told: 'asleep' });
});

it('exempts an engine of which the user says that it is awake, also when it is asked to judge', () => {
  const node = folded(...look(TWO_ENGINES_ONE_LEAKS), told(TWO_ENGINES_ONE_LEAKS, 4022, 'awake'));
  const board = lines(`
    PASS: sglang :30000 is within the limit; 1 is awake and not counted.
    PASS sglang :30000: It holds 1,740 MiB (1.70 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.
    AWAKE sglang :30001: You said that it is awake, so it is not counted. If this engine is meant to be offloaded: FAIL, 60.00 GiB on GPU 00000000:41:00.0.`);
  expect(textOf(boardOf(node))).toBe(board);
  expect(textOf(boardOf(node, { mode: 'asked' }))).toBe(board);
});

const VLLM = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "vllm serve some/model --port 8000" pid 4001 comm "vllm"
  process core "VLLM::EngineCore" pid 4008 on 3B:00.0 71520
`;

it('exempts an engine that reports that it is awake, and then nothing is judged', () => {
  const awake = said(VLLM, 4001, '/is_sleeping', { is_sleeping: false }, { kind: 'vllm' });
  expect(textOf(boardOf(folded(...look(VLLM), awake)))).toBe(
    lines(`
      NOT JUDGED: Nothing is judged: 1 is awake and not counted.
      > Set the expected state of an engine to asleep, or press Judge now.
      AWAKE vllm :8000: It reports that it is awake, so it is not counted. If this engine is meant to be offloaded: FAIL, 69.84 GiB on GPU 00000000:3B:00.0.`),
  );
});

it('says that there is no engine, and who holds memory', () => {
  expect(boardText(EMPTY_NODE)).toBe(
    lines(`
      NO ENGINE: No engine was found. No process was seen to hold GPU memory.
      > The engine tree shows which processes were seen; an engine is recognised by their titles.`),
  );
  const other = `${EMPTY_NODE.replace('used 0', 'used sum')}process job "python train.py" on 3B:00.0 900\n`;
  expect(boardText(other)).toBe(
    lines(`
      NO ENGINE: No engine was found. 1 process holds GPU memory, and it is no engine that is known here. The ledger shows what is resident; a verdict needs an engine.
      > The engine tree shows which processes were seen; an engine is recognised by their titles.`),
  );
});

it('does not say that there is no engine where not everything was seen', () => {
  const head = (node: NodeSession): string => textOf(boardOf(node)).split('\n')[0] ?? '';
  const hide = (line: string): readonly string[] | undefined => (/^(?:proc|fact)\t/.test(line) ? [] : undefined);
  expect(head(folded(...look(ASLEEP_CLEAN, { edit: hide })))).toBe(
    'INCONCLUSIVE: No engine was found, and there may be one: 1 process that holds GPU memory cannot be seen.',
  );
  const cut = (line: string): readonly string[] | undefined => (line.startsWith('scan\t') ? [] : undefined);
  expect(head(folded(...look(EMPTY_NODE, { edit: cut })))).toBe(
    'INCONCLUSIVE: No engine was found, and there may be one: the process table was not read to its end.',
  );
  expect(head(folded(...look(`${EMPTY_NODE}smi missing`)))).toBe(
    'INCONCLUSIVE: No engine was found, and there may be one: what holds GPU memory was not read (no nvidia-smi).',
  );
});

it('judges everything on the card under whole-gpu, whoever holds it', () => {
  const board = boardOf(folded(...look(ORPHAN_BESIDE_SLEEPING)), { policy: 'whole-gpu' });
  expect(textOf(board)).toBe(
    lines(`
      FAIL: 2 of 2 engines and orphans are over the limit; the worst is sglang :30000, by 25,097 MiB on GPU 3B:00.0.
      FAIL sglang :30000: The fullest of its GPUs uses 32,265 MiB (31.51 GiB) on GPU 00000000:3B:00.0: 25,097 MiB over the limit of 7,168 MiB.
      FAIL sglang orphan, pid 4022: The fullest of its GPUs uses 32,265 MiB (31.51 GiB) on GPU 00000000:3B:00.0: 25,097 MiB over the limit of 7,168 MiB. Its server is gone, so nothing can ask it to release: ending pid 4022 frees it.`),
  );
  expect(board.cards.map((card) => cardDetails(card).rule)[0]).toBe(
    'Gate whole-gpu: at most 7,168 MiB (7.00 GiB) on any GPU, the default.',
  );
});
