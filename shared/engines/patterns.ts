// What the probe is asked to look for, made of what the engines' files say.
import { ENGINES } from './definitions.ts';

export function probePatterns(): string[] {
  return [...new Set(ENGINES.flatMap((engine) => engine.patterns))];
}
