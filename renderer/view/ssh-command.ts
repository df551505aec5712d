// A target as the ssh command that does the same in a terminal, to tell a fault of ours from one of the connection.

/** undefined for what is no ssh target: this machine and the demo. */
export function sshCommand(target: string): string | undefined {
  const text = target.trim();
  if (text === '' || text === 'local' || text === 'demo' || text.startsWith('demo:')) return undefined;
  const at = text.lastIndexOf('@');
  const user = at === -1 ? '' : text.slice(0, at + 1);
  const rest = text.slice(at + 1);
  const [, bracketed, bracketedPort] = /^\[([^\]]+)\](?::(\d+))?$/.exec(rest) ?? [];
  if (bracketed !== undefined) return command(`${user}${bracketed}`, bracketedPort);
  const [, host, port] = /^([^:]+):(\d+)$/.exec(rest) ?? [];
  return host === undefined ? command(`${user}${rest}`, undefined) : command(`${user}${host}`, port);
}

function command(destination: string, port: string | undefined): string {
  return port === undefined ? `ssh ${quoted(destination)}` : `ssh -p ${port} ${quoted(destination)}`;
}

/** A shell must read what was typed as one word. */
function quoted(word: string): string {
  return /^[\w@.:%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
