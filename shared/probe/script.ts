// The probe as it is sent: probe.sh with the text of probe.awk and secrets.awk in its place.
import awk from './probe.awk?raw';
import shell from './probe.sh?raw';
import secrets from './secrets.awk?raw';

const PLACE = '@probe.awk@';

/** POSIX sh, to be written to the standard input of `exec sh -s TOKEN`. */
export function probeScript(): string {
  return shell.replace(PLACE, () => `${awk}\n${secrets}`.trimEnd());
}
