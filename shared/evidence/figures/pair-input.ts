// The pair of a look as its figure takes it: the numbers of `pairOf`, engine by engine.
import { fromEngine } from '../../gates/subject.ts';
import { shortBus } from '../../ledger/short-bus.ts';
import { foundName } from '../../session/engine-name.ts';
import { recordOf, statementOf } from '../../session/engine-states.ts';
import type { Moment } from '../../session/moment.ts';
import { pairOf, type Pair } from '../../session/pair.ts';
import type { PairEngine, PairGpu } from './pair-figure.ts';
import { measured, said } from './sized.ts';

/** Engines by the pid of their root; orphans have no accounting and no pair. */
export function pairEngines(moment: Moment): PairEngine[] {
  const { session, sighting, atMs } = moment;
  const { latest } = session;
  if (latest === undefined) return [];
  const { detection, tree } = latest;
  return detection.engines.map((engine) => {
    const record = recordOf(engine, session);
    const { buses } = pairOf({
      subject: fromEngine(engine, tree),
      sighting,
      roles: detection.roles,
      statement: statementOf(engine, record),
      awake: record.awake,
      nowMs: atMs,
      nodeNowMs: sighting.snapshot.time.endMs,
    });
    const name = foundName(engine, detection.engines);
    return { name, title: engine.title, gpus: buses.map(pairGpu) };
  });
}

function pairGpu({ bus, resident, residentAwake, accounting, gap, within }: Pair): PairGpu {
  return {
    gpu: bus === null ? 'no GPU' : shortBus(bus),
    resident: measured(resident),
    awake: residentAwake === undefined ? undefined : measured(residentAwake.resident),
    accounted: accounting === undefined ? undefined : said(accounting),
    gap,
    within: within === true,
  };
}
