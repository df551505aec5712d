// Two runs beside each other: engines are called as everywhere else, by both names where the runs call them differently.
import { expect, it } from 'vitest';
import { armsTable } from '../../../shared/evidence/arms-table.ts';
import type { StateLook } from '../../../shared/evidence/states-table.ts';

const engine = (name: string, rootPid: number, kind = 'sglang'): StateLook[] =>
  (['awake', 'asleep'] as const).map((state) => ({ state, cycle: 1, report: 'not read here', rootPid, kind, name }));

it('names an engine by its port, by both names where they differ, and by its own where it has no partner', () => {
  const a = [...engine('sglang :30000', 4001), ...engine('sglang :30001', 4101), ...engine('sglang pid 4201', 4201)];
  const b = [...engine('sglang :30000', 7001), ...engine('sglang :30009', 7101), ...engine('vllm :8000', 7201, 'vllm')];
  const { rows } = armsTable(a, b);
  const names = rows.flatMap(([cell]) => (cell?.kind === 'text' ? [cell.text] : []));
  expect(names).toHaveLength(rows.length);
  expect([...new Set(names)].toSorted()).toEqual([
    'sglang :30000',
    'sglang :30001 / sglang :30009',
    'sglang pid 4201',
    'vllm :8000',
  ]);
});
