// Reads one node of a recording for evidence: hashed, folded, with the few looks that its tables and figures need kept.
import { wantedLooks, type WantedLook } from '../evidence/cycle-states.ts';
import type { EvidenceRecording } from '../evidence/evidence.ts';
import { bytes } from '../base/units.ts';
import type { Policy } from '../gates/policy.ts';
import type { Selector } from '../gates/selector.ts';
import type { NodeId } from '../model/observation.ts';
import type { RecordingHeader } from '../recording/format.ts';
import type { OpenedRecording } from '../recording/open-text.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { NamePair } from '../redaction/stand-ins.ts';
import { lookCount } from '../session/history/history-looks.ts';
import { idleLooksAround } from '../session/history/idle-looks.ts';
import type { Moment } from '../session/moment.ts';
import { findMoment, type FoundMoment } from '../session/compare/moment-spec.ts';
import type { NodeRecord } from '../session/node-record.ts';
import { chooseNode } from './choose-node.ts';
import { findCompared, LooksComparer, type ComparedLooks, type FoundCompared } from './compared-looks.ts';
import { foldOpened, type FoldedRecording } from './fold-opened.ts';
import { RecordedError } from './recorded-error.ts';

/** A recording wherever it is: a file of this machine, one of a host, one that was dropped on a page. */
export interface RecordedSource {
  /** From its beginning, as often as it is asked for. */
  readonly open: () => Promise<OpenedRecording>;
  /** Of the bytes of its file as they are now; undefined for one that is still being written. */
  readonly identity: () => Promise<FileIdentity | undefined>;
  /** Of a text, hexadecimal. */
  readonly sha256: (text: string) => Promise<string>;
}

export interface FileIdentity {
  readonly sha256: string;
  readonly size: number;
}

export interface SideRequest {
  /** A node by target, host name or name within the file; needed where there are several. */
  readonly who: string | undefined;
  /** A moment as a user says it; empty for the last look. */
  readonly at: string;
  /** Of the tables of states; undefined for the last one that settled. */
  readonly cycle: number | undefined;
  readonly redaction: 'names' | 'none';
  /** undefined where nothing is compared over several moments. */
  readonly compared?: ComparedRequest | undefined;
}

export interface ComparedRequest {
  /** Moments as a user says them, each of them one or several: `#3`, `#all:awake`. */
  readonly asked: readonly string[];
  /** Whose cycles; empty for those of all engines that have any. */
  readonly selectors: readonly Selector[];
  /** What each look is judged by; undefined for what the recording was held to. */
  readonly policy?: Policy | undefined;
}

export interface KeptLook {
  readonly moment: Moment;
  /** SHA-256 of the text of its frame as the file has it, whatever was done to its names. */
  readonly frame: string;
}

export interface RecordedSide {
  /** undefined for one that is still being written. */
  readonly source: EvidenceRecording | undefined;
  /** What the file says of it, before names were replaced. */
  readonly plain: FoldedRecording;
  readonly header: RecordingHeader;
  readonly node: NodeId;
  readonly target: string;
  readonly record: NodeRecord;
  readonly redaction: 'names' | 'none';
  /** What was replaced in it, and by what: for whoever has the original. Empty where nothing was. */
  readonly names: readonly NamePair[];
  readonly found: FoundMoment;
  readonly cycle: number | undefined;
  /** Of the cycle, of each engine. */
  readonly states: readonly WantedLook[];
  /** Oldest first, by their time: that of the moment, those of the states, and the idle ones around each of them. */
  readonly looks: ReadonlyMap<number, KeptLook>;
  /** undefined where nothing was asked for; a sentence where what was asked for is not in it. */
  readonly compared: ComparedLooks | string | undefined;
}

/** Where in a recording something is, before its looks are read. */
export interface FoundSide {
  readonly plain: FoldedRecording;
  /** As it is named in what is shown. */
  readonly node: NodeId;
  readonly record: NodeRecord;
  readonly found: FoundMoment;
}

/** Moments are found by what the file says, so that a mark can be named. Throws a RecordedError. */
export async function findSide(
  recording: RecordedSource,
  { who, at, redaction }: Pick<SideRequest, 'who' | 'at' | 'redaction'>,
  known?: FoldedRecording,
): Promise<FoundSide> {
  const plain = known ?? (await foldPlain(recording, who));
  const shown = redaction === 'names' ? new Redactor().header(plain.header).nodes : plain.header.nodes;
  // What was written names a node as it is shown there.
  const place = shown.findIndex(({ node }) => node === who);
  const chosen = chooseNode(plain, plain.header.nodes[place]?.node ?? onlyNode(plain.header, who) ?? who);
  const node = shown[plain.header.nodes.findIndex((each) => each.node === chosen.node)]?.node ?? chosen.node;
  const record = plain.nodes.get(chosen.node);
  if (record === undefined || lookCount(record.session.history) === 0) {
    throw new RecordedError('no-moment', 'no whole look at this node is in it.');
  }
  const result = findMoment(at, record, plain.header.startedMs);
  if (!result.ok) throw new RecordedError('no-moment', `${result.text}.`);
  return { plain, node, record, found: result.found };
}

