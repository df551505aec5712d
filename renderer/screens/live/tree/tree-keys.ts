// Where a key leads in the tree, as the ARIA pattern of a treegrid with focus on rows says.
import type { TreeRow } from '../../../view/tree/engine-tree-rows.ts';

export interface TreeMove {
  readonly to: number;
  /** Open (true) or close the row that has the focus. */
  readonly open?: boolean;
}

const PAGE = 10;

/** undefined: not a key of the tree, or it leads nowhere. */
export function moveInTree(rows: readonly TreeRow[], at: number, key: string): TreeMove | undefined {
  const row = rows[at];
  if (row === undefined) return undefined;
  const within = (to: number): TreeMove => ({ to: Math.min(Math.max(to, 0), rows.length - 1) });
  switch (key) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'PageDown':
      return within(at + PAGE);
    case 'PageUp':
      return within(at - PAGE);
    case 'Home':
      return within(0);
    case 'End':
      return within(rows.length - 1);
    case 'ArrowRight':
      if (row.isOpen === undefined) return undefined;
      return row.isOpen ? within(at + 1) : { to: at, open: true };
    case 'ArrowLeft': {
      if (row.isOpen === true) return { to: at, open: false };
      const parent = rows.findIndex(({ node }) => node.id === row.parent);
      return parent === -1 ? undefined : { to: parent };
    }
    default:
      return undefined;
  }
}
