// Reads one node of a recording for evidence: hashed, folded, with the few looks that a table needs kept.
import type { FrameSeen, NodeId } from '../shared/model/observation.ts';
import type { EvidenceRecording } from '../shared/evidence/evidence.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../shared/recording/format.ts';
import { Redactor } from '../shared/redaction/redactor.ts';
import type { Moment } from '../shared/session/moment.ts';
import { findMoment, type FoundMoment } from '../shared/session/moment-spec.ts';
import type { NodeRecord } from '../shared/session/node-record.ts';
import { foldRecording } from './fold-recording.ts';
import { recordingSha256 } from './provenance.ts';
import { chooseNode } from './recorded-moments.ts';
import { RecordingError } from './recording-error.ts';

export interface RecordedNodeLooks {
  readonly record: NodeRecord;
}

export interface LooksRequest {
  /** A node by target, host name or name within the file; needed where there are several. */
  readonly who: string | undefined;
  /** The moment, where one is wanted. */
  readonly asked: string;
  /** The times of the looks that are wanted, where it is not one moment. */
  readonly pick: ((node: RecordedNodeLooks) => readonly number[]) | undefined;
  readonly redaction: 'names' | 'none';
}

export interface ReadRecorded {
  readonly file: string;
  readonly source: EvidenceRecording;
  readonly header: RecordingHeader;
  readonly node: NodeId;
  readonly target: string;
  readonly record: NodeRecord;
  /** undefined where `pick` was given. */
  readonly found: FoundMoment | undefined;
  /** Oldest first, by their time. */
  readonly looks: ReadonlyMap<number, Moment>;
  /** The text of a frame as the file has it, whatever was done to its names. */
  readonly rawOf: (frame: FrameSeen) => string;
}

/**
 * Moments are found by what the file says, so that a mark can be named; what is shown of them has stand-ins. Throws a
 * RecordingError, also when the file grew meanwhile: its hash would be of something else.
 */
export async function readRecorded(file: string, request: LooksRequest): Promise<ReadRecorded> {
  const before = await recordingSha256(file);
  const plain = await foldRecording(file);
  const isRedacted = request.redaction === 'names';
  const shown = isRedacted ? new Redactor().header(plain.header).nodes : plain.header.nodes;
  // What was written names a node as it is shown there.
  const place = shown.findIndex(({ node }) => node === request.who);
  const chosen = chooseNode(plain, plain.header.nodes[place]?.node ?? request.who, file);
  const node = shown[plain.header.nodes.findIndex((each) => each.node === chosen.node)]?.node ?? chosen.node;
  const record = plain.nodes.get(chosen.node);
  if (record === undefined || record.points.length === 0) {
    throw new RecordingError('no-moment', `${file}: no whole look at this node is in it.`);
  }
  const found = request.pick === undefined ? foundOf(file, request.asked, record, plain.header.startedMs) : undefined;
  const wanted = new Set(request.pick?.({ record }) ?? (found === undefined ? [] : [found.atMs]));
  const looks = new Map<number, Moment>();
  const redactor = isRedacted ? new Redactor() : undefined;
  const keep = (seen: NodeId, look: Moment): void => {
    if (seen === node && wanted.has(look.atMs)) looks.set(look.atMs, look);
  };
  const folded = await foldRecording(file, keep, redactor);
  const after = await recordingSha256(file);
  if (after.sha256 !== before.sha256) {
    throw new RecordingError('changed', `${file}: it is still written to. End the recording, or take a copy of it.`);
  }
  const { header } = folded;
  const { appVersion, probeSha256, startedMs, redaction } = plain.header;
  return {
    file,
    source: { ...before, format: RECORDING_FORMAT, appVersion, probeSha256, startedMs, redaction },
    header,
    node,
    target: header.nodes.find((each) => each.node === node)?.target ?? node,
    record: folded.nodes.get(node) ?? record,
    found,
    looks,
    rawOf: (frame) => redactor?.originalOf(frame) ?? frame.text,
  };
}

function foundOf(file: string, asked: string, record: NodeRecord, startedMs: number): FoundMoment {
  const result = findMoment(asked, record, startedMs);
  if (!result.ok) throw new RecordingError('no-moment', `${file}: ${result.text}.`);
  return result.found;
}
