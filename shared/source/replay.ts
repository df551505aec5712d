// A recording as a source: all its nodes on one time, folded in small steps while the first of it is shown already.
import type { NodeId } from '../model/observation.ts';
import { ReplayNode } from './replay-node.ts';
import type { RecordedLines } from './recorded-lines.ts';
import { recordedCapabilities, type Capabilities } from './source.ts';

/** So many lines are folded before it is asked whether that is enough: a line of a busy node takes up to a millisecond. */
const TURN = 4;

/** Nodes that nobody asked for are folded ahead up to this cost of all: some 300 MB. Beyond it a node is folded when it is needed. */
const MOST_AHEAD = 150_000;

export class Replay {
  readonly lines: RecordedLines;
  readonly #nodes = new Map<NodeId, ReplayNode>();
  readonly #needed = new Set<NodeId>();
  readonly #mostAhead: number;

  /** They have their header; more may still come. `mostAhead` is a cost as `ReplayNode.spent` counts it. */
  constructor(lines: RecordedLines, mostAhead = MOST_AHEAD) {
    this.lines = lines;
    this.#mostAhead = mostAhead;
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

  /** Somebody asked for all of this node, as for one that is compared: it is folded whatever it costs. */
  need(node: NodeId): void {
    this.#needed.add(node);
  }

  /**
   * Folds until `isEnough`, which is asked every few lines: the node that is shown first, then those that are needed, then
   * the others as far as memory allows. Answers whether there is more to do.
   */
  step(isEnough: () => boolean, first?: NodeId): boolean {
    const shown = first === undefined ? undefined : this.#nodes.get(first);
    const needed = this.nodes.filter((each) => each === shown || this.#needed.has(each.node));
    const asked = shown === undefined ? needed : [shown, ...needed];
    for (const node of [...asked, ...this.nodes]) {
      while (!node.isDone) {
        if (isEnough()) return true;
        if (!asked.includes(node) && this.#spent >= this.#mostAhead) break;
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
