// Hints about what is around an engine: environment, workers elsewhere, co-tenants, gone pids, foreign contexts, trends.
import { describe, expect, it } from 'vitest';
import { accountingContaminated } from '../../../shared/hints/accounting-contaminated.ts';
import { coTenants } from '../../../shared/hints/co-tenant.ts';
import { expandableSegments } from '../../../shared/hints/expandable-segments.ts';
import { foreignContextHints } from '../../../shared/hints/foreign-context.ts';
import { goneHolders } from '../../../shared/hints/gone-holders.ts';
import { growingOverCycles } from '../../../shared/hints/growing-over-cycles.ts';
import { workersOutsideTree } from '../../../shared/hints/workers-outside-tree.ts';
import {
  ASLEEP_CLEAN,
  FOREIGN_CONTEXT,
  GONE_ROWS,
  MILES_SPAWN_STUB,
  ORPHAN_BESIDE_SLEEPING,
  VLLM_ON_RAY,
  VLLM_SERVE_TP2,
} from '../../kit/scenarios.ts';
import { gpu, hints, oneRank, says } from './hint-scene.ts';

const RESIDENT = "resident: nvidia-smi --query-compute-apps, summed over the engine's processes on 00000000:3B:00.0";

describe('expandable-segments', () => {
  it('names the variable, the process and what is resident', () => {
    const env = 'env "PYTORCH_CUDA_ALLOC_CONF=garbage_collection_threshold:0.8, expandable_segments:True"';
    expect(hints(expandableSegments, oneRank(1740, env))).toEqual([
      {
        code: 'expandable-segments',
        text: 'PYTORCH_CUDA_ALLOC_CONF has expandable_segments:True in pid 4008: memory savers cannot release such segments; 1,740 MiB are resident; start the engine without it',
        confidence: 'medium',
        evidence: ['PYTORCH_CUDA_ALLOC_CONF: environment of pid 4008', RESIDENT],
      },
    ]);
  });

  it('reads the newer name too, and speaks without a size', () => {
    const [hint] = hints(expandableSegments, oneRank('[N/A]', 'env "PYTORCH_ALLOC_CONF=expandable_segments:true"'));
    expect(hint?.text).toBe(
      'PYTORCH_ALLOC_CONF has expandable_segments:True in pid 4008: memory savers cannot release such segments; start the engine without it',
    );
  });

  it.each(['expandable_segments:False', 'expandable_segments:True,expandable_segments:False', 'max_split_size_mb:128'])(
    'is silent for %s',
    (value) => {
      expect(hints(expandableSegments, oneRank(1740, `env "PYTORCH_CUDA_ALLOC_CONF=${value}"`))).toEqual([]);
    },
  );

  it("is silent for somebody else's environment", () => {
    const text = `${oneRank(1740)}process other "python a.py" env "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True" on 3B:00.0 5`;
    expect(hints(expandableSegments, text)).toEqual([]);
  });
});

describe('workers-outside-tree', () => {
  it('knows it from use_ray', () => {
    const statement = says({ weight: 1, kvcache: 1, graph: 0 }, { use_ray: true });
    expect(hints(workersOutsideTree, oneRank(1740), { statement })).toEqual([
      {
        code: 'workers-outside-tree',
        text: 'workers may live outside the process tree (use_ray is true): only 1,740 MiB on 1 GPU were seen in its tree of 2, a lower bound',
        confidence: 'high',
        evidence: [
          'use_ray: /server_info of the engine',
          "resident: nvidia-smi --query-compute-apps, summed over the engine's processes",
        ],
      },
    ]);
  });

  it('knows it from a tree without its workers', () => {
    const [hint] = hints(workersOutsideTree, VLLM_ON_RAY);
    expect(hint).toMatchObject({
      confidence: 'medium',
      evidence: ["the tree: parents and titles of the node's processes"],
    });
    expect(hint?.text).toMatch(
      /^workers may live outside the process tree \(.+\): no memory of it was seen in its tree, a lower bound$/,
    );
  });

  it('is silent for a whole tree', () => {
    expect(hints(workersOutsideTree, VLLM_SERVE_TP2)).toEqual([]);
    const statement = says({ weight: 1, kvcache: 1, graph: 0 }, { use_ray: false });
    expect(hints(workersOutsideTree, oneRank(1740), { statement })).toEqual([]);
  });
});

