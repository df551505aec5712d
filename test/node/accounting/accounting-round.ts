// Rounds of questions to the engines of a played node: over this machine or a real sshd, told as lines of text.
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { AccountingClient, type AccountingOptions } from '../../../node/accounting/accounting.ts';
import type { Link } from '../../../node/link/link.ts';
import { openLocal } from '../../../node/link/local-link.ts';
import { ProbeSession } from '../../../node/probe/probe-session.ts';
import { detectEngines, type Detection, type Engine } from '../../../shared/engines/detect.ts';
import { findEndpoint } from '../../../shared/engines/endpoint.ts';
import type { TypedAddress } from '../../../shared/engines/typed-address.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import type { AccountingObservation } from '../../../shared/model/accounting.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import type { FakeNode } from '../../kit/fake-node.ts';
import type { PreparedAnswer } from '../../kit/sockets.ts';
import { startSshd } from '../../kit/sshd.ts';
import { connect } from '../ssh/ssh2-connecting.ts';

export type Options = Partial<AccountingOptions> & {
  readonly over?: 'local' | 'ssh' | 'ssh without forwarding';
  /** A program that stands between a local link and the shell, for example to become another user. */
  readonly through?: string;
};

/** What is known of a node at one moment. */
export interface Look {
  readonly snapshot: Snapshot;
  readonly detection: Detection;
}

/** One connection with its probe and its client, as the product has them. */
export class Asking {
  readonly #node: FakeNode;
  readonly #link: Link;
  readonly #probe: ProbeSession;
  #client: AccountingClient;

  constructor(node: FakeNode, link: Link, probe: ProbeSession, client: AccountingClient) {
    this.#node = node;
    this.#link = link;
    this.#probe = probe;
    this.#client = client;
  }

  /** As if Residuum had been started again. */
  forget(options: Options = {}): void {
    this.#client.close();
    this.#client = clientOver(this.#node, this.#link, options);
  }

  /** A new sample, with the sockets of engines. */
  async look(): Promise<Look> {
    const { snapshot } = await this.#probe.sample({ patterns: probePatterns(), want: ['sockets'] });
    return { snapshot, detection: detectEngines(snapshot.processes, buildProcessTree(snapshot.processes)) };
  }

  /** One round to the engine with this root. Engines of other tests that run at the same time are left alone. */
  async ask(label: string, typed?: TypedAddress, look?: Look): Promise<AccountingObservation[]> {
    const { snapshot, detection } = look ?? (await this.look());
    const engine = this.#engine(label, detection);
    return this.#client.ask(engine, findEndpoint(engine, detection, snapshot, typed));
  }

  /** One round to each of them at the same time, as `told` writes it. */
  async askAll(labels: readonly string[]): Promise<Record<string, string[]>> {
    const look = await this.look();
    const rounds = await Promise.all(
      labels.map(async (label) => [label, told(await this.ask(label, undefined, look))]),
    );
    return Object.fromEntries(rounds) as Record<string, string[]>;
  }

  async keepOnly(labels: readonly string[]): Promise<void> {
    const { detection } = await this.look();
    this.#client.keepOnly(labels.map((label) => this.#engine(label, detection)));
  }

  #engine(label: string, { engines }: Detection): Engine {
    const engine = engines.find(({ root }) => root.pid === this.#node.pid(label));
    if (engine === undefined) throw new Error(`${label} is not the root of an engine`);
    return engine;
  }
}

export async function startAsking(node: FakeNode, options: Options = {}): Promise<Asking> {
  const link = await openLink(node, options);
  const probe = await ProbeSession.open(link);
  return new Asking(node, link, probe, clientOver(node, link, options));
}

async function openLink(node: FakeNode, { over = 'local', through }: Options): Promise<Link> {
  if (over !== 'local') {
    const extraConfig = over === 'ssh' ? [] : ['AllowTcpForwarding no'];
    return connect(await startSshd({ env: node.env, extraConfig }));
  }
  const link = openLocal({ env: { ...node.env }, ...(through === undefined ? {} : { shell: through }) });
  onTestFinished(() => link.close());
  return link;
}

function clientOver(node: FakeNode, link: Link, options: Options): AccountingClient {
  const { bearerKey = keyOf(node), now = () => 0, limits } = options;
  const client = new AccountingClient(link, { bearerKey, now, ...(limits === undefined ? {} : { limits }) });
  onTestFinished(() => client.close());
  return client;
}

/** Other tests look at this machine at the same time and may ask its engines: our questions carry a key of their own. */
export function keyOf(node: FakeNode): string {
  return path.basename(node.dir);
}

/** The paths that a socket was asked for by this test, oldest first; of a mute one, the bytes up to the key are enough. */
export function askedOf(node: FakeNode, label: string, at = 0): string[] {
  const socket = node.sockets(label)[at];
  if (socket === undefined) throw new Error(`${label} has no socket ${at}`);
  const heads = [...socket.requests(), ...socket.received().split(/(?<=\r\n\r\n)/)];
  const ours = heads.filter((head) =>
    head.toLowerCase().includes(`authorization: bearer ${keyOf(node)}`.toLowerCase()),
  );
  return ours.map((head) => head.split(' ', 2).join(' '));
}

/** `127.0.0.1:30000 /server_info answered`, or the reason in the place of `answered`. */
export function told(observations: readonly AccountingObservation[]): string[] {
  return observations.map(({ endpoint, seen }) => {
    const where = endpoint === null ? 'nowhere' : `${endpoint.host}:${endpoint.port}`;
    const asked = seen.path === null ? 'nothing' : seen.path.replace(/\?.*/, '');
    return `${where} ${asked} ${seen.kind === 'answer' ? 'answered' : seen.why.code}`;
  });
}

export const LOADS_PATH = '/v1/loads?include=core,memory';

/** What an SGLang of today answers. */
export function sglang(kvcache: number): Readonly<Record<string, PreparedAnswer>> {
  const memory = { weight_gb: 0.98, kv_cache_gb: kvcache, graph_gb: 0.44 };
  return {
    [LOADS_PATH]: { body: JSON.stringify({ version: '0.5.12', loads: [{ dp_rank: 0, memory }] }) },
    '/server_info': { body: serverInfo(kvcache) },
  };
}

export function serverInfo(kvcache: number): string {
  const memory = { weight: 0.98, kvcache, graph: 0.44 };
  return JSON.stringify({ version: '0.5.12', internal_states: [{ memory_usage: memory }] });
}
