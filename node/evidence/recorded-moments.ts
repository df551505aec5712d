// Finds moments of a recording: folds it once for what there is, and once more for the few looks that are wanted.
import type { Selector } from '../../shared/gates/selector.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import { noiseFloor } from '../../shared/session/compare/compare.ts';
import { idleLooksAround, noiseWithin } from '../../shared/session/history/idle-looks.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { findMoment, type FoundMoment } from '../../shared/session/compare/moment-spec.ts';
import { SMI_RESOLUTION, type Bytes } from '../../shared/base/units.ts';
import { chooseNode } from '../../shared/recorded/choose-node.ts';
import type { FoldedRecording } from '../../shared/recorded/fold-opened.ts';
import { foldRecording } from '../recording/fold-recording.ts';
import { namedError } from './recorded-file.ts';
import { RecordingError } from '../recording/recording-error.ts';

export interface RecordedMoment {
  readonly recording: FoldedRecording;
  readonly node: NodeId;
  readonly target: string;
  readonly found: FoundMoment;
  readonly moment: Moment;
  /** What the same rows differ by while nothing happens. */
  readonly noise: Bytes;
  /** How many looks that was measured from. */
  readonly idleLooks: number;
}

/** `FILE@MOMENT`; the file's own name may have an `@`, so the last one counts. */
export function splitSpec(spec: string): { readonly file: string; readonly asked: string } {
  const at = spec.lastIndexOf('@');
  return at <= 0 ? { file: spec, asked: '' } : { file: spec.slice(0, at), asked: spec.slice(at + 1) };
}

export interface MomentRequest {
  readonly file: string;
  /** What stands behind the `@`; empty for the last look. */
  readonly asked: string;
}

/**
 * Each request's moment, in their order. `who` names a node of the recordings, by its target or its host name; needed
 * where there are several; `selectors` say whose cycle is meant. Each file is read twice, however many of its moments are wanted.
 */
export async function recordedMoments(
  requests: readonly MomentRequest[],
  who: string | undefined,
  selectors: readonly Selector[] = [],
): Promise<RecordedMoment[]> {
  const recordings = new Map<string, FoldedRecording>();
  const looks = new Map<string, Map<number, Moment>>();
  const wanted: Wanted[] = [];
  for (const { file, asked } of requests) {
    const recording = recordings.get(file) ?? (await foldRecording(file));
    recordings.set(file, recording);
    wanted.push(wantedOf({ file, asked }, recording, who, selectors));
  }
  for (const file of recordings.keys()) {
    const ofFile = wanted.filter((each) => each.file === file);
    const kept = new Map<number, Moment>();
    looks.set(file, kept);
    await foldRecording(file, (node, look) => {
      if (ofFile.some((each) => each.node === node && each.idle.includes(look.atMs))) kept.set(look.atMs, look);
    });
  }
  return wanted.map(({ file, recording, node, target, found, idle }) => {
    const kept = looks.get(file);
    const moment = kept?.get(found.atMs);
    if (moment === undefined)
      throw new RecordingError('no-moment', `${file}: it changed while it was read; try again.`);
    const around = idle.flatMap((atMs) => kept?.get(atMs) ?? []);
    const noise = noiseWithin(noiseFloor(around, SMI_RESOLUTION));
    return { recording, node, target, found, moment, noise, idleLooks: around.length };
  });
}

interface Wanted {
  readonly file: string;
  readonly recording: FoldedRecording;
  readonly node: NodeId;
  readonly target: string;
  readonly found: FoundMoment;
  /** Of the moment and of the idle looks around it. */
  readonly idle: readonly number[];
}

function wantedOf(
  { file, asked }: MomentRequest,
  recording: FoldedRecording,
  who: string | undefined,
  selectors: readonly Selector[],
): Wanted {
  const { node, target } = chosenNode(recording, who, file);
  const record = recording.nodes.get(node);
  const result = record === undefined ? undefined : findMoment(asked, record, recording.header.startedMs, selectors);
  if (record === undefined || result === undefined || !result.ok) {
    const why = result?.ok === false ? result.text : 'nothing was seen of this node';
    throw new RecordingError('no-moment', `${file}: ${why}.`);
  }
  const { found } = result;
  return { file, recording, node, target, found, idle: idleLooksAround(record.session.history, found.atMs) };
}

/** Throws a RecordingError that names the file. */
function chosenNode(recording: FoldedRecording, who: string | undefined, file: string): ReturnType<typeof chooseNode> {
  try {
    return chooseNode(recording, who);
  } catch (error) {
    throw namedError(error, file);
  }
}
