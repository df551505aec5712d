// The one fold over observations of a node. Screens, commands, replay and tests all use it.
import type { Problem } from '../base/problem.ts';
import type { Reason } from '../base/reason.ts';
import type { Sighting } from '../gates/sighting.ts';
import { processKey, type ProcessKey } from '../model/ids.ts';
import type {
  AccountingSeen,
  ConnectStep,
  FrameSeen,
  LinkSeen,
  MarkSeen,
  Observation,
  StepSeen,
  ToldSeen,
} from '../model/observation.ts';
import type { DeviceReading, Snapshot } from '../model/snapshot.ts';
import { frameFromText } from '../probe/frame-text.ts';
import { parseAgain, type ReadFrame } from '../probe/parse-again.ts';
import { NO_FACTS, parseFrame, withCarried, type FactMemory } from '../probe/parse.ts';
import type { FrameKind } from '../probe/wire.ts';
import { engineStates, rememberStates } from './engine-states.ts';
import {
  appendMoment,
  EMPTY_HISTORY,
  WHOLE_HISTORY,
  withAnswer,
  withoutTold,
  type History,
} from './history/history.ts';
import type { Moment } from './moment.ts';
import { linkOutage, lookAfterOutage, type Outage } from './outage.ts';
import { EMPTY_SESSION, engineKey, observe, observeAccounting, type Session } from './session.ts';
import { levelsOf, unsaidAfter, withLevels, type UnsaidLevels } from './unsaid-levels.ts';

export type ToldStates = ReadonlyMap<ProcessKey, 'awake' | 'asleep'>;

export interface NodeSession {
  /** The newest whole look; undefined before the first. A sample without its closing reading is not shown yet. */
  readonly moment: Moment | undefined;
  readonly link: LinkSeen | undefined;
  /** The newest line of each step of the connection that is being made or stands. */
  readonly steps: ReadonlyMap<ConnectStep, StepSeen>;
  readonly told: ToldStates;
  /** The same when `moment` was whole: what is said later is shown with it, and remembered only of looks that follow. */
  readonly toldThen: ToldStates;
  /** Of each engine of which something was said, what would be remembered before `moment` without it. */
  readonly unsaid: UnsaidLevels;
  readonly marks: readonly MarkSeen[];
  readonly history: History;
  /** When nothing was seen between two looks, and why. Oldest first. */
  readonly outages: readonly Outage[];
  /** Of this fold itself, such as a frame that could not be read. Newest last, at most `MOST_PROBLEMS`. */
  readonly problems: readonly Problem[];
  /** Frames that were passed over on the way here. */
  readonly skipped: number;
  /** Those of them that no look tells yet: the sample before which they were missing was missing too. */
  readonly untold: number;
  /** A sample that waits for its closing reading. */
  readonly open: FrameSeen | undefined;
  readonly facts: FactMemory;
  /** The newest frame of each kind: the next one often says the same with other clocks. */
  readonly read: Readonly<Partial<Record<FrameKind, ReadFrame>>>;
  /** With everything that was seen, also with an open sample; `moment.session` is what is shown. */
  readonly session: Session;
}

const MOST_PROBLEMS = 50;

export const EMPTY_NODE_SESSION: NodeSession = {
  moment: undefined,
  link: undefined,
  steps: new Map(),
  told: new Map(),
  toldThen: new Map(),
  unsaid: new Map(),
  marks: [],
  history: EMPTY_HISTORY,
  outages: [],
  problems: [],
  skipped: 0,
  untold: 0,
  open: undefined,
  facts: NO_FACTS,
  read: {},
  session: EMPTY_SESSION,
};

/** Where the fold of a recording begins: all of it is kept. */
export const EMPTY_RECORDED_SESSION: NodeSession = { ...EMPTY_NODE_SESSION, history: WHOLE_HISTORY };

