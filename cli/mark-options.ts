// What `mark` and `import` share: which node a mark is about, and how they say what they did.
import { RecordingError } from '../node/recording/recording-error.ts';
import type { NodeId } from '../shared/model/observation.ts';
import type { RecordingHeader } from '../shared/recording/format.ts';
import { COULD_NOT_RUN } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { UsageError } from './usage-error.ts';

export interface MarkOptions {
  readonly node?: string;
}

export const MARK_NODE_HELP =
  'which node it was set at, by its target (default: the first); it is a moment of all of them';

/** Prints the sentence that the work ends with; 3 when it could not be done. */
export async function said(io: CommandIo, work: () => Promise<string>): Promise<number> {
  try {
    io.out(`${await work()}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof RecordingError)) throw error;
    io.err(`${error.message}\n`);
    return COULD_NOT_RUN;
  }
}

/** Throws a UsageError that lists the nodes. */
export function markedNode({ nodes }: RecordingHeader, { node }: MarkOptions, file: string): NodeId {
  const found = nodes.find(({ target }) => node === undefined || target === node);
  if (found !== undefined) return found.node;
  const list = nodes.map(({ target }) => target).join(', ');
  throw new UsageError(`--node: ${file} has no node ${JSON.stringify(node)}; it has ${list}.`);
}
