// Free text of a scenario as the probe writes it on the wire.
import { escapeBytes } from '../probe/free-text.ts';
import type { ByteText } from './scenario-text.ts';

export function wireText(text: ByteText): string {
  return escapeBytes(Array.from(text, (char) => char.charCodeAt(0)));
}
