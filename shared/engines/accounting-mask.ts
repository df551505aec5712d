// Makes a string of an answer fit to keep: secrets masked as in command lines, control characters escaped, cut.
import { printable } from '../base/printable.ts';

/** The longest string that is kept, in characters before control characters are escaped. */
const MOST_CHARACTERS = 200;
/** Strings are cut here before they are masked, so that a hostile one costs no time. */
const MOST_MASKED = 1024;

const MASK = '***';
/** The value after `Authorization` may have blanks ("Bearer …"): everything to the end is hidden. */
const AUTHORIZATION = /(authorization["']?[:=]?|\bbearer\b).*$/is;
const PAIR = /((?:key|token|password|passwd|secret|credential|signature)[a-z0-9_.-]*["']?\s*[:=]\s*["']?)[^\s"',;]+/gi;
const FLAG = /(--?[^=\s]*(?:key|token|password|passwd|secret)[^=\s]*\s+)[^\s]+/gi;
const URL_USER = /:\/\/[^\s]*@/g;
/** `user:pass@host` also where the scheme is not written. */
const BARE_USER = /(^|[\s,;=/])[^\s/@:]+:[^\s/@]+@/g;
/** A presigned address carries its rights in the query. */
const QUERY = /\?[^\s]*=[^\s]*/g;
const KNOWN_PREFIX =
  /(^|[^A-Za-z0-9])(?:sk-|hf_|gh[opsu]_|github_pat_|glpat-|nvapi-|xox[bp]-|AKIA|eyJ)[A-Za-z0-9_.-]+/g;

/** Hides everything in a text that looks like a secret. A harmless word too many is the price. */
export function maskSecrets(text: string): string {
  return text
    .replace(AUTHORIZATION, `$1 ${MASK}`)
    .replace(URL_USER, `://${MASK}@`)
    .replace(BARE_USER, `$1${MASK}@`)
    .replace(QUERY, `?${MASK}`)
    .replace(PAIR, `$1${MASK}`)
    .replace(FLAG, `$1${MASK}`)
    .replace(KNOWN_PREFIX, `$1${MASK}`);
}

/** What is kept of a string: masked, then cut (a cut secret would not be recognised), then made printable. */
export function keptText(text: string): string {
  // The word at the cut is dropped: half of `user:pass@` does not look like one.
  const whole = text.length > MOST_MASKED ? text.slice(0, MOST_MASKED).replace(/[^\s]*$/, '') : text;
  const masked = maskSecrets(whole);
  return printable(masked.length > MOST_CHARACTERS ? `${masked.slice(0, MOST_CHARACTERS - 1)}…` : masked);
}
