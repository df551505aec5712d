// The policy that the page judges by: what the user chose, else the host's environment, else the default.
import { bytes, toGiB } from '../../shared/base/units.ts';
import { choosePolicy, readLimit } from '../../shared/gates/limit.ts';
import { DEFAULT_LIMITS, POLICY_KINDS, type Policy, type PolicyKind } from '../../shared/gates/policy.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import type { AppInfo } from '../../shared/rpc/contract.ts';

export const KIND_SETTING = 'policy.kind';

/** The setting that keeps the limit of a kind: where it comes from and its GiB, such as `flag 2.5`. */
export function limitSetting(kind: PolicyKind): string {
  return `policy.${kind}`;
}

export function limitText({ limit, origin }: Policy): string {
  return `${origin} ${toGiB(limit)}`;
}

export interface ChosenHere {
  readonly policy: Policy;
  /** Why the limit that was given is not used; empty when it is. */
  readonly refused: string;
}

/** `recorded`: of the recording that is shown. Its own limit is the one that its run was held to. */
export function chosenPolicy(
  settings: Readonly<Record<string, string>>,
  info: AppInfo | undefined,
  recorded?: RecordingHeader['policy'],
): ChosenHere {
  if (
    recorded !== undefined &&
    settings[KIND_SETTING] === undefined &&
    settings[limitSetting(recorded.kind)] === undefined
  ) {
    const { kind, limitBytes, origin } = recorded;
    return { policy: { kind, limit: bytes(limitBytes), origin }, refused: '' };
  }
  const kind = POLICY_KINDS.find((each) => each === settings[KIND_SETTING]) ?? 'engine-tree';
  const byDefault: Policy = { kind, limit: DEFAULT_LIMITS[kind], origin: 'default' };
  const [origin = '', gib = ''] = (settings[limitSetting(kind)] ?? '').split(' ');
  if (origin === 'default') return { policy: byDefault, refused: '' };
  if (origin === 'flag' || origin === 'run') {
    const read = readLimit('The limit', gib);
    if (read.ok) return { policy: { kind, limit: read.limit, origin }, refused: '' };
    return { policy: byDefault, refused: read.text };
  }
  const chosen = choosePolicy(kind, undefined, info?.limitVariable ?? undefined);
  return chosen.ok ? { policy: chosen.policy, refused: '' } : { policy: byDefault, refused: chosen.text };
}