/** Observations of one node, in the order in which they were made. Never throws on what a node or an engine sent. */
export function foldObservation(node: NodeSession, seen: Observation): NodeSession {
  switch (seen.kind) {
    case 'frame':
      return foldFrame(node, seen);
    case 'accounting':
      return foldAccounting(node, seen);
    case 'link':
      return foldLink(node, seen);
    case 'step':
      return { ...node, steps: new Map(node.steps).set(seen.step, seen) };
    case 'mark':
      return node.marks.some((mark) => isSameMark(mark, seen)) ? node : { ...node, marks: [...node.marks, seen] };
    case 'told':
      return foldTold(node, seen);
  }
}

/** A mark is of all nodes, and may be told by each of them. */
function isSameMark(one: MarkSeen, other: MarkSeen): boolean {
  return one.atMs === other.atMs && one.text === other.text && one.source === other.source;
}

function foldLink(node: NodeSession, seen: LinkSeen): NodeSession {
  // A sample of a connection that is gone is never closed: a reading after it would be of another time.
  const open = seen.state === 'connected' ? node.open : undefined;
  // A new connection begins its checklist anew.
  const steps = seen.state === 'connecting' ? new Map<ConnectStep, StepSeen>() : node.steps;
  return { ...node, link: seen, open, steps, outages: linkOutage(node.outages, seen, node.moment?.atMs) };
}

function foldFrame(node: NodeSession, seen: FrameSeen): NodeSession {
  const frame = frameFromText(seen.text);
  const skipped = node.skipped + seen.skipped;
  if (frame === undefined) {
    const problem: Problem = { code: 'frame-line', where: 'frame', text: 'a kept frame is not whole and was not used' };
    return { ...node, skipped, problems: [...node.problems, problem].slice(-MOST_PROBLEMS) };
  }
  const before = withCarried(seen.fresh ? NO_FACTS : node.facts, seen.carried);
  const last = node.read[frame.kind];
  const parsed =
    (last === undefined ? undefined : parseAgain(frame, last, before)) ??
    parseFrame(frame, before, node.session.latest?.snapshot);
  const { snapshot, memory: facts } = parsed;
  const read = { ...node.read, [frame.kind]: { ...parsed, frame } };
  if (frame.kind === 'sample') {
    const known = isOtherBoot(node.session, snapshot) ? forgotten(node) : node;
    const opened = { ...known, facts, read, skipped, session: observeSample(known, snapshot), open: seen };
    // Not closed when the driver gave no devices: its reasons are known already, and no reading will follow.
    return snapshot.devices === undefined ? complete(opened, seen, undefined, []) : opened;
  }
  const closed = { ...node, facts, read, skipped };
  // Between a sample and its closing reading nothing can be missing: this one closes a sample that was passed over.
  if (seen.skipped > 0) return { ...closed, untold: node.untold + seen.skipped, open: undefined };
  if (node.open === undefined) return closed;
  return complete(closed, seen, snapshot.devices, snapshot.driverReasons, seen);
}

/** The second sample of a look hides nothing that the first one showed. */
function observeSample({ session, open }: NodeSession, snapshot: Snapshot): Session {
  const observed = observe(session, snapshot);
  return open === undefined ? observed : { ...observed, problems: [...session.problems, ...observed.problems] };
}

/** Pids and start times count from boot: after another one, or on another machine of that name, they mean others. */
function isOtherBoot({ latest }: Session, { node }: Snapshot): boolean {
  const before = latest?.snapshot.node.bootId;
  return before !== undefined && node.bootId !== undefined && before !== node.bootId;
}

function forgotten(node: NodeSession): NodeSession {
  const { told, toldThen, unsaid, moment, open, session } = EMPTY_NODE_SESSION;
  return { ...node, told, toldThen, unsaid, moment, open, session };
}

