// The verdicts of a scenario as a few lines of text, which a test writes down by hand.
import { fromGiB, type Bytes } from '../../../shared/base/units.ts';
import { DEFAULT_LIMITS, type Policy, type PolicyKind } from '../../../shared/gates/policy.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { verdictBoard, type VerdictBoard } from '../../../renderer/view/verdicts/verdicts.ts';
import { folded, look, type LookOptions } from '../../kit/observed.ts';

export interface BoardOptions {
  readonly policy?: PolicyKind;
  readonly limit?: Bytes;
  readonly limitGib?: number;
  readonly mode?: 'live' | 'asked';
  readonly origin?: Policy['origin'];
}

export function boardOf(node: NodeSession, options: BoardOptions = {}): VerdictBoard {
  const { moment, told } = node;
  if (moment === undefined) throw new Error('nothing was seen');
  const kind = options.policy ?? 'engine-tree';
  const limit = options.limit ?? (options.limitGib === undefined ? DEFAULT_LIMITS[kind] : fromGiB(options.limitGib));
  const policy: Policy = { kind, limit, origin: options.origin ?? 'default' };
  return verdictBoard({ moment, policy, told, mode: options.mode ?? 'live' });
}

/** The whole board of one look at a scenario: the node's line, then each card's badge, name and sentence. */
export function boardText(text: string, options: BoardOptions & LookOptions = {}): string {
  return textOf(boardOf(folded(...look(text, options)), options));
}

export function textOf({ node, cards }: VerdictBoard): string {
  return [
    `${node.badge}: ${node.sentence}`,
    ...node.next.map((step) => `> ${step}`),
    ...cards.map(({ badge, name, sentence }) => `${badge} ${name}: ${sentence}`),
  ].join('\n');
}

export function after(text: string, ...more: readonly Observation[]): NodeSession {
  return folded(...look(text), ...more);
}
