// Where an engine may be asked over HTTP: bytes go only to a socket that is known to speak it.
import type { AccountingReason } from '../model/accounting.ts';
import type { Pid } from '../model/ids.ts';
import type { HostProcess, ListenSocket, Snapshot } from '../model/snapshot.ts';
import { flagValue, readCommandLine } from './command-line.ts';
import { definitionOf } from './definitions.ts';
import type { Detection, Engine } from './detect.ts';
import { reachableAddress, socketAddress } from './socket-address.ts';

/** `typed`: by the user. `command-line`: --port of the engine. `listening`: a socket of its HTTP holder. */
export type EndpointOrigin = 'typed' | 'command-line' | 'listening';

export interface EndpointCandidate {
  /** As seen from the node. */
  readonly host: string;
  readonly port: number;
  readonly origin: EndpointOrigin;
  /** The process behind it. */
  readonly pid: Pid;
}

/** Best first; empty with the reason why there is none. */
export interface EndpointSearch {
  readonly candidates: readonly EndpointCandidate[];
  readonly why: AccountingReason | undefined;
}

export interface TypedAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The address that the user typed is the only candidate. Otherwise --port, at the address that its socket is bound to,
 * unless that socket belongs to a process of the engine that must not be spoken to; then the other LISTEN sockets of the
 * HTTP holder. Sockets of schedulers, workers, trainers and raylet are never candidates: NCCL, ZMQ and TCPStore listen
 * there, and a stranger's bytes can end a run.
 */
export function findEndpoint(
  engine: Engine,
  detection: Detection,
  snapshot: Snapshot,
  typed: TypedAddress | undefined,
): EndpointSearch {
  const { root } = engine;
  if (typed !== undefined) return found([{ ...typed, origin: 'typed', pid: root.pid }]);
  const holder = isHttpHolder(engine, detection) ? root : undefined;
  const own = holder === undefined ? [] : snapshot.sockets.filter((socket) => socket.pid === holder.pid);
  const candidates: EndpointCandidate[] = [];
  const [port] = engine.ports;
  if (port !== undefined && !belongsToPart(port, engine, snapshot)) {
    const host = boundAddress(own, port) ?? hostFlag(root);
    candidates.push({ host, port, origin: 'command-line', pid: root.pid });
  }
  for (const socket of own) {
    const address = socketAddress(socket.addressHex);
    if (address === undefined || socket.port === port) continue;
    candidates.push({ host: reachableAddress(address), port: socket.port, origin: 'listening', pid: socket.pid });
  }
  if (candidates.length > 0) return found(dedupe(candidates));
  return { candidates: [], why: { code: missing(holder, snapshot), where: `pid ${root.pid}` } };
}

function found(candidates: readonly EndpointCandidate[]): EndpointSearch {
  return { candidates, why: undefined };
}

/** The engine's file says which roles may listen for HTTP; a trainer or a user's script may listen for anything. */
export function isHttpHolder({ kind, root, members }: Engine, detection: Detection): boolean {
  if (members[0]?.pid !== root.pid) return false;
  const role = detection.roles.get(root.pid)?.role;
  return role !== undefined && definitionOf(kind)?.httpHolders.has(role) === true;
}

/** The port is bound by a process of the tree that is not its root: a scheduler took it, or the title is wrong. */
function belongsToPart(port: number, engine: Engine, snapshot: Snapshot): boolean {
  const bound = snapshot.sockets.filter((socket) => socket.port === port);
  const others = new Set(engine.members.slice(1).map((member) => member.pid));
  return bound.length > 0 && bound.every((socket) => others.has(socket.pid));
}

function boundAddress(own: readonly ListenSocket[], port: number): string | undefined {
  const socket = own.find((each) => each.port === port);
  const address = socket === undefined ? undefined : socketAddress(socket.addressHex);
  return address === undefined ? undefined : reachableAddress(address);
}

function hostFlag(root: HostProcess): string {
  const host = flagValue(readCommandLine(root.title), '--host');
  return host === undefined || !/^[0-9A-Za-z.:_-]+$/.test(host) ? '127.0.0.1' : reachableAddress(host);
}

function missing(holder: HostProcess | undefined, snapshot: Snapshot): AccountingReason['code'] {
  if (holder === undefined) return 'no-endpoint';
  const reading = snapshot.socketReadings.get(holder.pid);
  if (reading === 'unreadable') return 'sockets-unreadable';
  return reading === 'other-namespace' ? 'other-namespace' : 'no-endpoint';
}

function dedupe(candidates: readonly EndpointCandidate[]): EndpointCandidate[] {
  const byAddress = new Map<string, EndpointCandidate>();
  for (const each of candidates) {
    const key = `${each.host} ${each.port}`;
    if (!byAddress.has(key)) byAddress.set(key, each);
  }
  return [...byAddress.values()];
}
