// What the evidence screen gives away: names of files, formats, presets, and the mark of demo data in each of them.
import { expect, it } from 'vitest';
import { fromMiB } from '../../../shared/base/units.ts';
import {
  choiceOf,
  evidenceOutput,
  PRESETS,
  type EvidenceInput,
  type TableFormat,
} from '../../../renderer/view/evidence-output.ts';
import { FIGURES } from '../../../shared/evidence/figures/look-figure.ts';
import { folded, look } from '../../kit/observed.ts';
import { answerOf, momentOf, node, POLICY } from '../../shared/evidence/figures/figure-samples.ts';

function inputOf(text: string, isDemo = false): EvidenceInput {
  const session = folded(...look(text), answerOf(text), ...look(text, { step: 1 }));
  const moment = session.moment ?? momentOf();
  const facts = { target: 'me@gpu', rawSha256: 'a'.repeat(64), probeSha256: 'b'.repeat(64), isDemo, policy: POLICY };
  const kept = { a: momentOf(...look(text)), b: moment, noise: fromMiB(8) };
  return { moment, node: session, facts, appVersion: '1.2.3', kept };
}

it('writes the row of an engine as each format does, with the same numbers', () => {
  const input = inputOf(node());
  const text = (format: TableFormat): string => evidenceOutput(input, { ...choiceOf('pr-table'), format }).text;
  expect(text('md')).toMatch(
    /\| sglang \(pid 4001\) \| .* \| 00000000:3B:00\.0 \| +1,700 \| +62,464 \| +-60,764 \| +3,072 \| PASS/,
  );
  expect(text('csv')).toContain('00000000:3B:00.0,1782579200,65498251264,-63715672064,3221225472,PASS');
  expect(text('tex')).toContain('1700 & 62464 & -60764 & 3072 & PASS');
  expect(text('html')).toContain('<td class="number">1,700</td><td class="number">62,464</td>');
});

it('begins each preset with what it is for', () => {
  expect(
    PRESETS.map((preset) => [preset, choiceOf(preset).table, choiceOf(preset).format, choiceOf(preset).unit]),
  ).toEqual([
    ['pr-table', 'gate', 'md', 'MiB'],
    ['min-max', 'processes', 'md', 'MiB'],
    ['paper', 'gate', 'tex', 'GiB'],
    ['figure', 'gate', 'md', 'MiB'],
  ]);
  const ranks = evidenceOutput(inputOf(node()), choiceOf('min-max')).markdown;
  expect(ranks).toMatch(/\| scheduler +\| .*\| 2 GPUs +\| +1,600–1,700 \|/);
});

it('names a file by what, where and when, whatever the host is called', () => {
  const named = (text: string) => evidenceOutput(inputOf(text), choiceOf('pr-table')).fileName;
  expect(named(node())).toBe('residuum-gate-gpu-01-20260131T120002Z.md');
  expect(named(node().replace('node gpu-01', 'node ../../etc'))).toBe('residuum-gate-..-..-etc-20260131T120002Z.md');
  expect(evidenceOutput(inputOf(node()), choiceOf('figure')).fileName).toBe(
    'residuum-figure-ledger-gpu-01-20260131T120002Z.svg',
  );
});

it('says demo data in every table and in every figure', () => {
  const input = inputOf(node(), true);
  const texts = [
    ...(['md', 'tex', 'html'] as const).map(
      (format) => evidenceOutput(input, { ...choiceOf('pr-table'), format }).text,
    ),
    ...FIGURES.map((figure) => evidenceOutput(input, { ...choiceOf('figure'), figure }).text),
  ];
  for (const text of texts) expect(text).toContain('Demo data: nothing here was measured.');
});
