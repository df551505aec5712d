// Free text without names: a mark, a message of the driver, the place that a reason names.
import { looksLikeAddress } from './address.ts';
import type { StandIns } from './stand-ins.ts';
import { isPlainNumber, SENTENCE_WORDS } from './vocabulary.ts';

const BUS = /^(?:GPU)?(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}(?:\.[0-7])?$/;

/** Word by word; what is no word that everybody knows gets a stand-in. `stays` names other words that stay. */
export function redactSentence(text: string, names: StandIns, stays: (word: string) => boolean = () => false): string {
  return text
    .split(/(\s+)/)
    .map((part, at) => (at % 2 === 1 ? (part === ' ' ? part : '  ') : stays(part) ? part : sentenceWord(part, names)))
    .join('');
}

/** Either every word of a mark is one that everybody knows, or the whole mark gets a stand-in. */
export function redactMark(text: string, names: StandIns): string {
  const isKnown = text.split(/[\s,;:()]+/).every((word) => isHarmless(word));
  return isKnown && /^[\x20-\x7E]*$/.test(text) ? text : names.of('mark', text);
}

/** A bus is known by its numbers, and no name. */
export function isBusText(text: string): boolean {
  return BUS.test(text);
}

function isHarmless(word: string): boolean {
  const bare = word.replace(/^[("'#]+|[)"'.,:;!?]+$/g, '');
  return bare === '' || isPlainNumber(bare) || SENTENCE_WORDS.has(bare) || SENTENCE_WORDS.has(bare.toLowerCase());
}

function sentenceWord(word: string, names: StandIns): string {
  if (word === '' || isHarmless(word) || isBusText(word.replace(/[:,.]$/, ''))) return word;
  if (/^\d+$/.test(word)) return word.slice(0, 15);
  if (/^(?:GPU|MIG)-/.test(word)) return names.of('gpu', word);
  if (looksLikeAddress(word)) return names.of('address', word);
  return names.of(word.includes('/') ? 'path' : 'arg', word);
}
