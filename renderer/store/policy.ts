// The policy that the page judges by: what the user chose, else the host's environment, else the default.
import { choosePolicy } from '../../shared/gates/limit.ts';
import { DEFAULT_LIMITS, POLICY_KINDS, type Policy, type PolicyKind } from '../../shared/gates/policy.ts';
import type { AppInfo } from '../../shared/rpc/contract.ts';

export const KIND_SETTING = 'policy.kind';

/** The setting that keeps a limit, in GiB as text. */
export function limitSetting(kind: PolicyKind): string {
  return `policy.${kind}.gib`;
}

export interface ChosenHere {
  readonly policy: Policy;
  /** Why the limit that was given is not used; empty when it is. */
  readonly refused: string;
}

export function chosenPolicy(settings: Readonly<Record<string, string>>, info: AppInfo | undefined): ChosenHere {
  const kind = POLICY_KINDS.find((each) => each === settings[KIND_SETTING]) ?? 'engine-tree';
  const chosen = choosePolicy(kind, settings[limitSetting(kind)], info?.limitVariable ?? undefined);
  if (chosen.ok) return { policy: chosen.policy, refused: '' };
  return { policy: { kind, limit: DEFAULT_LIMITS[kind], origin: 'default' }, refused: chosen.text };
}
