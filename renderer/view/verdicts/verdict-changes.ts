// What would change a verdict: how much has to leave, which limit would turn it, and what to do where nothing was decided.
import { bytes, minus, SMI_RESOLUTION } from '../../../shared/base/units.ts';
import { failHint, type GateRule } from '../../../shared/evidence/gate/gate-sentences.ts';
import type { GateEngine } from '../../../shared/evidence/gate/gate-schema.ts';
import { nextSteps } from '../../../shared/evidence/gate/next-step.ts';
import { mib, mibAndGib } from '../../../shared/evidence/text/sizes.ts';

/** Sentences. An engine that is not counted is treated as if it were, because that is the question about it. */
export function verdictChanges(engine: GateEngine, rule: GateRule): string[] {
  switch (engine.verdict) {
    case 'pass':
      return passChanges(engine, rule);
    case 'fail':
      return failChanges(engine, rule);
    case 'inconclusive':
      return inconclusiveChanges(engine);
  }
}

function passChanges({ residualBytes, atLeastBytes, worstBus }: GateEngine, { limitBytes }: GateRule): string[] {
  if (residualBytes === null) return [];
  const left = minus(bytes(limitBytes), bytes(atLeastBytes));
  const room =
    left === 0
      ? 'It is exactly at the limit, and equality passes: one byte more fails.'
      : `It fails when more than ${mib(left)} come back${worstBus === null ? '' : ` on GPU ${worstBus}`}.`;
  return atLeastBytes === 0 ? [room] : [room, `A limit below ${mibAndGib(atLeastBytes)} fails it.`];
}

function failChanges(engine: GateEngine, { kind, limitBytes }: GateRule): string[] {
  const over = engine.perBus.flatMap((each) =>
    each.bytes !== null && each.bytes > limitBytes
      ? [`${mib(each.bytes - limitBytes)} on ${each.bus === null ? 'all GPUs together' : `GPU ${each.bus}`}`]
      : [],
  );
  const leave = over.length === 0 ? [] : [`It passes when enough leaves: ${listed(over)}.`];
  const exact = engine.residualBytes !== null && engine.reasons.length === 0;
  const raise = exact ? [`A limit of ${mibAndGib(engine.residualBytes)} or more passes it.`] : [];
  const uncertain =
    engine.reasons.length === 0
      ? []
      : ['What was not measured can only add to this, so measuring it would not make it pass.'];
  const cards = kind === 'whole-gpu' ? ['On this policy everything on the card counts, whoever holds it.'] : [];
  // What frees an orphan stands in its sentence.
  const hint = engine.rootPid === null ? '' : failHint(engine, 'window');
  return [...leave, ...raise, ...uncertain, ...cards, ...(hint === '' ? [] : [hint])];
}

function inconclusiveChanges(engine: GateEngine): string[] {
  const { reasons, atLeastBytes } = engine;
  // There the numbers themselves cannot be trusted, or are not of one GPU.
  const isNumber = !reasons.includes('pid-namespace') && !reasons.includes('no-bus-column');
  const lower =
    isNumber && atLeastBytes > SMI_RESOLUTION
      ? [`A limit below ${mibAndGib(atLeastBytes)} fails it, whatever is missing: that much was seen.`]
      : [];
  return [...nextSteps(reasons, 'window'), ...lower];
}

const MOST_LISTED = 3;

function listed(parts: readonly string[]): string {
  if (parts.length <= MOST_LISTED) return parts.join(', ');
  return `${parts.slice(0, MOST_LISTED).join(', ')}, and more on ${parts.length - MOST_LISTED} other GPUs`;
}
