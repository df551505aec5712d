// From an ssh target to a link: configuration, known hosts, keys, connection.
import { randomBytes } from 'node:crypto';
import type { StepDone } from './connect-progress.ts';
import { appendKnownHost, readKnownHosts } from './known-hosts-files.ts';
import { formatKnownHost, knownKeyTypes, type HostName } from './known-hosts.ts';
import { decideHostKey, showKey, type AcceptNewKey, type HostKeyContext } from './host-key.ts';
import { findIdentities } from './identities.ts';
import type { Link } from '../link/link.ts';
import { resolveHost, type ResolvedHost, type SshOptions } from './ssh-config.ts';
import { openSsh2 } from './ssh2-link.ts';
import type { SshTarget } from '../link/target.ts';

export interface ConnectOptions extends SshOptions {
  /**
   * Which unknown key is accepted and remembered: `any` (`--accept-new-host-key`), or exactly the one with this
   * fingerprint (SHA256:…). A changed or revoked one never is.
   */
  readonly acceptNewHostKey?: AcceptNewKey;
  /** For TCP, handshake and authentication together; by default ConnectTimeout of the configuration, or 15 s. */
  readonly connectLimitMs?: number;
  /** 5 s by default, three times unanswered: a dead node is noticed within 20 s. */
  readonly keepaliveIntervalMs?: number;
  readonly keepaliveCount?: number;
  readonly onStep?: StepDone;
}

const CONNECT_LIMIT_MS = 15_000;
const KEEPALIVE_INTERVAL_MS = 5_000;
const KEEPALIVE_COUNT = 3;
/** As long as OpenSSH's own salts: the block of HMAC-SHA1's digest. */
const SALT_BYTES = 20;

/** Connects to a target; rejects with a LinkError whose message says what, where and what to do. */
export async function connectSsh(target: SshTarget, options: ConnectOptions = {}): Promise<Link> {
  const host = await resolveHost(target, options);
  const name: HostName =
    host.hostKeyAlias === null ? { host: host.host, port: host.port } : { host: host.hostKeyAlias, port: 22 };
  const lines = await readKnownHosts(host.knownHostsFiles, host.describe);
  const identities = await findIdentities(host, options.identityFile);
  const context: HostKeyContext = {
    lines,
    name,
    describe: host.describe,
    files: host.knownHostsFiles,
    acceptNew: options.acceptNewHostKey ?? 'none',
  };
  return openSsh2(host, {
    hostKey: { knownTypes: knownKeyTypes(lines, name), decide: (key) => decideHostKey(context, key) },
    identities,
    rememberHostKey: (key) => remember(host, name, key),
    connectLimitMs: options.connectLimitMs ?? host.connectTimeoutMs ?? CONNECT_LIMIT_MS,
    keepaliveIntervalMs: options.keepaliveIntervalMs ?? KEEPALIVE_INTERVAL_MS,
    keepaliveCount: options.keepaliveCount ?? KEEPALIVE_COUNT,
    notes: host.notes,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
  });
}

/** Adds the key to the first file, the user's own; answers the sentence for the user. */
async function remember(host: ResolvedHost, name: HostName, key: Buffer): Promise<string> {
  const [file] = host.knownHostsFiles;
  if (file === undefined)
    return `The new host key of ${host.describe} was accepted and is written nowhere: ${showKey(key)}.`;
  const salt = host.hashKnownHosts ? randomBytes(SALT_BYTES) : null;
  await appendKnownHost(file, formatKnownHost(name, key, salt), host.describe);
  return `The new host key of ${host.describe} was accepted, ${showKey(key)}, and added to ${file}`;
}
