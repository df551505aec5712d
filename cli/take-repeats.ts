// Reads the looks of both sides of a comparison of cycles, each judged as a gate would have judged it then.
import { probeSha256, textSha256 } from '../node/provenance.ts';
import { readSides, type FoundSide } from '../node/recorded-repeats.ts';
import type { JudgedRepeat } from '../shared/evidence/compare-repeats-report.ts';
import type { CompareRepeats, RepeatsSide } from '../shared/evidence/compare-repeats-schema.ts';
import { momentReport } from '../shared/evidence/moment-report.ts';
import type { Policy } from '../shared/gates/policy.ts';

export interface TakenSide {
  readonly hostname: string | null;
  /** As many as the side has, and `judged` as many. */
  readonly repeats: RepeatsSide['repeats'];
  readonly judged: readonly JudgedRepeat[];
}

export interface TakenSides {
  readonly sides: readonly TakenSide[];
  readonly noise: NonNullable<CompareRepeats['noise']>;
}

interface Taken {
  readonly judged: JudgedRepeat;
  readonly rawSha256: string;
  readonly hostname: string | null;
}

export async function takeSides(sides: readonly FoundSide[], policy: Policy): Promise<TakenSides> {
  const taken = sides.map(() => new Map<number, Taken>());
  const { noise, idleLooks } = await readSides(sides, (at, repeat, moment, look) => {
    const side = sides[at];
    if (side === undefined) return;
    const rawSha256 = textSha256(moment.sample.text);
    const { target, recording } = side;
    const facts = { target, rawSha256, probeSha256: probeSha256(), isDemo: recording.header.isDemo, policy };
    const { engines } = momentReport(moment, facts);
    const hostname = moment.sighting.snapshot.node.hostname ?? null;
    taken[at]?.set(repeat, { judged: { look, engines }, rawSha256, hostname });
  });
  return {
    sides: sides.map((side, at) => takenSide(side, taken[at] ?? new Map())),
    noise: { bytes: noise, looks: idleLooks },
  };
}

function takenSide({ repeats, recording }: FoundSide, taken: ReadonlyMap<number, Taken>): TakenSide {
  const { startedMs } = recording.header;
  return {
    hostname: [...taken.values()].at(-1)?.hostname ?? null,
    judged: repeats.map((_, at) => taken.get(at)?.judged ?? { look: undefined, engines: [] }),
    repeats: repeats.map(({ cycle = null, atMs, why }, at): RepeatsSide['repeats'][number] => {
      const look = taken.get(at);
      if (look !== undefined && atMs !== undefined) {
        return { cycle, atMs, sinceStartMs: atMs - startedMs, rawSha256: look.rawSha256, why: null };
      }
      // A file that changed while it was read may have lost a look.
      return { cycle, atMs: null, sinceStartMs: null, rawSha256: null, why: why === '' ? 'was not read' : why };
    }),
  };
}
