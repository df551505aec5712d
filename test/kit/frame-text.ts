// A scenario as one frame of the probe, without a machine: what the demo plays, with lines changed where a test wants it.
import { EMPTY_SESSION, observe, type Session } from '../../shared/session/session.ts';
import { demoFrame, demoNode, NOTHING_SENT } from '../../shared/source/demo-frame.ts';
import { placeScenario } from '../../shared/source/scenario-placement.ts';
import { parseScenario } from '../../shared/source/scenario.ts';
import { probePatterns } from '../../shared/engines/patterns.ts';
import type { Sighting } from '../../shared/gates/sighting.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { NO_FACTS, parseFrame } from '../../shared/probe/parse.ts';
import { WireReader, type Frame } from '../../shared/probe/wire.ts';
import { viewOf } from '../../shared/session/view.ts';

/** Changes one line of a frame: to another, to several, or to none. `undefined` keeps it. */
export type Edit = (line: string) => string | readonly string[] | undefined;

export interface Moment {
  /** Which step each moving value of the scenario shows. */
  readonly step?: number;
  readonly edit?: Edit;
  readonly roots?: readonly number[];
}

const TOKEN = 'a'.repeat(32);
/** Node time in hundredths of a second: after every start time that a scenario gives out. */
const MONO_TICKS = 100_000_000;

export function frameOf(text: string, kind: 'sample' | 'devices', { step = 0, edit, roots = [] }: Moment = {}): Frame {
  const request = {
    kind,
    id: 'r1',
    full: true,
    roots: new Set(roots),
    patterns: probePatterns(),
    want: new Set(['environment', 'holders']),
  };
  const moment = { step, monoTicks: MONO_TICKS + step * 200, wallTime: '2026-01-31T12:00:00Z' };
  const { parts } = demoFrame(demoNode(parseScenario(text)), request, TOKEN, NOTHING_SENT, moment);
  const [begin = '', ...rest] = parts.flatMap((part) => part.lines);
  const end = rest.pop() ?? '';
  const body = rest.flatMap((line) => edit?.(line) ?? line);
  const endFields = end.split('\t');
  endFields[3] = String(body.length);
  const whole = [begin, ...body, endFields.join('\t'), ''].join('\n');
  const [event] = new WireReader(TOKEN).pushText(whole).filter((each) => each.kind === 'frame');
  if (event === undefined) throw new Error(`this is no frame:\n${whole}`);
  return event.frame;
}

export function snapshotOf(text: string, moment?: Moment): Snapshot {
  return parseFrame(frameOf(text, 'sample', moment), NO_FACTS).snapshot;
}

export interface Scene {
  readonly sample?: Moment;
  /** The closing reading; `none`: it was not answered at all. Without it, the step after the sample's. */
  readonly closing?: Moment;
  /** Samples before this one, oldest first. */
  readonly before?: readonly (Moment & { readonly text: string })[];
}

/** One gate's sighting of a scenario: earlier samples, the sample, the closing device reading. */
export function sightingOf(text: string, scene: Scene = {}): { sighting: Sighting; session: Session } {
  let session = EMPTY_SESSION;
  for (const moment of scene.before ?? []) session = observe(session, snapshotOf(moment.text, moment));
  session = observe(session, snapshotOf(text, scene.sample));
  const { snapshot, held } = session.latest ?? viewOf(snapshotOf(text, scene.sample));
  const closing = parseFrame(frameOf(text, 'devices', scene.closing ?? scene.sample), NO_FACTS).snapshot;
  const asked = snapshot.devices !== undefined;
  const sighting: Sighting = {
    snapshot,
    held,
    closing: asked ? closing.devices : undefined,
    closingReasons: asked ? closing.driverReasons : [],
    formerOwners: session.formerOwners,
  };
  return { sighting, session };
}

/** The label of each pid of a scenario, as its snapshots number them. */
export function labelsOf(text: string): ReadonlyMap<number, string> {
  return new Map([...placeScenario(parseScenario(text)).pids].map(([label, pid]) => [pid, label]));
}
