// The ledger's rows of nodes as text: what is resident, what is accounted, and everything that may be unknown.
import { describe, expect, it } from 'vitest';
import { fromGiB } from '../../../../shared/base/units.ts';
import type { FrameSeen } from '../../../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { folded, look } from '../../../kit/observed.ts';
import {
  ASLEEP_CLEAN,
  EMPTY_NODE,
  FOREIGN_CONTEXT,
  GONE_ROWS,
  ORPHAN_BESIDE_SLEEPING,
} from '../../../kit/scenarios.ts';
import { ledgerView } from '../../../../renderer/view/ledger/ledger-rows.ts';
import { byHand, drawn, POLICY, viewOfText } from '../ledger-text.ts';

const NODE = 'node gpu-01 driver 550.54.15\n';
const gpu = (used: string, bus = '3B:00.0'): string =>
  `gpu ${bus} "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used ${used}\n`;
const server = (holds: string, says: string, port = 30_000): string =>
  `process server${port} "sglang serve --port ${port}" listen ${port}
  http sglang ${says}
  process tp${port} "sglang::scheduler_TP0" on 3B:00.0 ${holds}\n`;
const ALONE = 'Resident memory is shown; accounting and gap need an engine.';

describe('resident over accounted', () => {
  it('is aligned where the engine begins, with the signed gap between, on the reporting rank alone', () => {
    expect(drawn(DEMO_SCENARIOS.get('asleep')?.text ?? '')).toBe(
      byHand(`
        3B:00.0 | used 40,662 of 81,559 MiB | sglang :30000 1,741 MiB | no process: +9 MiB
          reserved 0-479, engine 479-2220, trainer 2220-41132, unattributed 41132-41141, free 41141-81559
          sglang :30000: weight 479-1482.5, kvcache 1482.5-9572.1, graph 9572.1-10022.7; gap −7,803 MiB 2220-10022.7
          limit at 3551
        41:00.0 | used 40,656 of 81,559 MiB | sglang :30000 1,741 MiB | no process: +11 MiB
          reserved 0-479, engine 479-2220, trainer 2220-41124, unattributed 41124-41135, free 41135-81559
          sglang :30000: not reported: only rank 0 reports
          limit at 3551
        AF:00.0 | used 10,362 of 81,559 MiB | sglang :30100 10,342 MiB | no process: +20 MiB
          reserved 0-479, engine 479-10821, unattributed 10821-10841, free 10841-81559
          sglang :30100: weight 479-1482.5, kvcache 1482.5-8486.7, graph 8486.7-8804.1; gap +2,017 MiB 8804.1-10821
          limit at 3551
        D8:00.0 | used 10,332 of 81,559 MiB | sglang :30100 10,318 MiB | no process: +14 MiB
          reserved 0-479, engine 479-10797, unattributed 10797-10811, free 10811-81559
          sglang :30100: not reported: only rank 0 reports
          limit at 3551`),
    );
  });

  it('says within resolution where the band hides the gap', () => {
    expect(drawn(NODE + gpu('sum+9') + server('3330', 'weight 1 kvcache 2 graph 0.25'))).toBe(
      byHand(`
        3B:00.0 | used 3,339 of 81,559 MiB | sglang :30000 3,330 MiB | no process: +9 MiB
          reserved 0-479, engine 479-3809, unattributed 3809-3818, free 3818-81559
          sglang :30000: weight 479-1503, kvcache 1503-3551, graph 3551-3807; gap +2 MiB, within resolution (±16.36 MiB) 3807-3809
          limit at 3551`),
    );
  });

  it('aligns each of two engines of one GPU with its own segment, and gives each a limit', () => {
    const two =
      server('1740', 'weight 1 kvcache 2 graph 0.25') + server('5000', 'weight 1 kvcache 2 graph 0.25', 30_001);
    expect(drawn(NODE + gpu('sum+9') + two)).toBe(
      byHand(`
        3B:00.0 | used 6,749 of 81,559 MiB | sglang :30000 1,740 MiB | sglang :30001 5,000 MiB | no process: +9 MiB
          reserved 0-479, engine 479-2219, engine 2219-7219, unattributed 7219-7228, free 7228-81559
          sglang :30000: weight 479-1503, kvcache 1503-3551, graph 3551-3807; gap −1,588 MiB 2219-3807
          sglang :30001: weight 2219-3243, kvcache 3243-5291, graph 5291-5547; gap +1,672 MiB 5547-7219
          limit at 3551, 5291`),
    );
  });

  it('has no gap where a part of the accounting is unknown, and draws a negative part backwards', () => {
    expect(drawn(NODE + gpu('sum+9') + server('1740', 'weight 1 graph -0.5'))).toBe(
      byHand(`
        3B:00.0 | used 1,749 of 81,559 MiB | sglang :30000 1,740 MiB | no process: +9 MiB
          reserved 0-479, engine 479-2219, unattributed 2219-2228, free 2228-81559
          sglang :30000: weight 479-1503, kvcache? 1503-3542, graph− 3030-3542; no gap
          limit at 3551`),
    );
  });

  it('measures a limit for the whole GPU from where use begins', () => {
    const policy = { kind: 'whole-gpu', limit: fromGiB(7), origin: 'default' } as const;
    expect(drawn(ASLEEP_CLEAN, policy).split('\n').at(-1)).toBe('  limit at 7647');
  });
});

