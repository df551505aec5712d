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
import type { DeviceReading } from '../model/snapshot.ts';
import { frameFromText } from '../probe/frame-text.ts';
import { NO_FACTS, parseFrame, withCarried, type FactMemory } from '../probe/parse.ts';
import { engineStates, rememberStates } from './engine-states.ts';
import { appendMoment, EMPTY_HISTORY, type History } from './history.ts';
import type { Moment } from './moment.ts';
import { linkOutage, lookAfterOutage, type Outage } from './outage.ts';
import { EMPTY_SESSION, engineKey, observe, observeAccounting, type Session } from './session.ts';

export interface NodeSession {
  /** The newest whole look; undefined before the first. A sample without its closing reading is not shown yet. */
  readonly moment: Moment | undefined;
  readonly link: LinkSeen | undefined;
  /** The newest line of each step of the connection that is being made or stands. */
  readonly steps: ReadonlyMap<ConnectStep, StepSeen>;
  readonly told: ReadonlyMap<ProcessKey, 'awake' | 'asleep'>;
  readonly marks: readonly MarkSeen[];
  readonly history: History;
  /** When nothing was seen between two looks, and why. Oldest first. */
  readonly outages: readonly Outage[];
  /** Of this fold itself, such as a frame that could not be read. Newest last, at most `MOST_PROBLEMS`. */
  readonly problems: readonly Problem[];
  /** Frames that were passed over on the way here. */
  readonly skipped: number;
  /** A sample that waits for its closing reading. */
  readonly open: FrameSeen | undefined;
  readonly facts: FactMemory;
  /** With everything that was seen, also with an open sample; `moment.session` is what is shown. */
  readonly session: Session;
}

const MOST_PROBLEMS = 50;

export const EMPTY_NODE_SESSION: NodeSession = {
  moment: undefined,
  link: undefined,
  steps: new Map(),
  told: new Map(),
  marks: [],
  history: EMPTY_HISTORY,
  outages: [],
  problems: [],
  skipped: 0,
  open: undefined,
  facts: NO_FACTS,
  session: EMPTY_SESSION,
};

/** Observations of one node, in the order in which they were made. Never throws on what a node or an engine sent. */
export function foldObservation(node: NodeSession, seen: Observation): NodeSession {
  switch (seen.kind) {
    case 'frame':
      return foldFrame(node, seen);
    case 'accounting':
      return foldAccounting(node, seen);
    case 'link':
      // A new connection begins its checklist anew.
      return {
        ...node,
        link: seen,
        outages: linkOutage(node.outages, seen, node.moment?.atMs),
        ...(seen.state === 'connecting' ? { steps: new Map() } : {}),
      };
    case 'step':
      return { ...node, steps: new Map(node.steps).set(seen.step, seen) };
    case 'mark':
      return { ...node, marks: [...node.marks, seen] };
    case 'told':
      return foldTold(node, seen);
  }
}

function foldFrame(node: NodeSession, seen: FrameSeen): NodeSession {
  const frame = frameFromText(seen.text);
  const skipped = node.skipped + seen.skipped;
  if (frame === undefined) {
    const problem: Problem = { code: 'frame-line', where: 'frame', text: 'a kept frame is not whole and was not used' };
    return { ...node, skipped, problems: [...node.problems, problem].slice(-MOST_PROBLEMS) };
  }
  const before = withCarried(seen.fresh ? NO_FACTS : node.facts, seen.carried);
  const { snapshot, memory: facts } = parseFrame(frame, before);
  if (frame.kind === 'sample') {
    const opened = { ...node, facts, skipped, session: observe(node.session, snapshot), open: seen };
    // Not closed when the driver gave no devices: its reasons are known already, and no reading will follow.
    return snapshot.devices === undefined ? complete(opened, seen, undefined, []) : opened;
  }
  const closed = { ...node, facts, skipped };
  if (node.open === undefined) return closed;
  return complete(closed, seen, snapshot.devices, snapshot.driverReasons, seen);
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
  const moment = momentOf({ atMs, sample: open, closing: closingFrame, sighting }, session, node.told);
  const history = appendMoment(node.history, moment);
  // Between a sample and its closing reading nothing of a look can be missing but other looks.
  const skipped = open.skipped + (closingFrame === undefined ? 0 : closingFrame.skipped);
  const outages = lookAfterOutage(node.outages, { atMs, skipped, lastMs: node.moment?.atMs });
  return { ...node, session: moment.session, moment, history, outages, open: undefined };
}

function momentOf(
  parts: Pick<Moment, 'atMs' | 'sample' | 'closing' | 'sighting'>,
  before: Session,
  told: NodeSession['told'],
): Moment {
  const states = engineStates(before, (engine) => told.get(engineKey(engine)));
  return { ...parts, before, session: rememberStates(before, states), states };
}

function foldAccounting(node: NodeSession, { answer }: AccountingSeen): NodeSession {
  const { moment, open } = node;
  // While the next sample is open, the answer shows when that one is whole.
  if (moment === undefined || open !== undefined) {
    return { ...node, session: observeAccounting(node.session, [answer]) };
  }
  const answered = momentOf(moment, observeAccounting(moment.before, [answer]), node.told);
  return { ...node, session: answered.session, moment: answered };
}

function foldTold(node: NodeSession, { rootPid, rootStartTicks, state }: ToldSeen): NodeSession {
  const told = new Map(node.told);
  const key = processKey(rootPid, rootStartTicks);
  if (state === null) told.delete(key);
  else told.set(key, state);
  const { moment, open } = node;
  if (moment === undefined) return { ...node, told };
  const heard = momentOf(moment, moment.before, told);
  // The session of an open sample is ahead of the moment: it hears of this when it is whole.
  return { ...node, told, moment: heard, session: open === undefined ? heard.session : node.session };
}
