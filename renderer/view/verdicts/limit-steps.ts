// The limit as a slider and a field: round steps, the limits that somebody set as ticks, and a typed number read strictly.
import { bytes, fromGiB, toGiB, toMiB, type Bytes } from '../../../shared/base/units.ts';
import { readLimit, type LimitText } from '../../../shared/gates/limit.ts';
import { DEFAULT_LIMITS, type LimitOrigin, type Policy, type PolicyKind } from '../../../shared/gates/policy.ts';
import { runLimit } from '../../../shared/gates/run-limit.ts';
import { allSubjects } from '../../../shared/gates/subject.ts';
import type { Moment } from '../../../shared/session/moment.ts';

export interface LimitTick {
  readonly origin: Exclude<LimitOrigin, 'flag'>;
  readonly limit: Bytes;
  readonly label: string;
}

/** Fine where residues are, coarse where whole engines are. GiB, ascending. */
const RANGES = [
  [0.1, 4, 0.1],
  [4, 8, 0.25],
  [8, 16, 0.5],
  [16, 40, 1],
  [40, 192, 4],
] as const;

/** Up to the largest GPU of the node, and at least to 16 GiB. */
export function limitSteps(largest: Bytes | undefined): number[] {
  const top = Math.max(16, largest === undefined ? 80 : Math.ceil(toGiB(largest)));
  const steps: number[] = [];
  for (const [from, to, step] of RANGES) {
    const count = Math.round((to - from) / step);
    for (let at = 0; at < count; at += 1) steps.push(Number((from + at * step).toFixed(2)));
  }
  return steps.filter((step) => step <= top);
}

/** Where a limit stands among the steps, with a fraction between two of them; beyond the last it is the last. */
export function stepPosition(limit: Bytes, steps: readonly number[]): number {
  const gib = toGiB(limit);
  const above = steps.findIndex((step) => step >= gib);
  if (above === -1) return steps.length - 1;
  const low = steps[above - 1];
  const high = steps[above];
  if (low === undefined || high === undefined) return 0;
  return above - 1 + (gib - low) / (high - low);
}

export function limitAt(position: number, steps: readonly number[]): Bytes {
  return fromGiB(steps[Math.round(position)] ?? steps.at(-1) ?? toGiB(DEFAULT_LIMITS['engine-tree']));
}

/** Two digits, or as many as it takes to be the same number of bytes again. */
export function gibField(limit: Bytes): string {
  const short = toGiB(limit).toFixed(2);
  return fromGiB(Number(short)) === limit ? short : String(toGiB(limit));
}

export function readTypedLimit(text: string): LimitText {
  return readLimit('The limit', text);
}

/** `variable` is what the host's machine has in its environment, as it is written there. */
export function limitTicks(kind: PolicyKind, variable: string | null, moment: Moment): LimitTick[] {
  const ticks: LimitTick[] = [{ origin: 'default', limit: DEFAULT_LIMITS[kind], label: 'default' }];
  const machine = variable === null ? undefined : readTypedLimit(variable);
  if (machine?.ok === true) ticks.push({ origin: 'environment', limit: machine.limit, label: 'this machine' });
  return [...ticks, ...runTicks(moment)];
}

function runTicks({ session: { latest }, sighting: { snapshot } }: Moment): LimitTick[] {
  const limits = new Set<Bytes>();
  for (const subject of latest === undefined ? [] : allSubjects(latest.detection, latest.tree)) {
    const found = runLimit(subject, snapshot);
    if (found.kind === 'set') limits.add(found.limit);
  }
  return [...limits].map((limit) => ({ origin: 'run', limit, label: 'run' }));
}

/** Of another kind: its own default where the limit was only a default. */
export function withKind(policy: Policy, kind: PolicyKind): Policy {
  return policy.origin === 'default' ? { kind, limit: DEFAULT_LIMITS[kind], origin: 'default' } : { ...policy, kind };
}

export function largestDevice({ sighting: { snapshot } }: Moment): Bytes | undefined {
  const sizes = (snapshot.devices?.devices ?? []).flatMap(({ total }) => (total.known ? [total.value] : []));
  return sizes.length === 0 ? undefined : bytes(Math.max(...sizes));
}

/** `3,072 MiB`, for beside the field. */
export function limitMib(limit: Bytes): string {
  return `${toMiB(limit).toLocaleString('en-US', { maximumFractionDigits: 2 })} MiB`;
}
