// Colour, only on a terminal (and not when NO_COLOR is set, see no-color.org).
import picocolors from 'picocolors';
import { PLAIN, type Paint } from '../shared/evidence/text/paint.ts';
import type { CommandIo } from './io.ts';

export function terminalPaint(io: CommandIo): Paint {
  if (!io.isTerminal || (io.env['NO_COLOR'] ?? '') !== '') return PLAIN;
  const { green, red, yellow, bold, dim } = picocolors.createColors(true);
  return { pass: green, fail: red, inconclusive: yellow, bold, faint: dim };
}
