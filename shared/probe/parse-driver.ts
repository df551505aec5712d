// The driver's part of a frame: which calls were made, how they ended, and what they listed.
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/printable.ts';
import { reason, REASONS, type Reason, type ReasonCode } from '../base/reason.ts';
import { parseBusId, type BusId } from '../model/ids.ts';
import type { DeviceReading, DriverCall, UsageReading } from '../model/snapshot.ts';
import type { FrameLines } from './frame-lines.ts';
import { parseDeviceRows } from './parse-devices.ts';
import { parseUsageRows } from './parse-usage.ts';

/** Above this a call pays for starting the driver each time; persistence mode keeps it started. */
const SLOW_CALL_MS = 3_000;
const FIELD_REFUSED = 2;

export interface DriverPart {
  readonly devices: DeviceReading | undefined;
  readonly usage: UsageReading | undefined;
  readonly reasons: readonly Reason[];
  readonly problems: readonly Problem[];
}

export function readDriver(lines: FrameLines): DriverPart {
  const problems: Problem[] = lines.calls.filter(isSlow).map((call) => ({
    code: 'smi-slow',
    where: call.name,
    text: `nvidia-smi took ${((call.endMs ?? 0) - (call.beginMs ?? 0)) / 1000} s; persistence mode (nvidia-smi -pm 1, or nvidia-persistenced) keeps the driver started`,
  }));
  for (const { pid, state, wchan } of lines.hung) {
    const text = `an nvidia-smi is stuck in the driver (pid ${pid}, state ${state}, waiting in ${printable(wchan)}); it cannot be ended, and no other is started while it is there`;
    problems.push({ code: 'smi-hung', where: `pid ${pid}`, text });
  }
  const skipped = lines.skips.filter((code): code is ReasonCode => Object.hasOwn(REASONS, code));
  if (skipped.length > 0) {
    const where = lines.hung.map(({ pid }) => `pid ${pid}`).join(', ');
    return {
      devices: undefined,
      usage: undefined,
      reasons: skipped.map((code) => reason(code, where)),
      problems,
    };
  }
  const devices = readDevices(lines, problems);
  const usage = readUsage(lines, problems);
  return {
    devices: devices.reading,
    usage: usage.reading,
    reasons: [...devices.reasons, ...usage.reasons],
    problems,
  };
}

function isSlow(call: DriverCall): boolean {
  return call.beginMs !== undefined && call.endMs !== undefined && call.endMs - call.beginMs > SLOW_CALL_MS;
}

interface Part<T> {
  readonly reading: T | undefined;
  readonly reasons: readonly Reason[];
}

/** The calls whose answer counts: the last query that was understood, or its answers for one GPU at a time. */
interface Answer {
  readonly calls: readonly DriverCall[];
  readonly reasons: readonly Reason[];
}

function answer(lines: FrameLines, base: string, reduced: string, problems: Problem[]): Answer {
  const named = lines.calls.filter((call) => [base, reduced].includes(call.name.split('@')[0] ?? ''));
  const understood = named.filter((call) => !(call.exitCode === FIELD_REFUSED && call.name === base));
  const whole = understood.filter((call) => !call.name.includes('@'));
  const single = understood.filter((call) => call.name.includes('@'));
  if (named.length === 0) {
    // Cancelled during the call before this one, or the frame holds none: the reason is with that call.
    return { calls: [], reasons: [] };
  }
  if (understood.some((call) => call.cancelled) || whole.some((call) => call.endMs === undefined)) {
    return {
      calls: [],
      reasons: [reason('smi-timeout', base)],
    };
  }
  const good = whole.filter((call) => call.exitCode === 0);
  if (good.length > 0) return { calls: good, reasons: [] };
  for (const call of whole)
    problems.push({
      code: 'smi-text',
      where: call.name,
      text: failureText(call),
    });
  const answered = single.filter((call) => call.exitCode === 0);
  if (answered.length > 0) return { calls: answered, reasons: [] };
  return {
    calls: [],
    reasons: [failureReason(whole.at(-1) ?? named.at(-1))],
  };
}

function readDevices(lines: FrameLines, problems: Problem[]): Part<DeviceReading> {
  const chosen = answer(lines, 'devices', 'devices-no-reserved', problems);
  if (chosen.calls.length === 0) return { reading: undefined, reasons: chosen.reasons };
  const parsed = chosen.calls.map((call) =>
    parseDeviceRows(call.lines, call.name, !call.name.startsWith('devices-no-reserved')),
  );
  const devices = parsed.flatMap((each) => each.devices);
  problems.push(...parsed.flatMap((each) => each.problems));
  const garbage = parsed.reduce((count, each) => count + each.garbage, 0);
  if (garbage > 0) return { reading: undefined, reasons: [reason('smi-failed', 'devices')] };
  const listed = new Set(devices.map((device) => device.bus));
  const missing = lines.buses.map(parseBusId).filter((bus): bus is BusId => bus !== undefined && !listed.has(bus));
  for (const bus of missing) {
    const text = 'the node has this GPU and nvidia-smi does not list it (lost, or refused to this user)';
    problems.push({ code: 'device-unreadable', where: bus, text });
  }
  const unreadableBuses = [...new Set([...parsed.flatMap((each) => each.unreadable), ...missing])];
  const lostRows = parsed.reduce((count, each) => count + each.lostRows, 0);
  return {
    reading: {
      ...times(chosen.calls),
      devices,
      unreadableBuses,
      lostRows,
    },
    reasons: [],
  };
}

function readUsage(lines: FrameLines, problems: Problem[]): Part<UsageReading> {
  const chosen = answer(lines, 'usage', 'usage-no-bus', problems);
  if (chosen.calls.length === 0) return { reading: undefined, reasons: chosen.reasons };
  const hasBus = !chosen.calls.some((call) => call.name.startsWith('usage-no-bus'));
  const parsed = chosen.calls.map((call) => parseUsageRows(call.lines, call.name, hasBus));
  problems.push(...parsed.flatMap((each) => each.problems));
  const rows = parsed.flatMap((each) => each.rows);
  const lostRows = parsed.reduce((count, each) => count + each.lostRows, 0);
  const garbage = parsed.reduce((count, each) => count + each.garbage, 0);
  const unreadableBuses = [...new Set(parsed.flatMap((each) => each.unreadableBuses))];
  return {
    reading: { ...times(chosen.calls), hasBus, rows, unreadableBuses, lostRows },
    reasons: garbage > 0 ? [reason('smi-failed', `${garbage} line(s) of the usage query are not rows`)] : [],
  };
}

function times(calls: readonly DriverCall[]): {
  beginMs: number | undefined;
  endMs: number | undefined;
} {
  return { beginMs: calls[0]?.beginMs, endMs: calls.at(-1)?.endMs };
}

/** Exit codes of nvidia-smi: 9 no driver, 127 no such program (from the shell). Everything else is a failed call. */
function failureReason(call: DriverCall | undefined): Reason {
  if (call?.exitCode === 127) return reason('smi-missing');
  if (call?.exitCode === 9) return reason('driver-missing');
  return reason('smi-failed', call?.name ?? '');
}

function failureText(call: DriverCall): string {
  const said = call.lines
    .filter((line) => line.trim() !== '')
    .map(printable)
    .join(' / ');
  return `nvidia-smi ended with exit code ${call.exitCode ?? 'unknown'}: ${said === '' ? 'it printed nothing' : said.slice(0, 400)}`;
}
