// The HTTP port that a server's command line names. Bytes are sent there, so what is doubtful counts as not said.
import type { HostProcess } from '../model/snapshot.ts';
import { flagValues, readCommandLine } from './command-line.ts';

/** The probe cuts a command line after so many bytes (docs/formats/wire.md); a number there may have lost digits. */
const TITLE_BYTES = 512;

/** undefined where it is not said, or said twice: blanks in an argument of the user's can look like a second flag. */
export function serverPort({ title }: HostProcess): number | undefined {
  const words = title.split(/\s+/);
  const whole = utf8Length(title) < TITLE_BYTES ? title : words.slice(0, -1).join(' ');
  const [text = '', ...others] = new Set(flagValues(readCommandLine(whole), '--port'));
  if (others.length > 0 || !/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  // 0 asks the kernel for any port.
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0xfffd;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