describe('who holds it', () => {
  it('names orphans and gone pids apart, each with its place', () => {
    expect(drawn(ORPHAN_BESIDE_SLEEPING)).toBe(
      byHand(`
        3B:00.0 | used 32,265 of 81,559 MiB | sglang :30000 1,536 MiB | sglang orphan, pid 4022 30,720 MiB | no process: +9 MiB
          reserved 0-479, engine 479-2015, orphan 2015-32735, unattributed 32735-32744, free 32744-81559
          sglang :30000: not reported: this engine was not asked yet
          limit at 3551, 5087`),
    );
    expect(drawn(GONE_ROWS)).toContain('engine 479-2015, gone 2015-22495, unattributed 22495-22504');
  });

  it('adds a foreign context to its engine, on the GPU where it is', () => {
    const [first, second] = viewOfText(FOREIGN_CONTEXT).rows;
    expect([first, second].map((row) => row?.engines[0]?.size)).toEqual(['2,256 MiB', '1,700 MiB']);
  });

  it('says of a hidden process that it may be part of any engine', () => {
    const hide = (line: string): string | undefined =>
      line.startsWith('gone\t') ? line.replace(/gone$/, 'unreadable') : undefined;
    const { moment } = folded(...look(GONE_ROWS, { edit: hide }));
    const hidden = moment && ledgerView(moment, POLICY).rows[0]?.segments.find(({ class: kind }) => kind === 'process');
    expect(hidden?.label).toBe('pid 4022, which this user may not see');
    expect(hidden?.note).toMatch(/may be part of any engine/);
  });

  it('adds small processes up, and keeps the largest', () => {
    const many = Array.from({ length: 12 }, (_, at) => `process p${at} "python p.py" on 3B:00.0 ${100 * (at + 1)}`);
    const [row] = viewOfText(NODE + gpu('sum+9') + many.join('\n')).rows;
    const processes = row?.segments.filter(({ class: kind }) => kind === 'process') ?? [];
    expect(processes).toHaveLength(8);
    expect(processes.at(-1)?.label).toBe('5 more processes, 1,500 MiB (1.46 GiB) together');
    expect(processes.at(-1)?.pids).toHaveLength(5);
  });

  it('keeps a title that would change the terminal or the direction of reading on one safe line', () => {
    const title = '"python a.py \\e[31m \\xE2\\x80\\xAE txt"';
    const [row] = viewOfText(`${NODE}${gpu('sum+9')}process a ${title} on 3B:00.0 800`).rows;
    expect(row?.segments[1]?.label).toBe('python a.py \\x1B[31m \\u202E txt');
  });
});

