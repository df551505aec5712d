// A SELECTOR on the command line.
import { parseSelector, SELECTOR_GRAMMAR, type Selector } from '../shared/gates/selector.ts';
import { UsageError } from './usage-error.ts';

/** Throws a UsageError that names the option. */
export function selectorOption(name: string, text: string): Selector {
  const selector = parseSelector(text);
  if (selector === undefined) {
    throw new UsageError(`${name} must be ${SELECTOR_GRAMMAR}, got ${JSON.stringify(text)}.`);
  }
  return selector;
}
