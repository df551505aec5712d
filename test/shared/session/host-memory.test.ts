// Host memory before and after a sleep: signed numbers and unknown parts, never a verdict.
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import { hostMemoryOf, hostMove, type HostMemory } from '../../../shared/session/host-memory.ts';
import { viewOf } from '../../../shared/session/view.ts';
import { snapshotOf } from '../../kit/frame-text.ts';

const memory = (
  rss: number | undefined,
  rssShmem: number | undefined,
  available: number,
  processes = 2,
): HostMemory => ({
  rss: rss === undefined ? unknown('proc-incomplete', 'pid 4008') : known(fromMiB(rss)),
  rssShmem: rssShmem === undefined ? unknown('proc-incomplete', 'pid 4008') : known(fromMiB(rssShmem)),
  available: known(fromMiB(available)),
  processes,
  atMs: 1000,
});

it('shows what a level-1 sleep moves to the host, with signs', () => {
  const before = memory(5210, 120, 200_000);
  const now = memory(20_846, 15_756, 184_300);
  expect(hostMove(before, now)).toEqual({
    before,
    now,
    rssChange: known(fromMiB(15_636)),
    rssShmemChange: known(fromMiB(15_636)),
    availableChange: known(fromMiB(-15_700)),
    text: 'moved to host? RSS of the tree 5,210 to 20,846 MiB, +15,636 MiB; of it shared 120 to 15,756 MiB, +15,636 MiB; MemAvailable of the node 200,000 to 184,300 MiB, -15,700 MiB (processes: 2)',
  });
});

it('spreads what is unknown, and still shows the known side', () => {
  const { rssChange, rssShmemChange, availableChange, text } = hostMove(
    memory(5210, undefined, 1000),
    memory(undefined, undefined, 1000, 1),
  );
  expect([rssChange, rssShmemChange, availableChange]).toEqual([
    unknown('proc-incomplete', 'pid 4008'),
    unknown('proc-incomplete', 'pid 4008'),
    known(fromMiB(0)),
  ]);
  expect(text).toMatch(/RSS of the tree 5,210 MiB to unknown \(the process table could not be read whole/);
  expect(text).toMatch(/MemAvailable of the node 1,000 to 1,000 MiB, 0 MiB \(processes: 2 then and 1 now\)$/);
});

it('adds the processes of a tree; an unknown one makes the sum unknown, and no process is no size', () => {
  const view = viewOf(
    snapshotOf(`gpu 3B:00.0 "H100" total 81559 reserved 479 used 9
process server "sglang serve --port 30000" rss 690
  process tp0 "sglang::scheduler_TP0" rss 5210`),
  );
  const { node, processes } = view.snapshot;
  const members = view.detection.engines[0]?.members ?? [];
  expect(hostMemoryOf(members, node, 5)).toMatchObject({ rss: known(fromMiB(5900)), processes: 2, atMs: 5 });
  const hidden = members.map((each) => ({ ...each, rss: unknown('proc-incomplete', `pid ${each.pid}`) }));
  expect(hostMemoryOf(hidden, node, 5).rss.known).toBe(false);
  expect(hostMemoryOf([], node, undefined)).toEqual({
    rss: unknown('proc-incomplete', 'no process of the tree'),
    rssShmem: unknown('proc-incomplete', 'no process of the tree'),
    available: node.memoryAvailable,
    processes: 0,
    atMs: undefined,
  });
  expect(processes.size).toBeGreaterThan(1);
});