describe('growing-over-cycles', () => {
  const asleep = { told: 'asleep' as const };

  it('gives the series, the growth and the growth a cycle', () => {
    expect(hints(growingOverCycles, oneRank(1930), { ...asleep, earlier: [1740, 1802, 1866] })).toEqual([
      {
        code: 'growing-over-cycles',
        text: 'resident memory grew over 4 sleeps, 1,740, 1,802, 1,866, 1,930 MiB: +190 MiB, about 63.33 MiB a cycle',
        confidence: 'medium',
        evidence: [RESIDENT, 'earlier sleeps: the same reading after each of them'],
      },
    ]);
  });

  it('is sure after five sleeps, and leaves the present out while the engine is awake', () => {
    const earlier = [1000, 1100, 1100, 1200, 1300];
    const [hint] = hints(growingOverCycles, oneRank(60_000), { told: 'awake', earlier });
    expect(hint?.confidence).toBe('high');
    expect(hint?.text).toMatch(
      /over 5 sleeps, 1,000, 1,100, 1,100, 1,200, 1,300 MiB: \+300 MiB, about 75 MiB a cycle$/,
    );
  });

  it.each([
    ['two sleeps', [1740]],
    ['a series that falls once', [1740, 1900, 1800]],
    ['growth within noise', [1900, 1910, 1929]],
    ['a sleep that was not measured, with too few after it', [1740, 1800, null, 1866]],
  ])('is silent for %s', (_why, earlier) => {
    expect(hints(growingOverCycles, oneRank(1930), { ...asleep, earlier })).toEqual([]);
  });

  it('does not take a step down within resolution for a fall', () => {
    expect(hints(growingOverCycles, oneRank(1930), { ...asleep, earlier: [1740, 1739, 1866] })).toHaveLength(1);
    expect(hints(growingOverCycles, oneRank(1930), { ...asleep, earlier: [1740, 1738, 1866] })).toEqual([]);
  });

  it('is silent where the present sleep is unknown', () => {
    expect(hints(growingOverCycles, oneRank('[N/A]'), { ...asleep, earlier: [1740, 1800, 1900] })).toEqual([]);
  });
});

