// What stays after each sleep as a table: a level that came after it is told in a note, and a time that nobody saw is none.
import { expect, it } from 'vitest';
import { cyclesTable } from '../../../shared/evidence/cycles-table.ts';
import { engineCycles } from '../../../shared/session/cycles/cycle-table.ts';
import { NodeRecorder } from '../../../shared/session/node-record.ts';
import { FIRST_LOOK_MS, look } from '../../kit/observed.ts';

function table(sizes: readonly number[], laterMs = 0): ReturnType<typeof cyclesTable> {
  const recorder = new NodeRecorder();
  for (const [at, mib] of sizes.entries()) {
    const text = `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --model-path m --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4002 on 3B:00.0 ${mib}`;
    const atMs = FIRST_LOOK_MS + at * 2_000 + (at < 3 ? 0 : laterMs);
    for (const seen of look(text, { atMs })) recorder.take(seen);
  }
  return cyclesTable(recorder.end().engines.map(engineCycles), { node: 'gpu-01', isDemo: false }, 'worst');
}

it('tells what an engine held after it had settled and before it woke', () => {
  const { rows, notes } = table([9_728, 9_728, 1_741, 1_741, 4_200, 4_200, 9_728, 9_728]);
  expect(rows[0]?.[4]).toMatchObject({ kind: 'number', value: 1_741 * 1024 * 1024 });
  expect(notes).toContain(
    'In 1 of 1 cycles sglang :30000 then held up to 4,200 MiB before it woke: a wake by tag, or growth in the sleep.',
  );
  expect(table([9_728, 9_728, 1_741, 1_741, 9_728, 9_728]).notes.join(' ')).not.toContain('held up to');
});

it('gives no number for the time to settle where nobody looked at the release', () => {
  const { rows } = table([9_728, 9_728, 9_728, 1_741, 1_741, 9_728, 9_728], 40_000);
  expect(rows[0]?.[6]).toMatchObject({
    kind: 'unknown',
    why: 'between 0.0 and 42.0 s: nobody looked at the release itself',
  });
});
