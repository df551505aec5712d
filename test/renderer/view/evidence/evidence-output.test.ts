// What the evidence screen gives away: names of files, formats, presets, and the mark of demo data in each of them.
import { expect, it } from 'vitest';
import { fromMiB } from '../../../../shared/base/units.ts';
import {
  choiceOf,
  EVIDENCE_PRESETS,
  PAGE_FIGURES,
  tablesOf,
  type EvidenceChoice,
  type PageFormat,
} from '../../../../renderer/view/evidence/evidence-choice.ts';
import { evidenceCommand } from '../../../../renderer/view/evidence/evidence-command.ts';
import { evidenceOutput, type EvidenceInput } from '../../../../renderer/view/evidence/evidence-output.ts';
import { cycleChoices, settledSide } from '../../../../renderer/view/evidence/evidence-looks.ts';
import { standInRows } from '../../../../renderer/view/evidence/stand-in-rows.ts';
import { PRESETS } from '../../../../shared/evidence/evidence.ts';
import { look } from '../../../kit/observed.ts';
import { recorded } from '../../../kit/recorded.ts';
import { sideOf } from '../../../kit/recorded-side.ts';
import { answerOf, momentOf, node, watched } from '../../../shared/evidence/figures/figure-samples.ts';

async function inputOf(text: string, isDemo = false, redaction: 'names' | 'none' = 'none'): Promise<EvidenceInput> {
  const seen = [...look(text), answerOf(text), ...look(text, { step: 1 })];
  const side = await sideOf(recorded(seen, { isDemo, why: 'stopped' }), { redaction });
  const b = side.looks.get(side.found.atMs)?.moment ?? momentOf();
  const kept = { a: momentOf(...look(text)), b, noise: fromMiB(8) };
  return { side, against: undefined, appVersion: '1.2.3', kept };
}

it('writes the row of an engine as each format does, with the same numbers', async () => {
  const input = await inputOf(node());
  const text = (format: PageFormat): string => evidenceOutput(input, { ...choiceOf('pr-table'), format }).text;
  expect(text('md')).toMatch(
    /\| sglang :30000 \| .* \| 00000000:3B:00\.0 \| +1,700 \| +62,464 \| +-60,764 \| +3,072 \| PASS/,
  );
  expect(text('csv')).toContain('00000000:3B:00.0,1782579200,65498251264,-63715672064,3221225472,PASS');
  expect(text('tex')).toContain('1700 & 62464 & -60764 & 3072 & PASS');
  expect(text('html')).toContain('<td class="number">1,700</td><td class="number">62,464</td>');
  expect(JSON.parse(text('json'))).toMatchObject({
    schema: 'residuum.table/1',
    choices: { at: '2026-01-31T12:00:02.070Z' },
  });
});

it('begins each preset with what it is for', async () => {
  expect(
    EVIDENCE_PRESETS.map((preset) => {
      const { table, format, unit } = choiceOf(preset);
      return [preset, table, format, unit];
    }),
  ).toEqual([
    ['pr-table', 'gate', 'md', 'MiB'],
    ['min-max', 'states', 'md', 'MiB'],
    ['step-ledger', 'cycles', 'md', 'MiB'],
    ['paper', 'states', 'tex', 'GiB'],
    ['raw', 'processes', 'json', 'MiB'],
    ['figure', 'gate', 'md', 'MiB'],
  ]);
  for (const preset of PRESETS) expect(tablesOf(preset)).toContain(choiceOf(preset).table);
  const choice: EvidenceChoice = { ...choiceOf('min-max'), table: 'processes' };
  const ranks = evidenceOutput(await inputOf(node()), choice).markdown;
  expect(ranks).toMatch(/\| scheduler +\| .*\| 2 GPUs +\| +1,600–1,700 \|/);
});

