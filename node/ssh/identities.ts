// Which keys to offer to a node, in which order, and what is to be said about those that cannot be used.
import type { BaseAgent, ParsedKey } from 'ssh2';
import { readKeyFile, type KeyFile } from './key-file.ts';
import { LinkError } from '../link/link-error.ts';
import { agentKeys, type AgentKey } from './ssh-agent.ts';
import type { IdentityFile, ResolvedHost } from './ssh-config.ts';

export type Offer =
  | { readonly kind: 'agent'; readonly agent: BaseAgent; readonly blob: Buffer }
  | { readonly kind: 'file'; readonly key: ParsedKey; readonly blob: Buffer };

export interface Identities {
  readonly offers: readonly Offer[];
  /** Encrypted key files that no agent holds; they explain a refusal. */
  readonly encrypted: readonly string[];
  /** Other keys that were passed over, as sentences without their full stop. */
  readonly passedOver: readonly string[];
}

/**
 * The order is OpenSSH's: keys of the agent that the configuration names, the agent's other keys (unless
 * IdentitiesOnly), key files. A key named on the command line goes before all, because a server gives up after six.
 */
export async function findIdentities(host: ResolvedHost, asked: string | undefined): Promise<Identities> {
  const passedOver: string[] = [];
  const held = await askAgent(host.agentSocket, passedOver);
  const files = await Promise.all(
    host.identityFiles.map(async (file) => ({ file, found: await readKeyFile(file.path) })),
  );

  const offers: Offer[] = [];
  const offer = (next: Offer): void => {
    if (!offers.some((each) => each.blob.equals(next.blob))) offers.push(next);
  };
  const fromAgent = (blob: Buffer | null): AgentKey | undefined =>
    blob === null ? undefined : held.find((key) => key.blob.equals(blob));

  const encrypted: string[] = [];
  for (const { file, found } of files) {
    const agentKey = 'blob' in found ? fromAgent(found.blob) : undefined;
    if (agentKey !== undefined) offer({ kind: 'agent', ...agentKey });
    else if (file.path === asked) {
      if (found.state === 'private') offer({ kind: 'file', key: found.key, blob: found.blob });
      else if (found.state !== 'encrypted') throw unusable(host, file, found);
    }
    if (found.state === 'encrypted' && agentKey === undefined) encrypted.push(file.path);
    else if (found.state === 'unreadable') passedOver.push(`${found.why}: ${file.path}`);
    else if (found.state === 'missing' && file.named) passedOver.push(`there is no such key file: ${file.path}`);
  }
  if (!host.identitiesOnly) for (const key of held) offer({ kind: 'agent', ...key });
  for (const { found } of files) {
    if (found.state === 'private') offer({ kind: 'file', key: found.key, blob: found.blob });
  }
  return { offers, encrypted, passedOver };
}

async function askAgent(socket: string | null, passedOver: string[]): Promise<AgentKey[]> {
  if (socket === null) return [];
  try {
    return await agentKeys(socket);
  } catch (cause) {
    passedOver.push(`the ssh-agent could not be asked (${cause instanceof Error ? cause.message : String(cause)})`);
    return [];
  }
}

function unusable(host: ResolvedHost, file: IdentityFile, found: KeyFile): LinkError {
  const why =
    found.state === 'unreadable'
      ? found.why
      : found.state === 'missing'
        ? 'there is no such key file'
        : 'the file is a public key, and no ssh-agent holds its private half';
  return new LinkError(
    'key-unreadable',
    host.describe,
    `The key for ${host.describe} cannot be used: ${why}. Name a private key file with --identity; this one was ${file.path}`,
  );
}
