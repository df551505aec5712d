// Programs that tests start must not outlive the process that started them, also when that one is killed and cleans up
// nothing.
import { existsSync } from 'node:fs';

const SETPRIV = '/usr/bin/setpriv';

/**
 * The same command under the kernel's care: it gets this signal when whoever starts it is gone. It keeps its pid. Where
 * there is no setpriv, the command as it is.
 */
export function endsWithUs(
  command: readonly [string, ...string[]],
  signal: 'KILL' | 'TERM' = 'KILL',
): readonly [string, ...string[]] {
  return existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', signal, '--', ...command] : command;
}
