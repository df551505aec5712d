// What an engine is called on the screen: by its port, as its users know it, and by a pid where it has none.
import type { HostProcess } from '../model/snapshot.ts';

export interface NamedEngine {
  readonly kind: string;
  /** null for an orphan: its root is gone. */
  readonly rootPid: number | null;
  readonly ports: readonly number[];
  readonly members: readonly HostProcess[];
}

/** `sglang :30000`, `vllm pid 4001`, `sglang orphan, pid 4008`: short, and the same in every panel. */
export function engineName({ kind, rootPid, ports, members }: NamedEngine): string {
  if (rootPid === null) return `${kind} orphan, pid ${members[0]?.pid ?? 'unknown'}`;
  const [port] = ports;
  return port === undefined ? `${kind} pid ${rootPid}` : `${kind} :${port}`;
}
