// One sample of a node with what its engines say, without any judgement.
import { probeSha256, rawSha256 } from '../node/recording/provenance.ts';
import type { Engine } from '../shared/engines/detect.ts';
import type { TypedAddress } from '../shared/engines/typed-address.ts';
import { probePatterns } from '../shared/engines/patterns.ts';
import { snapshotReport } from '../shared/evidence/gate/snapshot-report.ts';
import type { SnapshotReport } from '../shared/evidence/gate/snapshot-schema.ts';
import { engineStates } from '../shared/session/engine-states.ts';
import { EMPTY_SESSION, observe, observeAccounting } from '../shared/session/session.ts';
import { viewOf } from '../shared/session/view.ts';
import { endpointOption, typedAddress } from './endpoint-option.ts';
import type { CommandIo } from './io.ts';
import type { NodeOptions } from './node-options.ts';
import { openNode } from './open-node.ts';

/** Throws a UsageError, rejects with a LinkError. */
export async function sampleOnce(target: string, options: NodeOptions, io: CommandIo): Promise<SnapshotReport> {
  const endpoints = (options.endpoint ?? []).map(endpointOption);
  const node = await openNode(target, options, io);
  try {
    const sample = await node.probe.sample({ patterns: probePatterns(), want: ['holders', 'sockets'] });
    const { snapshot } = sample;
    const seen = observe(EMPTY_SESSION, snapshot);
    const typed = (engine: Engine): TypedAddress | undefined => typedAddress(endpoints, engine, seen);
    const session = options.accounting
      ? observeAccounting(seen, await node.engines.ask(seen, () => true, typed))
      : seen;
    const states = engineStates(session, () => undefined);
    const hashes = { rawSha256: rawSha256(sample), probeSha256: probeSha256() };
    const run = { target, ...hashes, failOpen: false, isDemo: node.isDemo };
    return snapshotReport(session.latest ?? viewOf(snapshot), session, { ...run, states, nowMs: performance.now() });
  } finally {
    await node.close();
  }
}
