// `residuum probe TARGET`: one sample, without any judgement.
import type { Command } from 'commander';
import { probeSha256, rawSha256 } from '../../node/provenance.ts';
import { snapshotReport } from '../../shared/evidence/snapshot-report.ts';
import { snapshotReportSchema, type SnapshotReport } from '../../shared/evidence/snapshot-schema.ts';
import { snapshotText } from '../../shared/evidence/snapshot-text.ts';
import type { Engine } from '../../shared/engines/detect.ts';
import type { TypedAddress } from '../../shared/engines/endpoint.ts';
import { probePatterns } from '../../shared/engines/patterns.ts';
import { engineStates } from '../../shared/session/engine-states.ts';
import { EMPTY_SESSION, observe, observeAccounting } from '../../shared/session/session.ts';
import { viewOf } from '../../shared/session/view.ts';
import { endpointOption, typedAddress } from '../endpoint-option.ts';
import { COULD_NOT_RUN, failedSnapshotReport, unlessStopped } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { addNodeOptions, type NodeOptions } from '../node-options.ts';
import { openNode } from '../open-node.ts';
import { terminalPaint } from '../terminal-paint.ts';

export function probeCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  addNodeOptions(program.command('probe').description('show once what a node holds, without judging it')).action(
    async (target: string, options: NodeOptions) => finish(await probe(target, options, io)),
  );
}

async function probe(target: string, options: NodeOptions, io: CommandIo): Promise<number> {
  let report: SnapshotReport;
  try {
    report = await sampleOnce(target, options, io);
  } catch (error) {
    report = failedSnapshotReport(target, unlessStopped(error, target, io.signal));
  }
  printSnapshot(report, options.json === true, io);
  return report.error === undefined ? 0 : COULD_NOT_RUN;
}

export function printSnapshot(report: SnapshotReport, json: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(snapshotReportSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${snapshotText(report, { paint: terminalPaint(io), width: io.width }).join('\n')}\n`);
}

async function sampleOnce(target: string, options: NodeOptions, io: CommandIo): Promise<SnapshotReport> {
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
