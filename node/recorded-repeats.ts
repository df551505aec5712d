// Finds the repeats of both sides of a comparison in recordings: every cycle, some of them, or one moment each.
import type { NodeId } from '../shared/model/observation.ts';
import { noiseBetween } from '../shared/session/compare.ts';
import { comparedLook, type ComparedLook } from '../shared/session/compare-look.ts';
import { idleLooks, noiseWithin } from '../shared/session/idle-looks.ts';
import type { Moment } from '../shared/session/moment.ts';
import { findMoment } from '../shared/session/moment-spec.ts';
import { findRepeats, repeatSpec } from '../shared/session/repeat-spec.ts';
import { SMI_RESOLUTION, type Bytes } from '../shared/base/units.ts';
import type { FoldedRecording } from '../shared/recorded/fold-opened.ts';
import { foldRecording } from './fold-recording.ts';
import { chosenNode, type MomentRequest } from './recorded-moments.ts';
import { RecordingError } from './recording-error.ts';

export interface FoundSide extends MomentRequest {
  readonly recording: FoldedRecording;
  readonly node: NodeId;
  readonly target: string;
  /** Which moments these are. */
  readonly text: string;
  /** In the order of time, at least one. */
  readonly repeats: readonly FoundSideRepeat[];
}

export interface FoundSideRepeat {
  /** undefined where it is no moment of a cycle. */
  readonly cycle: number | undefined;
  /** Of the look that shows it; undefined with `why`. */
  readonly atMs: number | undefined;
  readonly why: string;
}

/** Each file is read once. Throws a RecordingError that says which side cannot be found and why. */
export async function findSides(requests: readonly MomentRequest[], who: string | undefined): Promise<FoundSide[]> {
  const recordings = new Map<string, FoldedRecording>();
  const sides: FoundSide[] = [];
  for (const request of requests) {
    const { file } = request;
    const recording = recordings.get(file) ?? (await foldRecording(file));
    recordings.set(file, recording);
    sides.push(sideOf(request, recording, who));
  }
  return sides;
}

/** Awake, settled and woken of every cycle of one recording, in this order. */
export async function findStates(file: string, who: string | undefined): Promise<FoundSide[]> {
  return findSides(
    ['awake', 'settled', 'woken'].map((part) => ({ file, asked: `#all:${part}` })),
    who,
  );
}

function sideOf(request: MomentRequest, recording: FoldedRecording, who: string | undefined): FoundSide {
  const { file, asked } = request;
  const { node, target } = chosenNode(recording, who, file);
  const record = recording.nodes.get(node);
  if (record === undefined) throw new RecordingError('no-moment', `${file}: nothing was seen of this node.`);
  const spec = repeatSpec(asked);
  if (spec === undefined) {
    const single = findMoment(asked, record, recording.header.startedMs);
    if (!single.ok) throw new RecordingError('no-moment', `${file}: ${single.text}.`);
    const { atMs, text } = single.found;
    return { ...request, recording, node, target, text, repeats: [{ cycle: undefined, atMs, why: '' }] };
  }
  const found = findRepeats(asked, spec, record);
  if (!found.ok) throw new RecordingError('no-moment', `${file}: ${found.text}.`);
  return { ...request, recording, node, target, text: found.text, repeats: found.repeats };
}

export interface MeasuredNoise {
  readonly noise: Bytes;
  /** Most looks around one repeat that it was measured from. */
  readonly idleLooks: number;
}

interface Wanted {
  readonly side: number;
  readonly repeat: number;
  readonly atMs: number;
  readonly idle: ReadonlySet<number>;
  before: ComparedLook | undefined;
  seen: number;
}

/**
 * Reads each file once more and gives each repeat's look to `onLook`, which keeps of it what it needs: the looks
 * themselves are not kept, however many there are. Returns what the same rows differ by while nothing happens.
 */
export async function readSides(
  sides: readonly FoundSide[],
  onLook: (side: number, repeat: number, moment: Moment, look: ComparedLook) => void,
): Promise<MeasuredNoise> {
  let noise = SMI_RESOLUTION;
  const wanted = sides.flatMap((side, at) => wantedOf(side, at));
  for (const file of new Set(sides.map((side) => side.file))) {
    await foldRecording(file, (node, moment) => {
      const around = wanted.filter(({ side, idle }) => isOf(sides[side], file, node) && idle.has(moment.atMs));
      if (around.length === 0) return;
      const look = comparedLook(moment);
      for (const each of around) {
        if (each.before !== undefined) noise = noiseBetween(each.before, look, noise);
        each.before = look;
        each.seen += 1;
        if (each.atMs === moment.atMs) onLook(each.side, each.repeat, moment, look);
      }
    });
  }
  return { noise: noiseWithin(noise), idleLooks: Math.max(0, ...wanted.map(({ seen }) => seen)) };
}

function isOf(side: FoundSide | undefined, file: string, node: NodeId): boolean {
  return side?.file === file && side.node === node;
}

function wantedOf({ recording, node, repeats }: FoundSide, side: number): Wanted[] {
  const points = recording.nodes.get(node)?.points ?? [];
  return repeats.flatMap(({ atMs }, repeat) =>
    atMs === undefined
      ? []
      : [{ side, repeat, atMs, idle: new Set(idleLooks(points, atMs)), before: undefined, seen: 0 }],
  );
}
