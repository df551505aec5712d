// The matrix of nodes as text: homes, foreign contexts, cells that nobody knows.
import { expect, it } from 'vitest';
import { matrixOf } from '../../../renderer/view/matrix-cells.ts';
import { bigNode } from '../../kit/big-node.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, FOREIGN_CONTEXT, GONE_ROWS } from '../../kit/scenarios.ts';
import { byHand, momentOf, POLICY } from './ledger-text.ts';
import { matrixText } from './tree-text.ts';

const GPU = 'gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used';

it('outlines what is on the GPU of another rank, and says whose', () => {
  expect(matrixText(FOREIGN_CONTEXT)).toBe(
    byHand(`
      3B:00.0 41:00.0
      scheduler TP0 4008: 1,740 . = 1740
      scheduler TP1 4015: [516] 1,700 = 2216`),
  );
  const cells = matrixOf(momentOf(FOREIGN_CONTEXT), POLICY).rows[1]?.cells.map(({ sentence }) => sentence);
  expect(cells).toEqual([
    'scheduler TP1 (pid 4015) is at home on 41:00.0; these 516 MiB (0.50 GiB) on 3B:00.0, the GPU of pid 4008, look like a CUDA context made before the device was chosen.',
    'scheduler TP1 (pid 4015) holds 1,700 MiB (1.66 GiB) on 41:00.0, where it is at home.',
  ]);
});

it('lists engines, orphans, gone pids and trainers in this order', () => {
  const names = matrixOf(momentOf(bigNode(4)), POLICY).rows.map(({ whose, pid }) => `${whose} ${pid}`);
  expect(names).toEqual([
    'sglang :30000 4008',
    'sglang :30000 4015',
    'sglang :30000 4022',
    'sglang :30000 4029',
    'sglang orphan, pid 4078 4078',
    'gone 4085',
    'trainer 4050',
    'trainer 4057',
    'trainer 4064',
    'trainer 4071',
  ]);
  expect(matrixText(GONE_ROWS).split('\n').at(-1)).toBe('pid 4022, gone 4022: 20,480 = 20480');
});

it('does not take a list that could not be read for an empty one', () => {
  const other = `${GPU.replace('3B', '41')} 0\n`;
  const text = `${ASLEEP_CLEAN.replace('gpu 3B', `${other}gpu 3B`)}smi processes 41:00.0 [N/A]\n`;
  expect(matrixText(text)).toBe(
    byHand(`
      3B:00.0 41:00.0
      scheduler TP0 4008: 1,536 unread = 1536+?`),
  );
});

it('shows an unknown size as a question mark with its reason', () => {
  const text = `node g driver 550.54.15\n${GPU} 40000\nprocess a "python a.py" on 3B:00.0 [N/A]\n`;
  expect(matrixText(text)).toBe('3B:00.0\npython a.py 4001: ? = 0+?');
  expect(matrixOf(momentOf(text), POLICY).rows[0]?.cells[0]?.sentence).toMatch(
    /^python a\.py \(pid 4001\) holds an unknown size on 3B:00\.0: the driver lists a process of this tree without/,
  );
});

it('has one column where nvidia-smi names no bus, and none is foreign in it', () => {
  expect(matrixText(`${FOREIGN_CONTEXT}smi refuse gpu_bus_id`)).toBe(
    byHand(`
      all GPUs
      scheduler TP0 4008: 1,740 = 1740
      scheduler TP1 4015: 2,216 = 2216`),
  );
});

it('has no rows on an empty node', () => {
  expect(matrixText(EMPTY_NODE)).toBe('3B:00.0 41:00.0');
});
