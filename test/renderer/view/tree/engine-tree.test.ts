// The tree's rows of nodes as text: engines with their ranks, what belongs to none, what is unknown, what is folded.
import { describe, expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { openable } from '../../../../renderer/view/tree/engine-tree-rows.ts';
import { engineTree } from '../../../../renderer/view/tree/engine-tree.ts';
import { worstResident } from '../../../../renderer/view/tree/tree-node.ts';
import { reason } from '../../../../shared/base/reason.ts';
import { fromMiB } from '../../../../shared/base/units.ts';
import { bigNode } from '../../../kit/big-node.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, FOREIGN_CONTEXT, GONE_ROWS, MILES_SPAWN_STUB } from '../../../kit/scenarios.ts';
import { byHand, momentOf, POLICY } from '../ledger-text.ts';
import { AT_FIRST, rowsOf, treeText } from '../tree-text.ts';

const demo = (name: string): string => DEMO_SCENARIOS.get(name)?.text ?? '';
const GPU = 'gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used';

describe('engines', () => {
  it('stand above their ranks, with accounting and gap on the rank that reports alone', () => {
    expect(treeText(demo('asleep'))).toBe(
      byHand(`
        - sglang :30000 Qwen2.5-0.5B-Instruct 4001 | 3482 [3B:00.0 1741, 41:00.0 1741] | accounted 9543.7 | gap −7,803 MiB | asleep inferred | pass
          - scheduler ×2 | 3482 (1741 to 1741) [3B:00.0 1741, 41:00.0 1741]
              scheduler TP0 4008 | 1741 [3B:00.0 1741] | accounted 9543.7 | gap −7,803 MiB
              scheduler TP1 4015 | 1741 [41:00.0 1741]
          + 2 processes without GPU memory
        - sglang :30100 Qwen2.5-0.5B-Instruct 4029 | 20660 [AF:00.0 10342, D8:00.0 10318] | accounted 8325.1 | gap +2,017 MiB | awake inferred | if this engine is meant to be offloaded: fail
          - scheduler ×2 | 20660 (10318 to 10342) [AF:00.0 10342, D8:00.0 10318]
              scheduler TP0 4036 | 10342 [AF:00.0 10342] | accounted 8325.1 | gap +2,017 MiB
              scheduler TP1 4043 | 10318 [D8:00.0 10318]
          + 2 processes without GPU memory
        - trainers ×2 | 77816 [3B:00.0 38912, 41:00.0 38904]
            ray::MegatronTrainRayActor.train 4064 | 38912 [3B:00.0 38912]
            ray::MegatronTrainRayActor.train 4071 | 38904 [41:00.0 38904]
        - other processes
            2 without GPU memory`),
    );
  });

  it('say themselves whether they sleep, where they do', () => {
    expect(
      treeText(demo('vllm'))
        .split('\n')
        .filter((line) => line.startsWith('- vllm')),
    ).toEqual([
      '- vllm :8000 Qwen2.5-7B-Instruct 4001 | 4404 [3B:00.0 2214, 41:00.0 2190] | accounted ? | asleep reported | pass',
      '- vllm :8001 Qwen2.5-0.5B-Instruct 4029 | 71520 [AF:00.0 71520] | accounted ? | awake reported | exempt, because it is awake; it would be fail',
    ]);
  });

  it('are found below a trainer that spawned them, and are not the trainer', () => {
    expect(treeText(MILES_SPAWN_STUB).split('\n')[0]).toMatch(/^- sglang pid 4022 4022 \| 3440 /);
  });
});

describe('the number beside the gap', () => {
  it('is of the worst GPU, so that resident less accounted is the gap', () => {
    const [engine] = rowsOf(demo('asleep'));
    const worst = engine === undefined ? undefined : worstResident(engine.node);
    expect(worst).toEqual({ atLeast: fromMiB(1741), missing: [] });
  });

  it('is unknown as soon as one row anywhere is', () => {
    const [engine] = rowsOf(demo('asleep'));
    const missing = [reason('partial-row', '41:00.0')];
    expect(
      worstResident({ perBus: engine?.node.perBus ?? new Map(), resident: { atLeast: fromMiB(5), missing } }),
    ).toEqual({
      atLeast: fromMiB(1741),
      missing,
    });
  });
});

describe('ranks and groups', () => {
  it('fold equal ranks with their spread, and name orphans, foreign contexts and gone pids apart', () => {
    const all =
      '07:00.0 2257, 0A:00.0 1742, 44:00.0 1743, 4A:00.0 1744, 84:00.0 1745, 8A:00.0 9120, C0:00.0 1747, C3:00.0 1748';
    const trainers =
      '07:00.0 38912, 0A:00.0 38913, 44:00.0 38914, 4A:00.0 38915, 84:00.0 38916, 8A:00.0 38917, C0:00.0 38918, C3:00.0 38919';
    expect(treeText(bigNode(8))).toBe(
      byHand(`
        - sglang :30000 Qwen2.5-32B-Instruct 4001 | 21846 [${all}] | accounted 62361.6 | gap −53,242 MiB | asleep inferred | fail | !
          + scheduler ×8 | 21846 (1741 to 9120) [${all}]
          + 2 processes without GPU memory
        - sglang orphan, pid 4134 4134 | 12000 [4A:00.0 12000] | unknown none | fail | !
            scheduler TP0 4134 | 12000 [4A:00.0 12000]
        - foreign contexts ×1 | 516 [07:00.0 516] | !
            on 07:00.0: scheduler TP4 4036 (25 inside) | 516 [07:00.0 516] | !
        - gone pids, which the driver still lists ×1 | 20480 [44:00.0 20480] | !
            pid 4141, gone 4141 | 20480 [44:00.0 20480] | !
        + trainers ×8 | 311324 [${trainers}]
        - other processes
            2 without GPU memory`),
    );
  });

  it('say in a sentence what a foreign context is', () => {
    const foreign = rowsOf(FOREIGN_CONTEXT).find(({ node }) => node.id.startsWith('foreign '));
    expect(foreign?.node.detail[0]).toBe(
      'Pid 4015 holds 516 MiB (0.50 GiB) on 00000000:3B:00.0, the GPU of pid 4008 of the same engine. It looks like a CUDA context made before the device was chosen.',
    );
  });

  it('count processes without GPU memory instead of listing them', () => {
    // A process matters to the probe when it is an ancestor or looks like a part of an engine.
    const many = Array.from({ length: 1200 }, (_, at) => `process p${at} "sglang_router --worker ${at}"`).join('\n');
    const rows = rowsOf(`${ASLEEP_CLEAN}${many}\n`);
    expect(rows.length).toBeLessThan(10);
  });
});

describe('what is unknown', () => {
  it('is a lower bound with its reason, never 0', () => {
    const two = 'process a "python a.py" on 3B:00.0 [N/A]\nprocess b "python b.py" on 3B:00.0 1500\n';
    expect(treeText(`node g driver 550.54.15\n${GPU} 40000\n${two}`)).toBe(
      byHand(`
        - other processes ×2 | 1500+? [3B:00.0 1500+?]
            python b.py 4008 | 1500 [3B:00.0 1500]
            python a.py 4001 | 0+? [3B:00.0 0+?] | !
            and 1 more without GPU memory`),
    );
  });

  it('makes every sum a lower bound while a GPU cannot be read', () => {
    const other = `${GPU.replace('3B', '41')} 0\n`;
    expect(treeText(`${ASLEEP_CLEAN.replace('gpu 3B', `${other}gpu 3B`)}smi row 41:00.0 lost\n`)).toBe(
      byHand(`
        - sglang :30000 Qwen2.5-0.5B-Instruct 4001 | 1536+? [3B:00.0 1536] | accounted ? | unknown none | inconclusive | !
            scheduler TP0 4008 | 1536+? [3B:00.0 1536] | accounted ?
          + 2 processes of which no GPU memory was seen
        - other processes
            1 of which no GPU memory was seen`),
    );
  });

  it('leaves the engine in the tree where there is no driver', () => {
    expect(
      treeText(ASLEEP_CLEAN.replace(/driver \S+/, 'driver none'))
        .split('\n')
        .slice(0, 2),
    ).toEqual([
      '- sglang :30000 Qwen2.5-0.5B-Instruct 4001 | 0+? [] | accounted ? | unknown none | inconclusive | !',
      '  + 3 processes of which no GPU memory was seen',
    ]);
  });

  it('stays one sum where nvidia-smi names no bus', () => {
    expect(treeText(`${FOREIGN_CONTEXT}smi refuse gpu_bus_id`).split('\n')[0]).toBe(
      '- sglang :30000 Qwen2.5-0.5B-Instruct 4001 | 3956+? [all GPUs 3956] | accounted ? | unknown none | inconclusive | !',
    );
  });

  it('is nothing at all on an empty node', () => {
    expect(rowsOf(EMPTY_NODE)).toEqual([]);
  });
});

describe('what is shown', () => {
  const tops = (text: string, attentionOnly: boolean): string[] =>
    rowsOf(text, { ...AT_FIRST, attentionOnly }).flatMap(({ node, level }) => (level === 1 ? [node.kind] : []));

  it('is only what needs a look, on request', () => {
    expect(tops(GONE_ROWS, true)).toEqual(['engine', 'group']);
    expect(tops(GONE_ROWS, false)).toEqual(['engine', 'group', 'group']);
    expect(tops(demo('asleep'), true)).toEqual([]);
  });

  it('knows its place for a screen reader', () => {
    const rows = rowsOf(demo('asleep'));
    expect(
      rows.slice(0, 4).map(({ level, position, siblings, isOpen }) => [level, position, siblings, isOpen]),
    ).toEqual([
      [1, 1, 4, true],
      [2, 1, 2, true],
      [3, 1, 2, undefined],
      [3, 2, 2, undefined],
    ]);
  });

  it('opens everything, and closes what the user closed', () => {
    const nodes = engineTree(momentOf(bigNode(16)), POLICY);
    const all = new Map(openable(nodes).map((id) => [id, true]));
    expect(rowsOf(bigNode(16), { opened: all, attentionOnly: false }).length).toBeGreaterThan(40);
    const [first] = nodes;
    const closed = rowsOf(bigNode(16), { opened: new Map(all).set(first?.id ?? '', false), attentionOnly: false });
    expect(closed[1]?.level).toBe(1);
  });

  it('has every id once, also with everything open', () => {
    const nodes = engineTree(momentOf(bigNode(16)), POLICY);
    const all = new Map(openable(nodes).map((id) => [id, true]));
    const ids = rowsOf(bigNode(16), { opened: all, attentionOnly: false }).map(({ node }) => node.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
