// Where an engine may be asked over HTTP: bytes go only to a socket that is known to speak it.
import type { AccountingReason, AccountingReasonCode } from '../model/accounting.ts';
import type { Pid } from '../model/ids.ts';
import type { HostProcess, ListenSocket, Snapshot } from '../model/snapshot.ts';
import { flagValue, readCommandLine } from './command-line.ts';
import { definitionOf } from './definitions.ts';
import type { Detection, Engine } from './detect.ts';
import { reachableAddress, socketAddress } from './socket-address.ts';
import type { TypedAddress } from './typed-address.ts';

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

/**
 * The address that the user typed is the only candidate. Otherwise --port of a server, at the addresses to which its
 * socket is bound; where no such socket is seen among readable ones, the other LISTEN sockets of the HTTP holders. Sockets
 * of schedulers, workers, trainers and raylet are never candidates: NCCL, ZMQ and TCPStore listen there, and a stranger's
 * bytes can end a run. Nor is the --port of a program that is no server: for a user's script it may be the rendezvous.
 */
export function findEndpoint(
  engine: Engine,
  detection: Detection,
  snapshot: Snapshot,
  typed: TypedAddress | undefined,
): EndpointSearch {
  const { root } = engine;
  if (typed !== undefined) return found([{ ...typed, origin: 'typed', pid: root.pid }]);
  if (nodeRank(root) > 0) return none('node-rank', `pid ${root.pid}`);
  if (!isHttpHolder(engine, detection)) return none('no-endpoint', `pid ${root.pid}`);
  const reading = snapshot.socketReadings.get(root.pid);
  // The node has the same addresses, and whoever listens there is somebody else.
  if (reading === 'other-namespace') return none('other-namespace', `pid ${root.pid}`);
  const holders = holdersOf(engine, detection);
  const own = snapshot.sockets.filter((socket) => holders.has(socket.pid)).flatMap(listening);
  const [port] = engine.ports;
  const bound = own.filter((each) => each.port === port);
  // Where it was told to serve it does, and its other sockets are its business.
  if (bound.length > 0) return found(bound.map((each) => ({ ...each, origin: 'command-line' })));
  if (port !== undefined && reading !== 'read') {
    if (isBoundByPart(port, engine, holders, snapshot)) return none('no-endpoint', `pid ${root.pid}`);
    return found([{ host: hostFlag(root), port, origin: 'command-line', pid: root.pid }]);
  }
  if (own.length > 0) return found(own);
  if (reading !== 'read') return none(reading === undefined ? 'not-asked' : 'sockets-unreadable', `pid ${root.pid}`);
  if (port === undefined || isBoundByPart(port, engine, holders, snapshot)) {
    return none('no-endpoint', `pid ${root.pid}`);
  }
  return none('refused', `port ${port} of pid ${root.pid}`);
}

function found(candidates: readonly EndpointCandidate[]): EndpointSearch {
  return { candidates: dedupe(candidates), why: undefined };
}

function none(code: AccountingReasonCode, where: string): EndpointSearch {
  return { candidates: [], why: { code, where } };
}

/** The engine's file says which roles may listen for HTTP; a trainer or a user's script may listen for anything. */
export function isHttpHolder({ kind, root, members }: Engine, detection: Detection): boolean {
  return members[0]?.pid === root.pid && mayServe(kind, root.pid, detection);
}

/** The root, and below it what its file names: several API servers of vLLM share one port. */
function holdersOf({ kind, root, members }: Engine, detection: Detection): ReadonlySet<Pid> {
  const titled = members.filter(
    ({ pid }) => detection.roles.get(pid)?.engineKind === kind && mayServe(kind, pid, detection),
  );
  return new Set([root.pid, ...titled.map(({ pid }) => pid)]);
}

function mayServe(kind: Engine['kind'], pid: Pid, { roles }: Detection): boolean {
  const role = roles.get(pid)?.role;
  return role !== undefined && definitionOf(kind).httpHolders.has(role);
}

/** Only the first node of an engine answers; the others have a command line with the same port. */
function nodeRank(root: HostProcess): number {
  const text = flagValue(readCommandLine(root.title), '--node-rank');
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
}

function listening({ pid, addressHex, port }: ListenSocket): EndpointCandidate[] {
  const address = socketAddress(addressHex);
  return address === undefined ? [] : [{ host: reachableAddress(address), port, origin: 'listening', pid }];
}

/** A process of the tree that must not be spoken to has the port: a scheduler took it, or the title is wrong. */
function isBoundByPart(port: number, engine: Engine, holders: ReadonlySet<Pid>, { sockets }: Snapshot): boolean {
  const parts = new Set(engine.members.map((member) => member.pid).filter((pid) => !holders.has(pid)));
  return sockets.some((socket) => socket.port === port && parts.has(socket.pid));
}

function hostFlag(root: HostProcess): string {
  const host = flagValue(readCommandLine(root.title), '--host');
  return host === undefined || !/^[0-9A-Za-z.:_-]+$/.test(host) ? '127.0.0.1' : reachableAddress(host);
}

function dedupe(candidates: readonly EndpointCandidate[]): EndpointCandidate[] {
  const byAddress = new Map<string, EndpointCandidate>();
  for (const each of candidates) {
    const key = `${each.host} ${each.port}`;
    if (!byAddress.has(key)) byAddress.set(key, each);
  }
  return [...byAddress.values()];
}
