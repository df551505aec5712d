// Paths as an ssh configuration writes them: `~`, `%d` and the other tokens, `${VARIABLE}`.
import { join } from 'node:path';

export interface PathTokens {
  /** The home folder of whoever runs this. */
  readonly home: string;
  readonly host: string;
  readonly port: number;
  /** The user on the node. */
  readonly user: string;
  /** The host as typed. */
  readonly alias: string;
  readonly hostKeyAlias: string | null;
  /** Whoever runs this. */
  readonly account: { readonly user: string; readonly uid: number };
}

/** Expands one path. A token that ssh_config(5) does not list for paths stays as it is, so the error names it. */
export function configPath(path: string, tokens: PathTokens): string {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    d: tokens.home,
    h: tokens.host,
    i: String(tokens.account.uid),
    k: tokens.hostKeyAlias ?? tokens.alias,
    n: tokens.alias,
    p: String(tokens.port),
    r: tokens.user,
    u: tokens.account.user,
  };
  const withHome = path === '~' || path.startsWith('~/') ? join(tokens.home, path.slice(1)) : path;
  return withHome
    .replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => process.env[name] ?? whole)
    .replace(/%(.)/g, (whole, token: string) => values[token] ?? whole);
}