it('keeps what a text is of and how names are written when another preset is taken', () => {
  const before: EvidenceChoice = { ...choiceOf('pr-table'), look: '#2', cycle: 3, redaction: 'none', digits: 3 };
  expect(choiceOf('paper', before)).toMatchObject({
    look: '#2',
    cycle: 3,
    redaction: 'none',
    digits: 2,
    format: 'tex',
  });
});

it('names a file by what, where and when, whatever the host is called', async () => {
  const named = async (text: string) => evidenceOutput(await inputOf(text), choiceOf('pr-table')).fileName;
  expect(await named(node())).toBe('residuum-gate-gpu-01-20260131T120002Z.md');
  expect(await named(node().replace('node gpu-01', 'node ../../etc'))).toBe(
    'residuum-gate-..-..-etc-20260131T120002Z.md',
  );
  const figure = evidenceOutput(await inputOf(node()), choiceOf('figure')).fileName;
  expect(figure).toBe('residuum-figure-ledger-gpu-01-20260131T120002Z.svg');
  const redacted = evidenceOutput(await inputOf(node(), false, 'names'), choiceOf('pr-table')).fileName;
  expect(redacted).toBe('residuum-gate-node-1-20260131T120002Z.md');
});

it('says demo data in every table and in every figure', async () => {
  const input = { ...(await inputOf(node(), true)), side: await sideOf(recorded(watched(node()), { isDemo: true })) };
  const texts = [
    ...(['md', 'tex', 'html'] as const).map(
      (format) => evidenceOutput(input, { ...choiceOf('pr-table'), format }).text,
    ),
    ...PAGE_FIGURES.map((figure) => evidenceOutput(input, { ...choiceOf('figure'), figure }).text),
  ];
  for (const text of texts) expect(text).toContain('Demo data: nothing here was measured.');
});

it('lists what stands in for which name, with how often it is in the text', async () => {
  const input = await inputOf(node('python -m sglang.launch_server --model-path /data/secret-model'), false, 'names');
  const { text } = evidenceOutput(input, { ...choiceOf('pr-table'), table: 'environment' });
  const { inText, others } = standInRows(input.side.names, text);
  expect(inText).toEqual([
    { kind: 'host', name: 'gpu-01', standIn: 'node-1', count: 1 },
    { kind: 'model', name: '/data/secret-model', standIn: 'model-1', count: 1 },
  ]);
  expect(others).toContain('1 boot id');
  expect(text).not.toMatch(/secret-model|gpu-01/);
});

it('names the command that writes the same, as a shell reads it', async () => {
  const { side } = await inputOf(node());
  const said = (part: Partial<EvidenceChoice>, file = 'a run.jsonl', against?: string): string | undefined =>
    evidenceCommand(side, { ...choiceOf('pr-table'), ...part }, { file, against });
  expect(said({})).toBe(
    "residuum export 'a run.jsonl' --table gate --preset pr-table --format md --at 2026-01-31T12:00:02.070Z",
  );
  expect(said({ table: 'arms', cycle: 2, redaction: 'none' }, 'a.jsonl', "b's.jsonl")).toBe(
    "residuum export a.jsonl --table arms --preset pr-table --format md --at '#2' --against 'b'\\''s.jsonl' --identifying",
  );
  expect(said({ look: 'last', unit: 'GiB', digits: 3, format: 'tex' }, 'a')).toBe(
    'residuum export a --table gate --preset pr-table --format tex --unit GiB --digits 3',
  );
  expect(said({ preset: 'figure', figure: 'pair', theme: 'dark', look: 'last' }, 'a')).toBe(
    'residuum export a --figure pair --theme dark',
  );
  expect(said({ preset: 'figure', figure: 'kept' })).toBeUndefined();
});

it('finds the cycles, and the look that a gate is about', async () => {
  const side = await sideOf(recorded(watched(node()), { why: 'stopped' }));
  const [newest] = cycleChoices(side.record);
  expect(newest?.number).toBe(2);
  const settled = settledSide(side);
  expect(settled.found.atMs).toBe(newest?.settledMs);
  expect(settled.found.atMs).toBeLessThan(side.found.atMs);
});
