// Host memory of an engine's tree and of its node, then and now: did what left the GPU move here? Shown, never judged.
import { known, sum, total, unknown, type Known } from '../base/known.ts';
import { REASONS } from '../base/reason.ts';
import { minus, type Bytes } from '../base/units.ts';
import type { HostProcess, NodeFacts } from '../model/snapshot.ts';
import { changeText, mibNumber } from './size-text.ts';

export interface HostMemory {
  /** VmRSS over the tree. Shared pages count once in each process that maps them, so it can be more than is used. */
  readonly rss: Known<Bytes>;
  /** The shared part of it, where pinned weight copies are seen. */
  readonly rssShmem: Known<Bytes>;
  /** MemAvailable of the node, whoever uses the rest. */
  readonly available: Known<Bytes>;
  readonly processes: number;
  /** On the node's monotonic clock; undefined when the node would not say. */
  readonly atMs: number | undefined;
}

export interface HostMove {
  readonly before: HostMemory;
  readonly now: HostMemory;
  /** now - before, with its sign; unknown as soon as one of the two is. */
  readonly rssChange: Known<Bytes>;
  readonly rssShmemChange: Known<Bytes>;
  readonly availableChange: Known<Bytes>;
  readonly text: string;
}

export function hostMemoryOf(members: readonly HostProcess[], node: NodeFacts, atMs: number | undefined): HostMemory {
  // A tree without a process has no size, and 0 would be one.
  const over = (part: (member: HostProcess) => Known<Bytes>): Known<Bytes> =>
    members.length === 0 ? unknown('proc-incomplete', 'no process of the tree') : total(sum(members.map(part)));
  return {
    rss: over(({ rss }) => rss),
    rssShmem: over(({ rssShmem }) => rssShmem),
    available: node.memoryAvailable,
    processes: members.length,
    atMs,
  };
}

/**
 * An observation and never a verdict: a level-1 sleep pins the weights in host memory on purpose, and other programs of
 * the node change MemAvailable at the same time.
 */
export function hostMove(before: HostMemory, now: HostMemory): HostMove {
  const count =
    before.processes === now.processes ? `${now.processes}` : `${before.processes} then and ${now.processes} now`;
  const parts = [
    part('RSS of the tree', before.rss, now.rss),
    part('of it shared', before.rssShmem, now.rssShmem),
    part('MemAvailable of the node', before.available, now.available),
  ];
  return {
    before,
    now,
    rssChange: change(before.rss, now.rss),
    rssShmemChange: change(before.rssShmem, now.rssShmem),
    availableChange: change(before.available, now.available),
    text: `moved to host? ${parts.join('; ')} (processes: ${count})`,
  };
}

function change(before: Known<Bytes>, now: Known<Bytes>): Known<Bytes> {
  if (!before.known) return before;
  return now.known ? known(minus(now.value, before.value)) : now;
}

function part(name: string, before: Known<Bytes>, now: Known<Bytes>): string {
  const difference = change(before, now);
  if (before.known && now.known && difference.known) {
    return `${name} ${mibNumber(before.value)} to ${mibNumber(now.value)} MiB, ${changeText(difference.value)}`;
  }
  return `${name} ${side(before)} to ${side(now)}`;
}

function side(value: Known<Bytes>): string {
  return value.known ? `${mibNumber(value.value)} MiB` : `unknown (${REASONS[value.why.code]})`;
}
