// Which names of files in a folder of recordings are listed and opened, and which names a recording can be given.
import { printable } from '../../shared/base/printable.ts';

/** The ending of a recording, plain or compressed. */
export const RECORDING_FILE = /\.residuum\.jsonl(?:\.gz)?$/;

/** What the user may type: it means the same on every machine that the file is carried to. */
export const GIVEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._ -]{0,119}$/;

/** A way into another folder on some system; bytes that are no text; a pair of code units of which one is missing. */
const NO_PLAIN_NAME = /[/\\\uFFFD]|\p{Cs}/u;

/**
 * Whether a file may be opened by this name: any writing, as long as it is one name in its folder, is shown as it is, and
 * reaches the same file again. A name with bytes that are no UTF-8 does not: it was changed when it was read.
 */
export function canBeNamed(name: string): boolean {
  return RECORDING_FILE.test(name) && !name.startsWith('.') && !NO_PLAIN_NAME.test(name) && printable(name) === name;
}

/** Of files that end as recordings do and are not listed: how many, where, why, and what to do. */
export function notListed(count: number, folder: string): string {
  const [files, their, is] = count === 1 ? ['1 file', 'its name', 'is'] : [`${count} files`, 'their names', 'are'];
  return `${files} in ${printable(folder)} ${is} not listed: ${their} cannot be shown as text (control characters, bytes that are no UTF-8, a backslash) or ${count === 1 ? 'begins' : 'begin'} with a dot. Rename ${count === 1 ? 'it' : 'them'} there, then look at this list again.`;
}