describe('co-tenant', () => {
  it('names the trainer on each GPU', () => {
    expect(hints(coTenants, MILES_SPAWN_STUB)).toEqual([
      {
        code: 'co-tenant',
        text: expect.stringMatching(
          /^of 40,661 MiB used on 00000000:3B:00\.0, this engine holds 1,740 MiB; 38,912 MiB are not the engine's: 38,912 MiB a trainer \(pid \d+, ray::MegatronTrainRayActor\.train\)$/,
        ),
        confidence: 'high',
        evidence: [
          'parts of the GPU: nvidia-smi --query-compute-apps and memory.used on 00000000:3B:00.0',
          'owners: parents and titles of the processes',
        ],
      },
      expect.objectContaining({
        text: expect.stringMatching(
          /^of 40,615 MiB used on 00000000:41:00\.0, this engine holds 1,700 MiB; 38,904 MiB/,
        ),
      }),
    ]);
  });

  it('names an orphan, a gone pid and another engine', () => {
    const texts = [
      ORPHAN_BESIDE_SLEEPING,
      GONE_ROWS,
      `${oneRank(1740)}process more "sglang serve --port 30001" on 3B:00.0 5000`,
    ].map((text) =>
      hints(coTenants, text)[0]
        ?.text.replace(/^.*engine's: /, '')
        .replace(/pid \d+/, 'pid'),
    );
    expect(texts).toEqual([
      '30,720 MiB an orphan (pid, sglang::scheduler_TP0)',
      '20,480 MiB a pid that is gone (pid)',
      '5,000 MiB another engine (pid, sglang serve --port 30001)',
    ]);
  });

  it('is less sure with a part that is unknown, and never counts it', () => {
    const text = `${gpu('3B:00.0', '9000')}process server "sglang serve --port 30000" on 3B:00.0 1740
process a "python a.py" pid 5001 on 3B:00.0 [N/A]
process b "python b.py" pid 5002 on 3B:00.0 3000`;
    expect(hints(coTenants, text)).toMatchObject([
      {
        text: "of 9,000 MiB used on 00000000:3B:00.0, this engine holds 1,740 MiB; 3,000 MiB are not the engine's: an unknown size another process (pid 5001, python a.py); 3,000 MiB another process (pid 5002, python b.py)",
        confidence: 'medium',
      },
    ]);
  });

  it('is less sure while the GPU moves', () => {
    const text = `${gpu('3B:00.0', '9000 then 7000')}process server "sglang serve --port 30000" on 3B:00.0 1740
process b "python b.py" on 3B:00.0 3000`;
    expect(hints(coTenants, text, { closing: { step: 1 } })[0]?.confidence).toBe('medium');
    expect(hints(coTenants, text)[0]?.confidence).toBe('high');
  });

  it('is silent without a co-tenant, and for one that explains nothing', () => {
    expect(hints(coTenants, ASLEEP_CLEAN)).toEqual([]);
    expect(hints(coTenants, `${oneRank(1740)}process desktop "/usr/bin/Xorg" on 3B:00.0 40`)).toEqual([]);
  });
});

describe('gone-holders', () => {
  const holders = [
    { pid: 777, paths: ['/dev/nvidiactl', '/dev/nvidia0'] },
    { pid: 888, paths: ['/dev/nvidiactl', '/dev/nvidia-uvm'] },
  ];

  it('names the living holder that the driver does not list', () => {
    expect(hints(goneHolders, GONE_ROWS, { holders })).toEqual([
      {
        code: 'gone-holders',
        text: 'pid 4022 no longer exists and 20,480 MiB on 00000000:3B:00.0 is still listed for it; living holders of GPU device files that the driver does not list: pid 777 (/dev/nvidia0)',
        confidence: 'medium',
        evidence: [
          'memory of the gone pid: nvidia-smi --query-compute-apps on 00000000:3B:00.0',
          'holders: open files of the processes in /proc',
        ],
      },
    ]);
  });

  it('says so where there are only holders that the driver lists, or none', () => {
    const listed = [{ pid: 4008, paths: ['/dev/nvidia0'] }];
    expect(hints(goneHolders, GONE_ROWS, { holders: listed })[0]?.text).toMatch(
      /; only processes that the driver lists themselves hold GPU device files: pid 4008 \(\/dev\/nvidia0\)$/,
    );
    expect(hints(goneHolders, GONE_ROWS, { holders: [] })[0]).toMatchObject({
      text: 'pid 4022 no longer exists and 20,480 MiB on 00000000:3B:00.0 is still listed for it; no living holder of its device file was seen; only its user and root can see one',
      confidence: 'low',
    });
  });

  it('is silent where nobody is gone', () => {
    expect(hints(goneHolders, ASLEEP_CLEAN, { holders })).toEqual([]);
  });
});

describe('foreign-context', () => {
  it('names who holds how much on whose GPU', () => {
    expect(hints(foreignContextHints, FOREIGN_CONTEXT)).toEqual([
      {
        code: 'foreign-context',
        text: 'pid 4015 holds 516 MiB on 00000000:3B:00.0, the GPU of pid 4008, another rank of the same engine: a CUDA context made there stays until the process ends',
        confidence: 'high',
        evidence: ['nvidia-smi --query-compute-apps: rows of pid 4015 and pid 4008 on 00000000:3B:00.0'],
      },
    ]);
  });

  it('is silent where each rank is at home', () => {
    expect(hints(foreignContextHints, MILES_SPAWN_STUB)).toEqual([]);
  });
});

describe('accounting-contaminated', () => {
  it('gives the negative number and where it stood', () => {
    const statement = says({ weight: -16.75, kvcache: 0.23, graph: 0 });
    expect(hints(accountingContaminated, oneRank(1740), { statement })).toEqual([
      {
        code: 'accounting-contaminated',
        text: 'accounting is contaminated: weight is -16.75 GiB: it is a difference of free memory on the whole device, so another process freed memory during the load; its sum of -16,916.48 MiB (-16.52 GiB) is no yardstick',
        confidence: 'high',
        evidence: [
          'accounting: /server_info, recorded by the engine at start-up',
          'internal_states[0].memory_usage.weight',
        ],
      },
    ]);
  });

  it('names a few of many, and says how many more', () => {
    const statement = says(Array.from({ length: 64 }, () => ({ weight: -1, kvcache: 1, graph: 0 })));
    const [hint] = hints(accountingContaminated, oneRank(1740), { statement });
    expect(hint?.text).toMatch(/; 60 more are negative; its sum of 0 MiB \(0\.00 GiB\) is no yardstick$/);
    expect(hint?.text.length).toBeLessThan(800);
    expect(hint?.evidence).toHaveLength(5);
  });

  it('is silent for numbers that can be, also where one is missing', () => {
    expect(
      hints(accountingContaminated, oneRank(1740), { statement: says({ weight: 1, kvcache: 1, graph: 0 }) }),
    ).toEqual([]);
    expect(hints(accountingContaminated, oneRank(1740), { statement: says({ weight: 1 }) })).toEqual([]);
    expect(hints(accountingContaminated, oneRank(1740))).toEqual([]);
  });
});