async function foldPlain(recording: RecordedSource, who: string | undefined): Promise<FoldedRecording> {
  const opened = await recording.open();
  // Where the header says which one is meant, no other is folded.
  return foldOpened(opened, undefined, undefined, onlyNode(opened.header, who));
}

function onlyNode({ nodes }: RecordingHeader, who: string | undefined): NodeId | undefined {
  const named = who === undefined ? nodes : nodes.filter(({ node, target }) => node === who || target === who);
  return named.length === 1 ? named[0]?.node : undefined;
}

/**
 * What is shown has stand-ins. `like` is another side of the same node of the same recording, if there is one: then it is
 * read once and not twice. Throws a RecordedError, also when the file grew meanwhile: its hash would be of something else.
 */
export async function readSide(
  recording: RecordedSource,
  request: SideRequest,
  like?: RecordedSide,
): Promise<RecordedSide> {
  const { redaction, cycle } = request;
  const before = await recording.identity();
  const known = like !== undefined && like.source?.sha256 === before?.sha256 ? like.plain : undefined;
  const { plain, node, record, found } = await findSide(recording, request, known);
  const states = wantedLooks(record.engines, cycle);
  const shown = [found.atMs, ...states.flatMap(({ atMs }) => atMs ?? [])];
  const wanted = new Set(shown.flatMap((atMs) => [atMs, ...idleLooksAround(record.session.history, atMs)]));
  const moments: Moment[] = [];
  const asked = request.compared;
  const redactor = redaction === 'names' ? new Redactor() : undefined;
  const textOf = ({ sample }: Moment): string => redactor?.originalOf(sample) ?? sample.text;
  const comparer =
    asked === undefined ? undefined : comparerOf(asked, plain, record, node, (look) => recording.sha256(textOf(look)));
  const keep = (_node: NodeId, look: Moment): void => {
    if (wanted.has(look.atMs)) moments.push(look);
    if (comparer instanceof LooksComparer) comparer.take(look);
  };
  const folded = await foldOpened(await recording.open(), keep, redactor, node);
  const after = await recording.identity();
  if (after?.sha256 !== before?.sha256) {
    throw new RecordedError('changed', 'it is still written to. End the recording, or take a copy of it.');
  }
  const looks = new Map<number, KeptLook>();
  for (const moment of moments) looks.set(moment.atMs, { moment, frame: await recording.sha256(textOf(moment)) });
  const { header } = folded;
  return {
    source: before === undefined ? undefined : sourceOf(before, plain),
    plain,
    header,
    node,
    target: header.nodes.find((each) => each.node === node)?.target ?? node,
    record: folded.nodes.get(node) ?? record,
    redaction,
    names: redactor?.names.pairs() ?? [],
    found,
    cycle,
    states,
    looks,
    compared: comparer instanceof LooksComparer ? await comparer.end() : comparer,
  };
}

/** A sentence where what was asked for is not in the recording: its other tables can be made all the same. */
function comparerOf(
  { asked, selectors, policy }: ComparedRequest,
  { header }: FoldedRecording,
  record: NodeRecord,
  node: NodeId,
  frameOf: (look: Moment) => Promise<string>,
): LooksComparer | string {
  const { startedMs, probeSha256, isDemo, nodes } = header;
  const found: FoundCompared[] = [];
  for (const each of asked) {
    const result = findCompared(each, record, startedMs, selectors);
    if (!result.ok) return result.text;
    found.push(result.found);
  }
  const target = nodes.find((each) => each.node === node)?.target ?? node;
  return new LooksComparer(
    found,
    record,
    { target, probeSha256, isDemo, policy: policy ?? sidePolicy(header) },
    frameOf,
  );
}

/** What a recording was held to. */
export function sidePolicy({ policy }: RecordingHeader): Policy {
  const { kind, limitBytes, origin } = policy;
  return { kind, limit: bytes(limitBytes), origin };
}

function sourceOf(identity: FileIdentity, { header, format }: FoldedRecording): EvidenceRecording {
  const { appVersion, probeSha256, startedMs, redaction } = header;
  return { ...identity, format, appVersion, probeSha256, startedMs, redaction };
}