describe('unknown', () => {
  it('draws a negative rest backwards over what was named, and stretches nothing to fit', () => {
    const two = 'process a "python a.py" on 3B:00.0 800\nprocess b "python b.py" on 3B:00.0 700\n';
    expect(drawn(NODE + gpu('1000') + two)).toBe(
      byHand(`
        3B:00.0 | used 1,000 of 81,559 MiB | no process: −500 MiB
          reserved 0-479, process 479-1279, process 1279-1979, unattributed− 1479-1979, free 1479-81559
          note: The rows add up to 500 MiB (0.49 GiB) more than the GPU says is used: memory that processes share is listed under each of them.
        note: 2 GPU processes, none seen to be a known engine. ${ALONE}`),
    );
  });

  it('gives unknown rows the room that is left, and the reason of each', () => {
    const two = 'process a "python a.py" on 3B:00.0 [N/A]\nprocess b "python b.py" on 3B:00.0 1500\n';
    expect(drawn(NODE + gpu('40000') + two)).toBe(
      byHand(`
        3B:00.0 | used 40,000 of 81,559 MiB | no process: unknown
          reserved 0-479, process? 479-19729 (partial-row), process 19729-21229, unattributed? 21229-40479 (partial-row), free 40479-81559
        note: 2 GPU processes, none seen to be a known engine. ${ALONE}`),
    );
    const [row] = viewOfText(NODE + gpu('40000') + two).rows;
    expect(row?.segments[1]?.note).toBe(
      'The 2 unknown parts of this GPU are together 38,500 MiB (37.60 GiB), by what is used less what is known.',
    );
  });

  it('knows what is used where the driver hides the processes, as with MIG', () => {
    expect(drawn(`${NODE}${gpu('71204')}smi processes 3B:00.0 [N/A]`)).toBe(
      byHand(`
        3B:00.0 | used 71,204 of 81,559 MiB | no process: unknown
          reserved 0-479, unattributed? 479-71683 (device-unreadable), free 71683-81559
          note: The driver hides the processes of this GPU (MIG, a container, or permissions): what is used is known, and not by whom.`),
    );
  });

  it('has a place for everything where used and free are [N/A]', () => {
    expect(drawn(`${NODE}${gpu('[N/A] free [N/A]')}process b "python b.py" on 3B:00.0 1500`)).toBe(
      byHand(`
        3B:00.0 | used unknown of 81,559 MiB | no process: unknown
          reserved 0-479, process 479-1979, unattributed? 1979-4018 (device-unreadable), free? 4018-81559 (device-unreadable)
        note: 1 GPU process, which is not seen to be a known engine. ${ALONE}`),
    );
  });

  it('counts the reserve as used before driver 510, and says so', () => {
    expect(drawn(ASLEEP_CLEAN.replace('550.54.15', '470.182.03'))).toBe(
      byHand(`
        3B:00.0 | used 2,024 of 81,559 MiB | sglang :30000 1,536 MiB | no process: +488 MiB
          engine 0-1536, unattributed 1536-2024, free 2024-81559
          sglang :30000: not reported: this engine was not asked yet
          limit at 3072
          note: This driver (before 510) counts its own reserve as used.`),
    );
  });

  it('shows sums over all GPUs where nvidia-smi names no bus, and spreads them over none', () => {
    expect(drawn(`${FOREIGN_CONTEXT}smi refuse gpu_bus_id`)).toBe(
      byHand(`
        3B:00.0 | used 2,265 of 81,559 MiB | no process: unknown
          reserved 0-479, unattributed? 479-2744 (no-bus-column), free 2744-81559
        41:00.0 | used 1,711 of 81,559 MiB | no process: unknown
          reserved 0-479, unattributed? 479-2190 (no-bus-column), free 2190-81559
        together: engine sglang :30000 3956
        note: This nvidia-smi cannot name the bus of a process, so what each holds is known over all GPUs together only.`),
    );
  });

  it('keeps a row for a lost GPU, and no rest anywhere while its rows may be missing', () => {
    const text = ASLEEP_CLEAN.replace('gpu 3B', `${gpu('0', '41:00.0')}gpu 3B`);
    expect(drawn(`${text}smi row 41:00.0 lost`)).toBe(
      byHand(`
        3B:00.0 | used 1,545 of 81,559 MiB | sglang :30000 1,536 MiB | no process: unknown
          reserved 0-479, engine 479-2015, unattributed? 2015-2024 (device-unreadable), free 2024-81559
          sglang :30000: not reported: this engine was not asked yet
          limit at 3551
        41:00.0 | could not be read
          unattributed? 0-81559 (device-unreadable)
          note: A GPU exists but could not be read (lost, refused, or missing from the answer).
        note: 1 GPU is lost: not even the bus could be read. Look at dmesg for Xid, and reset the GPU or restart the node.`),
    );
  });

  it('says why there is no GPU to show', () => {
    expect(drawn(ASLEEP_CLEAN.replace(/driver \S+/, 'driver none'))).toBe(
      'note: No memory was read: no NVIDIA driver.',
    );
    expect(drawn(EMPTY_NODE).split('\n')[0]).toBe('3B:00.0 | used 0 of 81,559 MiB | no process: 0 MiB');
  });

  it('marks a GPU whose use moved between the two readings, with both of them', () => {
    const text = ASLEEP_CLEAN.replace('used sum+9', 'used 1545 then 900');
    const [sample] = look(text) as [FrameSeen];
    const [, closing] = look(text, { step: 1 }) as [FrameSeen, FrameSeen];
    const { moment } = folded(sample, closing);
    const [row] = moment === undefined ? [] : ledgerView(moment, POLICY).rows;
    expect(row?.moving).toBe(
      'Moving: used was 1,545 MiB (1.51 GiB) and 900 MiB (0.88 GiB) in the next reading, so the rows and used are not of one instant.',
    );
    expect(row?.rest).toBe('no process: +9 MiB');
  });
});
