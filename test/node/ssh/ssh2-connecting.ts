// Connecting to a test server, and the error when it is refused.
import { onTestFinished } from 'vitest';
import { connectSsh, type ConnectOptions } from '../../../node/ssh/connect-ssh.ts';
import { LinkError } from '../../../node/link/link-error.ts';
import type { Link } from '../../../node/link/link.ts';
import { parseTarget, type SshTarget } from '../../../node/link/target.ts';
import type { Sshd } from '../../kit/sshd.ts';

export function sshTarget(text: string): SshTarget {
  const target = parseTarget(text);
  if (target.kind !== 'ssh') throw new Error(`${text} is not an ssh target`);
  return target;
}

/** Connects by the server's alias; closed when the test ends. */
export async function connect(sshd: Sshd, options: ConnectOptions = {}): Promise<Link> {
  const link = await connectSsh(sshTarget(sshd.alias), { sshConfigFile: sshd.sshConfigFile, ...options });
  onTestFinished(() => link.close());
  return link;
}

/** The LinkError of a connection that must not come about. */
export async function refusal(connecting: Promise<Link>): Promise<LinkError> {
  try {
    const link = await connecting;
    await link.close();
  } catch (error) {
    if (error instanceof LinkError) return error;
    throw error;
  }
  throw new Error('it connected');
}
