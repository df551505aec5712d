// An ssh-agent: which keys it holds, and signing with exactly one of them.
import ssh2 from 'ssh2';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';

export interface AgentKey {
  /** The public key in wire form, to compare with a key file. */
  readonly blob: Buffer;
  readonly comment: string;
  /** Offers this key alone: ssh2 would try them all, and servers give up after six. */
  readonly agent: BaseAgent;
}

/** An agent that does not answer must not hold up the connection. */
const AGENT_LIMIT_MS = 5_000;

/** The keys that the agent holds, in its order; rejects with a plain Error when it cannot be asked. */
export async function agentKeys(socketPath: string): Promise<AgentKey[]> {
  const agent = ssh2.createAgent(socketPath);
  const keys = await new Promise<ParsedKey[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the ssh-agent did not answer')), AGENT_LIMIT_MS);
    agent.getIdentities((error, found) => {
      clearTimeout(timer);
      if (error instanceof Error) reject(error);
      else resolve((found ?? []).flatMap((key) => (isParsed(key) ? [key] : [])));
    });
  });
  return keys.map((key) => ({ blob: key.getPublicSSH(), comment: key.comment, agent: new OneKeyAgent(agent, key) }));
}

function isParsed(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, callback);
  }
}
