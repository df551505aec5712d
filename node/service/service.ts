// The service behind a window: opens nodes and watches them, lists targets, keeps settings. Any host composes it.
import { LIMIT_VARIABLE } from '../../shared/gates/policy.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import type { AcceptNewKey } from '../ssh/host-key.ts';
import { LinkError } from '../link/link-error.ts';
import { neverBackwards } from '../probe/never-backwards.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import { ASK_ENGINES_SETTING } from '../../shared/rpc/contract.ts';
import type { Handlers } from '../../shared/rpc/server.ts';
import type { OpenLinkOptions } from '../open-link.ts';
import { openLink } from '../open-link.ts';
import { PROBE_LIMITS, type ProbeLimits } from '../probe/probe-session.ts';
import { probeSha256 } from '../recording/provenance.ts';
import { parseTarget, type Target } from '../link/target.ts';
import { causeAndNext } from './cause-and-next.ts';
import { KEPT_BOUNDS, AlwaysRecorder, type KeptBounds } from './always-recorder.ts';
import { drawPng } from './draw-png.ts';
import { ALWAYS_RECORD, recordingHandlers } from './recording-handlers.ts';
import { RecordingsFolder, type RecordingsOptions } from './recordings-folder.ts';
import { RETRY_DELAYS_MS } from './retry-delays.ts';
import { SettingsFile, SettingsUnwritable } from './settings.ts';
import { listTargets, type TargetsOptions } from './targets.ts';
import { WatchedNode, type LinkOpener } from './watched-node.ts';

export interface ServiceOptions {
  readonly host: 'web' | 'desktop';
  readonly version: string;
  /** Of the host's own process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970, with fractions where there are some. */
  readonly now: () => number;
  readonly settingsFile: string;
  /** Where open nodes are recorded, and which recordings are offered. Without it nothing is written. */
  readonly recordings?: RecordingsOptions & { readonly bounds?: KeptBounds };
  /** By default every kind of target, with the user's own ssh configuration. */
  readonly openLink?: LinkOpener;
  /** How links are opened by default, and what the list of targets reads. */
  readonly ssh?: Omit<OpenLinkOptions, 'env' | 'signal' | 'onStep' | 'acceptNewHostKey'>;
  readonly probeLimits?: ProbeLimits;
  readonly retryDelaysMs?: readonly number[];
  /** For tests: what `local` finds on this machine, and where the ssh configuration is. */
  readonly targets?: Partial<TargetsOptions>;
}

export interface Service {
  readonly handlers: Handlers;
  /** Closes every node; nothing is left running, here or there. Safe to call again. */
  close(): Promise<void>;
}

/** Kept in memory only; sent to engines, shown nowhere. */
const ENGINE_KEY_VARIABLE = 'RESIDUUM_ENGINE_KEY';

interface Opened {
  readonly target: string;
  readonly isDemo: boolean;
  readonly watched: WatchedNode;
}

