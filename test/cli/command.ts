// Runs the command line in this process, as a terminal or a pipe, and checks what every JSON answer must be.
import { expect } from 'vitest';
import { run } from '../../cli/run.ts';
import { gateReportSchema, type GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import { snapshotReportSchema, type SnapshotReport } from '../../shared/evidence/gate/snapshot-schema.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly isTerminal?: boolean;
  readonly width?: number;
  readonly signal?: AbortSignal;
  /** Called instead of waiting. */
  readonly pause?: (out: string) => Promise<void>;
}

export async function command(args: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: options.env ?? {},
    isTerminal: options.isTerminal ?? false,
    isProgressTerminal: options.isTerminal ?? false,
    width: options.width ?? 120,
    signal: options.signal ?? new AbortController().signal,
    pause: () => options.pause?.(out) ?? Promise.resolve(),
  });
  return { code, out, err };
}

/**
 * `gate … --json`: exactly one object of the published shape, its exit code, and a ledger that adds up. Without the
 * note that the tree is a foreign one, which most nodes of these tests have.
 */
export async function gateJson(args: readonly string[], options?: CommandOptions): Promise<GateReport> {
  const { code, out } = await command(['gate', ...args, '--json'], options);
  const report = oneGate(out);
  expect(report.exitCode).toBe(code);
  return { ...report, problems: report.problems.filter((problem) => problem.code !== 'proc-root') };
}

export function oneGate(out: string): GateReport {
  expect(out.endsWith('\n')).toBe(true);
  expect(out.slice(0, -1)).not.toContain('\n');
  const report = gateReportSchema.parse(JSON.parse(out));
  expectLedgerAddsUp(report.devices);
  return report;
}

export async function probeJson(args: readonly string[], options?: CommandOptions): Promise<SnapshotReport> {
  const { out } = await command(['probe', ...args, '--json'], options);
  const report = snapshotReportSchema.parse(JSON.parse(out));
  expectLedgerAddsUp(report.devices);
  return report;
}

/** The parts of a GPU's ledger are `used`, unless one of them is unknown; then the rest is unknown too. */
export function expectLedgerAddsUp(devices: GateReport['devices']): void {
  for (const { bus, usedBytes, ledger } of devices) {
    const parts = ledger.map((entry) => entry.bytes);
    const isKnown = usedBytes !== null && !parts.slice(0, -1).includes(null);
    const sum = parts.reduce<number>((total, part) => total + Number(part), 0);
    expect({ bus, last: ledger.at(-1)?.class, sum: parts.includes(null) ? null : sum }).toEqual({
      bus,
      last: 'unattributed',
      // The rest may be unknown for reasons of its own, such as a process list that was refused.
      sum: isKnown && parts.at(-1) !== null ? usedBytes : null,
    });
  }
}
