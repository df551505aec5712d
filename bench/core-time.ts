// What the core costs the host: reading, attributing and judging one frame of an 8-GPU node with 60 processes.
import { gatePlan, subjectsOf, type GatePlan } from '../cli/gate-plan.ts';
import { openLocal } from '../node/link/local-link.ts';
import { ProbeSession } from '../node/probe/probe-session.ts';
import { gateReport } from '../shared/evidence/gate/gate-report.ts';
import { runGate, type GateResult } from '../shared/gates/gate.ts';
import type { Sighting } from '../shared/gates/sighting.ts';
import { probePatterns } from '../shared/engines/patterns.ts';
import { NO_FACTS, parseFrame } from '../shared/probe/parse.ts';
import type { Frame } from '../shared/probe/wire.ts';
import { EMPTY_SESSION, observe, type Session } from '../shared/session/session.ts';
import { startNode } from '../test/kit/fake-node.ts';
import { eightGpuNode } from './eight-gpu-node.ts';
import type { Progress } from './progress.ts';
import { ratiosOf, spreadOf, type Spread } from './spread.ts';

export interface CoreTime {
  readonly processes: number;
  readonly frameBytes: number;
  readonly laterFrameBytes: number;
  readonly parseMs: Spread;
  readonly parseAndAttributeMs: Spread;
  readonly withVerdictMs: Spread;
  readonly jsonMs: Spread;
  /** Parse and attribute, against JSON.parse of the report of the same frame. */
  readonly againstJson: Spread;
}

const WARM_UP = 200;
const ROUNDS = 1_000;

export async function measureCore({ say, signal }: Progress): Promise<CoreTime> {
  const { first, later } = await twoFrames();
  signal.throwIfAborted();
  say('parse, attribute and judge');
  const plan = gatePlan({ policy: 'engine-tree', accounting: false }, {});
  const judged = judge(attribute(first), plan);
  if (judged.result.verdict !== 'pass') throw new Error(`the verdict is ${judged.result.verdict}, and should be pass`);
  const json = JSON.stringify(reportOf(judged));
  const steps = {
    parse: () => void parseFrame(first, NO_FACTS),
    attribute: () => void attribute(first),
    judge: () => void judge(attribute(first), plan),
    json: () => void JSON.parse(json),
  };
  const times = { parse: [] as number[], attribute: [] as number[], judge: [] as number[], json: [] as number[] };
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    for (const name of ['parse', 'attribute', 'judge', 'json'] as const) {
      const begin = performance.now();
      steps[name]();
      if (round >= WARM_UP) times[name].push(performance.now() - begin);
    }
  }
  return {
    processes: attribute(first).latest?.snapshot.processes.size ?? Number.NaN,
    frameBytes: first.text.length,
    laterFrameBytes: later.text.length,
    parseMs: spreadOf(times.parse),
    parseAndAttributeMs: spreadOf(times.attribute),
    withVerdictMs: spreadOf(times.judge),
    jsonMs: spreadOf(times.json),
    againstJson: ratiosOf(times.attribute, times.json),
  };
}

/** As the probe sends them: the first with all static facts, the next without. */
async function twoFrames(): Promise<{ first: Frame; later: Frame }> {
  const node = await startNode(eightGpuNode(), { processes: 'foreign', namespace: 'host', cleanup: 'manual' });
  const link = openLocal({ env: { ...node.env } });
  try {
    const probe = await ProbeSession.open(link);
    const patterns = probePatterns();
    const first = await probe.sample({ patterns });
    const later = await probe.sample({ patterns });
    await probe.close();
    return { first: first.frame, later: later.frame };
  } finally {
    await link.close();
    await node.stop();
  }
}

function attribute(frame: Frame): Session {
  return observe(EMPTY_SESSION, parseFrame(frame, NO_FACTS).snapshot);
}

interface Judged {
  readonly result: GateResult;
  readonly sighting: Sighting;
  readonly session: Session;
}

function judge(session: Session, plan: GatePlan): Judged {
  if (session.latest === undefined) throw new Error('there is nothing to judge');
  const { snapshot, held } = session.latest;
  const sighting: Sighting = {
    snapshot,
    held,
    closing: snapshot.devices,
    closingReasons: [],
    formerOwners: session.formerOwners,
  };
  const { policy, selectors, expectAwake, buses } = plan;
  const result = runGate({ policy, subjects: subjectsOf(plan, session), selectors, expectAwake, buses }, sighting);
  return { result, sighting, session };
}

function reportOf({ result, sighting, session }: Judged): unknown {
  const facts = { target: 'local', rawSha256: '', probeSha256: '', failOpen: false, isDemo: false };
  return gateReport(result, sighting, session, facts);
}
