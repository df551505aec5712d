// The raw rows behind a row of the tree: what the driver listed, what /proc says, what the engine answered.
import type { RawRequest } from '../../../view/raw-request.ts';
import type { TreeNode } from '../../../view/tree/tree-node.ts';

/** The first is what `Shift+Enter` opens. Empty for a row that stands for nothing of its own. */
export function rawOf(node: TreeNode): RawRequest[] {
  const { pid, standing, kind, selection } = node;
  const requests: RawRequest[] = [];
  const bus = selection.bus;
  if (pid !== undefined && node.resident !== undefined && kind === 'process') {
    requests.push({
      title: `memory of pid ${pid}`,
      match: { kind: 'usage', pid, ...(bus === undefined ? {} : { bus }) },
    });
  }
  if ((kind === 'engine' || kind === 'orphan') && standing.engine !== undefined) {
    if (kind === 'engine') {
      requests.push({ title: `accounting of ${node.label}`, match: { kind: 'accounting', engine: standing.engine } });
    }
  }
  if (pid !== undefined) requests.push({ title: `process ${pid}`, match: { kind: 'process', pid } });
  return requests;
}

/** What a button that opens it is called. */
export function rawName({ match }: RawRequest): string {
  switch (match.kind) {
    case 'usage':
      return 'Raw rows of its memory';
    case 'accounting':
      return 'Its raw answers';
    case 'process':
      return 'Its process line';
    case 'device':
      return 'Raw row of the GPU';
  }
}
