// Which node of a recording is meant: by its target, its host name, or its name within the file.
import type { NodeId } from '../model/observation.ts';
import type { FoldedRecording } from './fold-opened.ts';
import { RecordedError } from './recorded-error.ts';

/** `who` is needed where there are several. Throws a RecordedError. */
export function chooseNode(
  { header, nodes }: Pick<FoldedRecording, 'header' | 'nodes'>,
  who: string | undefined,
): { node: NodeId; target: string } {
  const all = header.nodes;
  const hostname = (node: NodeId): string | undefined =>
    nodes.get(node)?.session.moment?.sighting.snapshot.node.hostname;
  const named = all.filter(
    ({ node, target }) => who === undefined || target === who || node === who || hostname(node) === who,
  );
  const [first, ...others] = named;
  if (first !== undefined && others.length === 0) return first;
  const list = all.map(({ target }) => target).join(', ');
  const text =
    first === undefined
      ? `it has no node ${JSON.stringify(who)}; it has ${list}.`
      : `it has several nodes; name one with --node: ${list}.`;
  throw new RecordedError('no-node', text);
}
