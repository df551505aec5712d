// Finds moments of a recording: folds it once for what there is, and once more for the few looks that are wanted.
import type { NodeId } from '../shared/model/observation.ts';
import { noiseFloor } from '../shared/session/compare.ts';
import { idleLooks, noiseWithin } from '../shared/session/idle-looks.ts';
import type { Moment } from '../shared/session/moment.ts';
import { findMoment, type FoundMoment } from '../shared/session/moment-spec.ts';
import { SMI_RESOLUTION, type Bytes } from '../shared/base/units.ts';
import { foldRecording, type FoldedRecording } from './fold-recording.ts';
import { RecordingError } from './recording-error.ts';

export interface RecordedMoment {
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

/** `who` names a node of the recording, by its target or its host name; needed where there are several. */
export async function recordedMoment(
  file: string,
  asked: string,
  who: string | undefined,
  /** Of the same file, when it was folded before. */
  folded?: FoldedRecording,
): Promise<{ readonly recording: FoldedRecording; readonly moment: RecordedMoment }> {
  const recording = folded ?? (await foldRecording(file));
  const { node, target } = chooseNode(recording, who, file);
  const record = recording.nodes.get(node);
  const result = record === undefined ? undefined : findMoment(asked, record, recording.header.startedMs);
  if (record === undefined || result === undefined || !result.ok) {
    const why = result?.ok === false ? result.text : 'nothing was seen of this node';
    throw new RecordingError('no-moment', `${file}: ${why}.`);
  }
  const { found } = result;
  const wanted = new Set(idleLooks(record.points, found.atMs));
  const looks: Moment[] = [];
  await foldRecording(file, (of, look) => {
    if (of === node && wanted.has(look.atMs)) looks.push(look);
  });
  const moment = looks.find(({ atMs }) => atMs === found.atMs);
  if (moment === undefined) throw new RecordingError('no-moment', `${file}: it changed while it was read; try again.`);
  const noise = noiseWithin(noiseFloor(looks, SMI_RESOLUTION));
  return { recording, moment: { node, target, found, moment, noise, idleLooks: looks.length } };
}

function chooseNode(
  { header, nodes }: FoldedRecording,
  who: string | undefined,
  file: string,
): { node: NodeId; target: string } {
  const all = header.nodes;
  const hostname = (node: NodeId): string | undefined =>
    nodes.get(node)?.session.moment?.sighting.snapshot.node.hostname;
  const named = all.filter(({ node, target }) => who === undefined || target === who || hostname(node) === who);
  const [first, ...others] = named;
  if (first !== undefined && others.length === 0) return first;
  const list = all.map(({ target }) => target).join(', ');
  const text =
    first === undefined
      ? `${file} has no node ${JSON.stringify(who)}; it has ${list}.`
      : `${file} has several nodes; name one with --node: ${list}.`;
  throw new RecordingError('no-node', text);
}
