// The tree as the rows that are shown: what is open, what needs attention, and each row's place for a screen reader.
import type { TreeNode } from './tree-node.ts';

export interface TreeRow {
  readonly node: TreeNode;
  /** 1 for a top row. */
  readonly level: number;
  /** Its place among the rows of its parent, from 1. */
  readonly position: number;
  readonly siblings: number;
  /** undefined: it has nothing below it. */
  readonly isOpen: boolean | undefined;
  /** The id of its parent; undefined for a top row. */
  readonly parent: string | undefined;
}

export interface TreeShown {
  /** What the user opened (true) or closed (false); others are as they are at first. */
  readonly opened: ReadonlyMap<string, boolean>;
  /** Only engines, processes and groups that need a look, with what is above and below them. */
  readonly attentionOnly: boolean;
}

export function treeRows(nodes: readonly TreeNode[], shown: TreeShown): TreeRow[] {
  const rows: TreeRow[] = [];
  const top = shown.attentionOnly ? nodes.filter(needsLook) : nodes;
  addRows(top, { level: 1, parent: undefined, shown }, rows);
  return rows;
}

interface Place {
  readonly level: number;
  readonly parent: string | undefined;
  readonly shown: TreeShown;
}

function addRows(nodes: readonly TreeNode[], place: Place, rows: TreeRow[]): void {
  const { level, parent, shown } = place;
  nodes.forEach((node, at) => {
    const hasChildren = node.children.length > 0;
    const isOpen = hasChildren ? (shown.opened.get(node.id) ?? node.openAtFirst) : undefined;
    rows.push({ node, level, position: at + 1, siblings: nodes.length, isOpen, parent });
    if (isOpen === true) addRows(node.children, { level: level + 1, parent: node.id, shown }, rows);
  });
}

function needsLook(node: TreeNode): boolean {
  return node.attention || node.children.some(needsLook);
}

/** Every node that has something below it. */
export function openable(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap((node) => (node.children.length === 0 ? [] : [node.id, ...openable(node.children)]));
}
