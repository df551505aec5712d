// The probe as it is sent: probe.sh with the text of probe.awk in its place.
import awk from './probe.awk?raw';
import shell from './probe.sh?raw';

const PLACE = '@probe.awk@';

/** POSIX sh, to be written to the standard input of `exec sh -s TOKEN`. */
export function probeScript(): string {
  return shell.replace(PLACE, () => awk.trimEnd());
}
