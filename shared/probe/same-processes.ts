// Processes that say what they said in the sample before are the same objects: less to hold, and less to work out again.
import type { Known } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import type { Pid } from '../model/ids.ts';
import type { HostProcess } from '../model/snapshot.ts';

type Processes = ReadonlyMap<Pid, HostProcess>;

/** The processes of `now`, as objects of `before` where they are equal; `before` itself where all are, in the same order. */
export function sameProcesses(now: Processes, before: Processes): Processes {
  const shared = new Map<Pid, HostProcess>();
  const order = before.keys();
  let isAll = now.size === before.size;
  for (const [pid, process] of now) {
    const known = before.get(pid);
    const isSame = known !== undefined && isEqual(known, process);
    isAll &&= isSame && order.next().value === pid;
    shared.set(pid, isSame ? known : process);
  }
  return isAll ? before : shared;
}

function isEqual(one: HostProcess, other: HostProcess): boolean {
  return (
    one.pid === other.pid &&
    one.startTicks === other.startTicks &&
    one.ppid === other.ppid &&
    one.state === other.state &&
    one.comm === other.comm &&
    one.title === other.title &&
    one.uid === other.uid &&
    one.containerPid === other.containerPid &&
    one.cgroup === other.cgroup &&
    isSameSize(one.rss, other.rss) &&
    isSameSize(one.rssShmem, other.rssShmem)
  );
}

function isSameSize(one: Known<Bytes>, other: Known<Bytes>): boolean {
  if (one.known) return other.known && one.value === other.value;
  return !other.known && one.why.code === other.why.code && one.why.where === other.why.where;
}
