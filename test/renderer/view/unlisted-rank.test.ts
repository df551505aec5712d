// A rank that lives and that the driver leaves out of a look: what each view says of that look, by hand.
import { expect, it } from 'vitest';
import { orNull, total } from '../../../shared/base/known.ts';
import { toMiB } from '../../../shared/base/units.ts';
import { compareMoments } from '../../../shared/session/compare/compare.ts';
import { readoutAt } from '../../../shared/session/timeline/timeline-series.ts';
import { SMI_RESOLUTION } from '../../../shared/base/units.ts';
import { matrixOf } from '../../../renderer/view/matrix-cells.ts';
import { engineTree } from '../../../renderer/view/tree/engine-tree.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';
import { byHand, drawn, momentOf, POLICY } from './ledger-text.ts';

/** What each GPU uses, and what is listed of the second rank. */
const node = (used: number | string, rank: string): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 1009
gpu 41:00.0 "H100" total 81559 reserved 479 used ${used}
process server "python -m sglang.launch_server --model-path m --port 30000 --tp 2" pid 5000
  process tp0 "sglang::scheduler_TP0" pid 5001 on 3B:00.0 1000
  process tp1 "sglang::scheduler_TP1" pid 5002 ${rank}
  process detok "sglang::detokenizer" pid 5003`;
const LISTED = node(49_011, 'on 41:00.0 49000');
const SILENT = node(49_011, '');

it('is named in the ledger with its rank, beside the memory that may be its own', () => {
  expect(drawn(SILENT)).toBe(
    byHand(`
      3B:00.0 | used 1,009 of 81,559 MiB | sglang :30000 1,000 MiB | no process: +9 MiB
        reserved 0-479, engine 479-1479, unattributed 1479-1488, free 1488-81559
        sglang :30000: not reported: this engine was not asked yet
        limit at 3551
      41:00.0 | used 49,011 of 81,559 MiB | sglang :30000 unknown | no process: +49,011 MiB
        reserved 0-479, unattributed 479-49490, free 49490-81559
        sglang :30000: not reported: only rank 0 reports
        note: sglang :30000 may hold part of the 49,011 MiB (47.86 GiB) here that belong to no visible process: scheduler TP1 (pid 5002) lives, and the driver lists nothing for it.
        note: 49,011 MiB (47.86 GiB) belong to no visible process. Usual causes: what the driver keeps for each context (some MiB: ordinary); a process that this user or this container cannot see (look as root, on the host); a process that ended a moment ago (look again).`),
  );
});

it('makes the line of its engine unknown in that look, and of no other', () => {
  const seen = [LISTED, SILENT, LISTED].flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 2_000 }));
  const of = (at: number): string[] =>
    (readoutAt(folded(...seen), 'engine', FIRST_LOOK_MS + at * 2_000 + 70)?.lines ?? []).map(
      ({ label, text }) => `${label}: ${text}`,
    );
  const left = "unknown: memory on a GPU that may be this engine's, and the driver lists nobody for it";
  expect([of(0), of(1), of(2)].flat()).toEqual([
    'sglang :30000: 49,000 MiB',
    `sglang :30000: ${left}`,
    'sglang :30000: 49,000 MiB',
  ]);
});

it('has a row of its own in the matrix, and a place in the tree, with an unknown size on the GPU that it may hold', () => {
  const moment = momentOf(SILENT);
  const rows = matrixOf(moment, POLICY).rows.map(({ name, cells, sum }) => {
    const all = total(sum);
    return `${name}: ${cells.map(({ text, kind }) => `${kind} ${text}`).join(', ')} = ${all.known ? toMiB(all.value) : '?'}`;
  });
  expect(rows).toEqual(['scheduler TP0: home 1,000, none  = 1000', 'scheduler TP1: none , held ? = ?']);
  const [engine] = engineTree(moment, POLICY);
  expect(engine?.resident?.missing.map(({ code, where }) => `${code} ${where}`)).toEqual([
    'unlisted-memory 00000000:41:00.0: pid 5002 has no row',
  ]);
});

it('is no difference between two moments, but one that nobody knows', () => {
  const rowsOf = (a: string, b: string): string[] =>
    compareMoments(momentOf(a), momentOf(b), SMI_RESOLUTION).rows.flatMap(
      ({ class: kind, rank, bus, delta, change }) => {
        const size = orNull(delta);
        return kind === 'engine'
          ? [`TP${rank?.tp} ${bus.slice(9)}: ${size === null ? '?' : toMiB(size)} ${change}`]
          : [];
      },
    );
  expect(rowsOf(LISTED, SILENT)).toEqual(['TP1 41:00.0: ? unknown', 'TP0 3B:00.0: 0 same']);
  expect(rowsOf(LISTED, node(11, ''))).toEqual(['TP1 41:00.0: -49000 gone', 'TP0 3B:00.0: 0 same']);
});

it('says nothing of parts that hold no GPU memory, and of ranks where there is nothing to be held', () => {
  expect(drawn(LISTED)).not.toContain('may hold');
  expect(drawn(node(63, ''))).not.toContain('may hold');
  expect(drawn(node(64, ''))).toContain('may hold part of the 64 MiB here');
  // What is used there is not said, or is less than what others are listed for.
  const other = (used: number | string): string => `${node(used, '')}\nprocess job "python job.py" on 41:00.0 30000`;
  expect(drawn(other('[N/A]'))).toContain('may hold more on this GPU than is listed for it');
  expect(drawn(other(29_000))).toContain('may hold more on this GPU than is listed for it');
  expect(drawn(other(30_063))).not.toContain('may hold');
});
