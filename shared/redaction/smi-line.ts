// One line that nvidia-smi printed, without names: numbers, buses and what it refuses stay, cell by cell.
import type { StandIns } from './stand-ins.ts';
import { isGpuWord } from './vocabulary.ts';
import { isBusText, redactSentence } from './words.ts';

/** Between two cells, so that a line has as many of them as before. */
export function redactSmiLine(line: string, names: StandIns): string {
  return line
    .split(',')
    .map((cell) => redactCell(cell, names))
    .join(',');
}

function redactCell(cell: string, names: StandIns): string {
  const [, lead = '', text = ''] = /^(\s*)([^]*?)\s*$/.exec(cell) ?? [];
  const gap = lead === '' ? '' : ' ';
  if (text === '') return gap;
  if (/^\d+(?: MiB)?$/.test(text) || isBusText(text) || STAYS.has(text)) return `${gap}${text}`;
  if (/^(?:GPU|MIG)-[0-9A-Za-z/-]+$/.test(text)) return `${gap}${names.of('gpu', text)}`;
  // In brackets a cell says that there is no number; which words it uses changes nothing.
  const bracketed = /^\[([^]*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return `${gap}[${names.of('arg', bracketed)}]`;
  return `${gap}${redactSentence(text, names, isGpuWord)}`;
}

const STAYS = new Set([
  'N/A',
  'Not Supported',
  '[N/A]',
  '[Not Supported]',
  '[GPU is lost]',
  '[Insufficient Permissions]',
  '[Unknown Error]',
  '[too much text]',
]);
