// `--endpoint`: where the user says that an engine listens, as seen from the node.
import type { Engine } from '../shared/engines/detect.ts';
import { readTypedAddress, type TypedAddress } from '../shared/engines/typed-address.ts';
import { selects, type Selector } from '../shared/gates/selector.ts';
import { fromEngine } from '../shared/gates/subject.ts';
import type { Session } from '../shared/session/session.ts';
import { selectorOption } from './selector-option.ts';
import { UsageError } from './usage-error.ts';

export interface TypedEndpoint {
  readonly selector: Selector;
  readonly address: TypedAddress;
}

/** The address for one engine; the first `--endpoint` that matches counts. */
export function typedAddress(
  endpoints: readonly TypedEndpoint[],
  engine: Engine,
  { latest }: Session,
): TypedAddress | undefined {
  if (latest === undefined) return undefined;
  const subject = fromEngine(engine, latest.tree);
  return endpoints.find(({ selector }) => selects(selector, subject))?.address;
}

/** `pid:4001=10.0.0.7:30000`, `port:30000=[::1]:30000`. */
export function endpointOption(text: string): TypedEndpoint {
  const at = text.lastIndexOf('=');
  const address = at < 1 ? undefined : readTypedAddress(text.slice(at + 1));
  if (address === undefined) {
    throw new UsageError(`--endpoint must be SELECTOR=HOST:PORT as seen from the node, got ${JSON.stringify(text)}.`);
  }
  return { selector: selectorOption('--endpoint', text.slice(0, at)), address };
}