export function createService(options: ServiceOptions): Service {
  const { env, version, host } = options;
  const now = neverBackwards(options.now);
  const settings = new SettingsFile(options.settingsFile);
  const nodes = new Map<NodeId, Opened>();
  const folder = options.recordings === undefined ? undefined : new RecordingsFolder(options.recordings);
  const recorder =
    folder === undefined
      ? undefined
      : new AlwaysRecorder({
          folder,
          now,
          version,
          probeSha256: probeSha256(),
          limitVariable: env[LIMIT_VARIABLE],
          bounds: options.recordings?.bounds ?? KEPT_BOUNDS,
        });
  const asking = { isOn: false };
  // Nothing is written and nobody is asked before it is known whether the user wants it.
  const isChosen = settings.read().then(({ values }) => {
    asking.isOn = values[ASK_ENGINES_SETTING] !== 'off';
    recorder?.turn(values[ALWAYS_RECORD] !== 'off');
  });
  const opener: LinkOpener =
    options.openLink ?? ((target, how) => openLink(target, { ...options.ssh, ...how, env: { ...env } }));
  let count = 0;
  let isClosed = false;

  const find = (node: NodeId): WatchedNode => {
    const found = nodes.get(node);
    if (found === undefined)
      throw new RpcError('no-such-node', `There is no open node ${JSON.stringify(node)}.`, 'Open it again.');
    return found.watched;
  };

  const open = (text: string, intervalMs: number, acceptHostKey: AcceptNewKey): NodeId => {
    if (isClosed) throw new Error('The service is closed.');
    const target = readTarget(text);
    for (const [node, opened] of nodes) {
      if (opened.target !== text) continue;
      // Once is enough: a second sampler would ask the same driver twice as often.
      opened.watched.configure(intervalMs);
      opened.watched.retryNow(acceptHostKey);
      return node;
    }
    count += 1;
    const node = `n${count}`;
    const watched = new WatchedNode({
      node,
      target,
      openLink: opener,
      now,
      probeLimits: options.probeLimits ?? PROBE_LIMITS,
      retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
      bearerKey: env[ENGINE_KEY_VARIABLE] === '' ? undefined : env[ENGINE_KEY_VARIABLE],
      mayAsk: () => asking.isOn,
      intervalMs,
      acceptHostKey,
      // That it cannot be remembered is among the notes of the list, and is no reason not to look at a node.
      onConnected: () => {
        if (target.kind !== 'demo') void settings.addRecent(text, now()).catch(() => undefined);
      },
    });
    const isDemo = target.kind === 'demo';
    nodes.set(node, { target: text, isDemo, watched });
    recorder?.record({ node, target: text, isDemo, observations: watched.observations });
    return node;
  };

  const keep = async (name: string, value: string | null): Promise<void> =>
    await settings.setValue(name, value).catch((error: unknown) => {
      if (!(error instanceof SettingsUnwritable)) throw error;
      throw new RpcError('settings-unwritable', error.message, error.next);
    });

  const handlers: Handlers = {
    'app.info': async () => ({
      version,
      host,
      probeSha256: probeSha256(),
      limitVariable: env[LIMIT_VARIABLE] ?? null,
    }),
    'targets.list': async () => {
      const { recent } = await settings.read();
      const { targets, notes } = await listTargets(recent, { env, ...options.ssh, ...options.targets });
      return { targets, notes: [...settings.notes, ...notes] };
    },
    'nodes.list': async () => ({
      nodes: [...nodes].map(([node, { target, isDemo, watched }]) => ({
        node,
        target,
        isDemo,
        intervalMs: watched.intervalMs,
      })),
    }),
    'node.open': async ({ target, intervalMs, acceptHostKey }) => {
      await isChosen;
      return { node: open(target, intervalMs, accepted(acceptHostKey)) };
    },
    'node.observe': ({ node }, { signal }) => find(node).observations.observe(signal),
    'node.configure': async ({ node, intervalMs }) => {
      find(node).configure(intervalMs);
      return {};
    },
    'node.look': async ({ node }) => {
      find(node).lookNow();
      return {};
    },
    'node.retry': async ({ node, acceptHostKey }) => {
      find(node).retryNow(accepted(acceptHostKey));
      return {};
    },
    'node.endpoint': async ({ node, rootPid, rootStartTicks, address }) => {
      find(node).setEndpoint(rootPid, rootStartTicks, address);
      return {};
    },
    'node.tell': async ({ node, rootPid, rootStartTicks, state }) => {
      find(node).tell(rootPid, rootStartTicks, state);
      return {};
    },
    'node.mark': async ({ node, text }) => {
      find(node);
      // A moment of the run is one of all nodes that are watched.
      const atMs = now();
      for (const { watched } of nodes.values()) watched.mark(text, atMs);
      return {};
    },
    'node.close': async ({ node }) => {
      const watched = find(node);
      nodes.delete(node);
      await watched.close();
      return {};
    },
    ...recordingHandlers({ folder, recorder, isChosen, keep, version }),
    'figure.png': drawPng,
    'settings.read': async () => ({ values: { ...(await settings.read()).values } }),
    'settings.write': async ({ name, value }) => {
      // What was chosen before is read first: it must not come after what is chosen now.
      await isChosen;
      // Counts at once, and also where it cannot be written.
      if (name === ASK_ENGINES_SETTING) asking.isOn = value !== 'off';
      await keep(name, value);
      return {};
    },
  };

  return {
    handlers,
    close: async () => {
      isClosed = true;
      await Promise.all([...nodes.values()].map(({ watched }) => watched.close()));
      nodes.clear();
      await isChosen;
      await recorder?.close();
    },
  };
}

function readTarget(text: string): Target {
  try {
    return parseTarget(text);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    const { cause, next } = causeAndNext(error);
    throw new RpcError(error.code, cause, next);
  }
}

/** The contract has checked that it is a fingerprint. */
function accepted(fingerprint: string | undefined): AcceptNewKey {
  return fingerprint === undefined ? 'none' : (fingerprint as AcceptNewKey);
}
