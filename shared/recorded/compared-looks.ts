// The looks of a recording that are compared: found by what was asked for, then taken small while the recording is read.
import { momentReport } from '../evidence/gate/moment-report.ts';
import type { GateEngine } from '../evidence/gate/gate-schema.ts';
import type { Policy } from '../gates/policy.ts';
import type { Selector } from '../gates/selector.ts';
import { SMI_RESOLUTION, type Bytes } from '../base/units.ts';
import type { ProcessKey } from '../model/ids.ts';
import { noiseBetween } from '../session/compare/compare.ts';
import { comparedLook, type ComparedLook } from '../session/compare/compare-look.ts';
import { findRepeats } from '../session/compare/find-repeats.ts';
import { idleLooksAround, noiseWithin } from '../session/history/idle-looks.ts';
import type { Moment } from '../session/moment.ts';
import { findMoment } from '../session/compare/moment-spec.ts';
import type { NodeRecord } from '../session/node-record.ts';
import { repeatSpec, repeatText } from '../session/compare/repeat-spec.ts';

export interface ComparedRepeat {
  /** undefined where it is no moment of a cycle. */
  readonly cycle: number | undefined;
  /** Of the look that shows it; undefined with `why`. */
  readonly atMs: number | undefined;
  readonly why: string;
}

export interface ComparedEngine {
  /** `sglang :30000`; null for a moment that is of no cycle. */
  readonly name: string | null;
  /** One for each life, in the order of time. */
  readonly rootPids: readonly number[];
  readonly lives: ReadonlySet<ProcessKey>;
  /** In the order of time, at least one. */
  readonly repeats: readonly ComparedRepeat[];
}

/** One side of a comparison, before its looks are read. */
export interface FoundCompared {
  readonly asked: string;
  /** The same in its one written form, without the text of any mark: a time, or `#all:settled`. */
  readonly spec: string;
  /** Which moments these are, in words; a mark is named. */
  readonly text: string;
  /** The same as `spec` tells them, so that it is the same however they were asked for, and names nothing. */
  readonly plain: string;
  /** The one with the most cycles first, at least one. */
  readonly engines: readonly ComparedEngine[];
  /** Engines that have cycles and are not shown. */
  readonly others: readonly string[];
}

/** What one look says of a comparison. */
export interface SeenLook {
  readonly look: ComparedLook;
  /** As a gate would have judged it then. */
  readonly judged: readonly GateEngine[];
  /** SHA-256 of the text of its frame as the file has it. */
  readonly frame: string;
  readonly hostname: string | null;
}

export interface ComparedLooks {
  /** As many as were asked for. */
  readonly found: readonly FoundCompared[];
  /** By their time. */
  readonly looks: ReadonlyMap<number, SeenLook>;
  /** What the same rows differ by while nothing happens. */
  readonly noise: Bytes;
  /** Most looks around one moment that it was measured from. */
  readonly idleLooks: number;
}

export type ComparedResult =
  { readonly ok: true; readonly found: FoundCompared } | { readonly ok: false; readonly text: string };

/** `text` is a sentence that says why it is not in the recording. */
export function findCompared(
  asked: string,
  record: NodeRecord,
  startedMs: number,
  selectors: readonly Selector[],
): ComparedResult {
  const spec = repeatSpec(asked);
  if (spec === undefined) {
    const single = findMoment(asked, record, startedMs, selectors);
    if (!single.ok) return { ok: false, text: `${single.text}.` };
    const { atMs, text } = single.found;
    const repeats = [{ cycle: undefined, atMs, why: '' }];
    const engines = [{ name: null, rootPids: [], lives: new Set<ProcessKey>(), repeats }];
    const iso = new Date(Math.ceil(atMs)).toISOString();
    const isCycle = asked.startsWith('#') && text.startsWith('cycle ');
    const plain = isCycle ? { spec: asked, plain: text } : { spec: iso, plain: `the look of ${iso}` };
    return { ok: true, found: { asked, text, ...plain, engines, others: [] } };
  }
  const result = findRepeats(asked, spec, record, selectors);
  if (!result.ok) return { ok: false, text: `${result.text}.` };
  const { text, others } = result;
  const engines = result.engines.map(({ engine: { runs }, name, repeats }) => ({
    name,
    rootPids: runs.map(({ rootPid }) => rootPid),
    lives: new Set(runs.map(({ key }) => key)),
    repeats,
  }));
  return { ok: true, found: { asked, spec: repeatText(spec), text, plain: text, engines, others } };
}

interface Wanted {
  readonly atMs: number;
  before: ComparedLook | undefined;
  seen: number;
}

interface Taken extends Omit<SeenLook, 'frame'> {
  readonly frame: Promise<string>;
}

/** Takes the looks of one node, oldest first, and keeps of each what is compared: the looks themselves are not kept. */
export class LooksComparer {
  readonly #found: readonly FoundCompared[];
  /** By the time of a look: the moments around which it is idle, its own among them. */
  readonly #wanted = new Map<number, Wanted[]>();
  readonly #taken = new Map<number, Taken>();
  readonly #facts: Omit<Parameters<typeof momentReport>[1], 'rawSha256'>;
  readonly #frameOf: (moment: Moment) => Promise<string>;
  #noise = SMI_RESOLUTION;

  constructor(
    found: readonly FoundCompared[],
    { session: { history } }: NodeRecord,
    facts: { readonly target: string; readonly probeSha256: string; readonly isDemo: boolean; readonly policy: Policy },
    frameOf: (moment: Moment) => Promise<string>,
  ) {
    this.#found = found;
    this.#facts = facts;
    this.#frameOf = frameOf;
    const times = found.flatMap(({ engines }) =>
      engines.flatMap(({ repeats }) => repeats.flatMap(({ atMs }) => atMs ?? [])),
    );
    for (const atMs of new Set(times)) {
      const wanted: Wanted = { atMs, before: undefined, seen: 0 };
      for (const idle of idleLooksAround(history, atMs)) {
        this.#wanted.set(idle, [...(this.#wanted.get(idle) ?? []), wanted]);
      }
    }
  }

  take(moment: Moment): void {
    const around = this.#wanted.get(moment.atMs);
    if (around === undefined) return;
    const look = comparedLook(moment);
    for (const each of around) {
      if (each.before !== undefined) this.#noise = noiseBetween(each.before, look, this.#noise);
      each.before = look;
      each.seen += 1;
      if (each.atMs === moment.atMs) this.#taken.set(moment.atMs, this.#seen(moment, look));
    }
  }

  /** Once, after the last look. Rejects where a frame could not be hashed. */
  async end(): Promise<ComparedLooks> {
    const looks = new Map<number, SeenLook>();
    for (const [atMs, taken] of this.#taken) looks.set(atMs, { ...taken, frame: await taken.frame });
    const counts = [...this.#wanted.values()].flat().map(({ seen }) => seen);
    const most = counts.reduce((largest, seen) => (seen > largest ? seen : largest), 0);
    return { found: this.#found, looks, noise: noiseWithin(this.#noise), idleLooks: most };
  }

  #seen(moment: Moment, look: ComparedLook): Taken {
    const { engines: judged } = momentReport(moment, { ...this.#facts, rawSha256: '' });
    const frame = this.#frameOf(moment);
    // It is awaited when all are taken, and what is wrong with it is said then.
    frame.catch(() => undefined);
    return { look, judged, frame, hostname: moment.sighting.snapshot.node.hostname ?? null };
  }
}
