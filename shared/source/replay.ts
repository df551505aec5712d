// A recording as a source: all its nodes on one time, folded in small steps while the first of it is shown already.
import type { NodeId } from '../model/observation.ts';
import { ReplayNode } from './replay-node.ts';
import type { RecordedLines } from './recorded-lines.ts';
import { recordedCapabilities, type Capabilities } from './source.ts';

/** So many lines are folded before it is asked whether that is enough: a line of a busy node takes up to a millisecond. */
const TURN = 4;

/** Nodes that are not shown are folded ahead up to this cost of all: some 300 MB. Beyond it a node is folded when it is shown. */
const MOST_AHEAD = 150_000;

export class Replay {
  readonly lines: RecordedLines;
  readonly #nodes = new Map<NodeId, ReplayNode>();

  /** They have their header; more may still come. */
  constructor(lines: RecordedLines) {
    this.lines = lines;
    this.grown();
  }

  get capabilities(): Capabilities {
    return recordedCapabilities(this.lines.header?.isDemo === true);
  }

  get nodes(): readonly ReplayNode[] {
    return [...this.#nodes.values()];
  }

  node(id: NodeId): ReplayNode | undefined {
    return this.#nodes.get(id);
  }

  /** To be called after more lines came: nodes that are new in them become nodes here. */
  grown(): void {
    for (const own of this.lines.nodes) {
      if (this.#nodes.has(own.node)) continue;
      const node = new ReplayNode(own, { format: this.lines.format, complain: this.lines.complain });
      this.#nodes.set(own.node, node);
    }
  }

  /** All that is there is folded. */
  get isDone(): boolean {
    return this.nodes.every(({ isDone }) => isDone);
  }

  /**
   * Folds until `isEnough`, which is asked every few lines: the node that is shown first, then the others as far as memory
   * allows. Answers whether there is more to do.
   */
  step(isEnough: () => boolean, first?: NodeId): boolean {
    const shown = first === undefined ? undefined : this.#nodes.get(first);
    for (const node of shown === undefined ? this.nodes : [shown, ...this.nodes]) {
      while (!node.isDone) {
        if (isEnough()) return true;
        if (node !== shown && this.#spent >= MOST_AHEAD) break;
        node.step(TURN);
      }
    }
    return false;
  }

  get #spent(): number {
    return this.nodes.reduce((sum, { spent }) => sum + spent, 0);
  }

  /** The share of the lines that is folded, from 0 to 1: of one node, or of all. */
  share(of?: NodeId): number {
    const node = of === undefined ? undefined : this.#nodes.get(of);
    const all = (node === undefined ? this.nodes : [node]).map(({ progress }) => progress);
    const lines = all.reduce((sum, each) => sum + each.lines, 0);
    return lines === 0 ? 1 : all.reduce((sum, each) => sum + each.folded, 0) / lines;
  }
}