function complete(
  node: NodeSession,
  { atMs }: FrameSeen,
  closing: DeviceReading | undefined,
  closingReasons: readonly Reason[],
  closingFrame?: FrameSeen,
): NodeSession {
  const { session, open } = node;
  if (session.latest === undefined || open === undefined) return node;
  const { snapshot, held } = session.latest;
  const sighting: Sighting = { snapshot, held, closing, closingReasons, formerOwners: session.formerOwners };
  const moment = momentOf({ atMs, sample: open, closing: closingFrame, sighting }, session, node.told, node.told);
  const history = appendMoment(node.history, moment, node.moment);
  const skipped = node.untold + open.skipped;
  const outages = lookAfterOutage(node.outages, { atMs, skipped, lastMs: node.moment?.atMs });
  const said = { toldThen: node.told, unsaid: unsaidBefore(node) };
  return { ...node, ...said, session: moment.session, moment, history, outages, untold: 0, open: undefined };
}

function unsaidBefore({ unsaid, told, moment, session }: NodeSession): UnsaidLevels {
  const after = moment === undefined ? unsaid : unsaidAfter(unsaid, moment.before);
  const still = new Map([...after].filter(([key]) => session.engines.has(key)));
  const newly = [...told.keys()].filter((key) => !still.has(key));
  return new Map([...still, ...levelsOf(session.engines, newly)]);
}

function momentOf(
  parts: Pick<Moment, 'atMs' | 'sample' | 'closing' | 'sighting'>,
  before: Session,
  told: ToldStates,
  toldThen: ToldStates,
): Moment {
  const statesBy = (said: ToldStates) => engineStates(before, (engine) => said.get(engineKey(engine)));
  const states = statesBy(told);
  const session = rememberStates(before, told === toldThen ? states : statesBy(toldThen));
  return { ...parts, before, session, states };
}

function foldAccounting(node: NodeSession, { answer }: AccountingSeen): NodeSession {
  const { moment, session } = node;
  // While the session is ahead by a sample that is not closed yet, the answer shows when that one is whole.
  if (moment === undefined || session !== moment.session) {
    return { ...node, session: observeAccounting(session, [answer]) };
  }
  const answered = momentOf(moment, observeAccounting(moment.before, [answer]), node.told, node.toldThen);
  const history = withAnswer(node.history, answered);
  return { ...node, session: answered.session, moment: answered, history };
}

function foldTold(node: NodeSession, { rootPid, rootStartTicks, state }: ToldSeen): NodeSession {
  const key = processKey(rootPid, rootStartTicks);
  if (state === null) return takeBack(node, key);
  const told = new Map(node.told).set(key, state);
  const { moment, session, toldThen } = node;
  if (moment === undefined) return { ...node, told };
  const unsaid = new Map([...levelsOf(moment.before.engines, [key]), ...node.unsaid]);
  // What is remembered of this look does not change, so the session stays as it is.
  const heard = { ...momentOf(moment, moment.before, told, toldThen), session: moment.session };
  return { ...node, told, unsaid, moment: heard, session };
}

/** Also what was remembered because of it, in all looks since it was said. */
function takeBack(node: NodeSession, key: ProcessKey): NodeSession {
  const without = <Value>(map: ReadonlyMap<ProcessKey, Value>): ReadonlyMap<ProcessKey, Value> =>
    new Map([...map].filter(([each]) => each !== key));
  const { moment, session, unsaid } = node;
  const said = { told: without(node.told), toldThen: without(node.toldThen), unsaid: without(unsaid) };
  if (moment === undefined) return { ...node, ...said };
  const history = withoutTold(node.history, key);
  const before = withLevels(moment.before, new Map([...unsaid].filter(([each]) => each === key)));
  const heard = momentOf(moment, before, said.told, said.toldThen);
  if (session === moment.session) return { ...node, ...said, history, moment: heard, session: heard.session };
  // The session is ahead by a sample that is not closed yet: it forgets as well.
  const ahead = withLevels(session, levelsOf(heard.session.engines, [key]));
  return { ...node, ...said, history, moment: heard, session: ahead };
}
