// The demo agrees with reality: one scenario is played by the demo, and as real processes under probe.sh over a real
// sshd. Snapshots, ledgers and gates must be equal, apart from what a machine has of its own.
import { expect, it, onTestFinished } from 'vitest';
import { openDemoLink } from '../../../node/demo/demo-link.ts';
import type { Link } from '../../../node/link/link.ts';
import { ProbeSession } from '../../../node/probe/probe-session.ts';
import { takeLook } from '../../../node/probe/take-look.ts';
import { runGate, type GateResult } from '../../../shared/gates/gate.ts';
import { DEFAULT_LIMITS } from '../../../shared/gates/policy.ts';
import type { Sighting } from '../../../shared/gates/sighting.ts';
import { allSubjects } from '../../../shared/gates/subject.ts';
import { deviceLedgers, type DeviceLedger } from '../../../shared/ledger/device-ledger.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { EMPTY_SESSION, observe } from '../../../shared/session/session.ts';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import { placeScenario, type PlacedProcess } from '../../../shared/source/scenario-placement.ts';
import { parseScenario } from '../../../shared/source/scenario.ts';
import { startNode } from '../../kit/fake-node.ts';
import { startSshd } from '../../kit/sshd.ts';
import { connect } from '../ssh/ssh2-connecting.ts';
import { comparable, withoutTimes, type Placed } from './comparable-snapshot.ts';

interface Findings {
  readonly snapshot: Snapshot;
  readonly ledgers: readonly DeviceLedger[];
  readonly gates: readonly GateResult[];
}

/** What a gate's own procedure sees over a link, and what follows from it when only the scenario counts. */
async function findings(link: Link, placed: Placed): Promise<Findings> {
  const probe = await ProbeSession.open(link);
  const { sighting } = await takeLook(probe);
  const snapshot = comparable(sighting.snapshot, placed);
  const { latest, formerOwners } = observe(EMPTY_SESSION, snapshot);
  if (latest === undefined) throw new Error('a snapshot was observed and there is none');
  const seen: Sighting = {
    snapshot,
    held: latest.held,
    closing: withoutTimes(sighting.closing),
    closingReasons: sighting.closingReasons,
    formerOwners,
  };
  const subjects = allSubjects(latest.detection, latest.tree);
  const gate = (kind: 'engine-tree' | 'whole-gpu'): GateResult => {
    const policy = { kind, limit: DEFAULT_LIMITS[kind], origin: 'default' } as const;
    return runGate({ policy, subjects, selectors: [], expectAwake: [], buses: undefined }, seen);
  };
  return {
    snapshot,
    ledgers: deviceLedgers(snapshot, seen.held, seen.closing),
    gates: [gate('engine-tree'), gate('whole-gpu')],
  };
}

/** The demo's own pids and starts, by the pid that a node gives to the same label. */
function placedOn(text: string, pids?: ReadonlyMap<string, number>): Placed {
  const { processes } = placeScenario(parseScenario(text));
  const pidOf = ({ process: { label }, pid }: PlacedProcess): number =>
    pids === undefined ? pid : (pids.get(label) ?? -1);
  return new Map(processes.map((each) => [pidOf(each), { pid: each.pid, startTicks: each.startTicks }]));
}

it.for(['asleep', 'leak', 'orphan'])('%s: the demo and real processes give the same findings', async (name) => {
  const text = DEMO_SCENARIOS.get(name)?.text ?? '';

  const demo = await openDemoLink(name);
  onTestFinished(() => demo.close());
  const shown = await findings(demo, placedOn(text));

  const node = await startNode(text);
  const sshd = await startSshd({ env: node.env });
  const real = await findings(await connect(sshd), placedOn(text, node.pids));

  expect(real).toEqual(shown);
  expect(shown.snapshot.processes.size).toBe(parseScenario(text).processes.length);
  expect(shown.snapshot.problems).toEqual([]);
});
