// From a TARGET to a link, whatever kind it is: ssh, this machine, or the demo.
import { connectSsh, type ConnectOptions } from './ssh/connect-ssh.ts';
import { openDemoLink } from './demo/demo-link.ts';
import type { Link } from './link/link.ts';
import { openLocal } from './link/local-link.ts';
import type { Target } from './link/target.ts';

export interface OpenLinkOptions extends ConnectOptions {
  /** Of what runs on this machine, for `local`. */
  readonly env: NodeJS.ProcessEnv;
}

/** Rejects with a LinkError; nothing stays open then. */
export async function openLink(target: Target, options: OpenLinkOptions): Promise<Link> {
  switch (target.kind) {
    case 'local':
      return openLocal({ env: options.env });
    case 'demo':
      return await openDemoLink(target.scenario, options.onStep);
    case 'ssh':
      return await connectSsh(target, options);
  }
}
