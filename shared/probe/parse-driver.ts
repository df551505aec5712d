// The driver's part of a frame: which calls were made, how they ended, and what they listed.
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/printable.ts';
import { reason, REASONS, type Reason, type ReasonCode } from '../base/reason.ts';
import { parseBusId, type BusId } from '../model/ids.ts';
import type { DeviceReading, DriverCall, UsageReading } from '../model/snapshot.ts';
import type { FrameLines } from './frame-lines.ts';
import { parseDeviceRows } from './parse-devices.ts';
import { parseUsageRows } from './parse-usage.ts';
import type { FrameKind } from './wire.ts';

/** Above this a call pays for starting the driver each time; persistence mode keeps it started. */
export const SLOW_CALL_MS = 3_000;
const FIELD_REFUSED = 2;

export interface DriverPart {
  readonly devices: DeviceReading | undefined;
  readonly usage: UsageReading | undefined;
  readonly reasons: readonly Reason[];
  readonly problems: readonly Problem[];
}

/** `kind` says which queries to expect: a frame of kind `devices` asks for no usage. */
export function readDriver(lines: FrameLines, kind: FrameKind): DriverPart {
  const problems: Problem[] = lines.calls.flatMap(slowCall);
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
  const usage = kind === 'devices' ? { reading: undefined, reasons: [] } : readUsage(lines, devices, problems);
  const damaged = lines.damaged.has('driver') ? [reason('smi-failed', 'a line of the answer could not be read')] : [];
  return {
    devices: devices.reading,
    usage: usage.reading,
    reasons: [...devices.reasons, ...usage.reasons, ...damaged],
    problems,
  };
}

function slowCall({ name, beginMs, endMs }: DriverCall): Problem[] {
  if (beginMs === undefined || endMs === undefined || endMs - beginMs <= SLOW_CALL_MS) return [];
  const text = `nvidia-smi took ${(endMs - beginMs) / 1000} s; persistence mode (nvidia-smi -pm 1, or nvidia-persistenced) keeps the driver started`;
  return [{ code: 'smi-slow', where: name, text }];
}

interface Part<T> {
  readonly reading: T | undefined;
  readonly reasons: readonly Reason[];
}

interface DevicesPart extends Part<DeviceReading> {
  /** GPUs that the node has and the answer has not. */
  readonly missing: readonly BusId[];
  readonly failedIndices: readonly number[];
  /** The bus of each index, as far as it is certain. */
  readonly busAt: ReadonlyMap<number, BusId>;
}

/** The calls whose answer counts: the last query that was understood, or its answers for one GPU at a time. */
interface Answer {
  readonly calls: readonly DriverCall[];
  readonly reasons: readonly Reason[];
  /** Indices of GPUs that were asked alone and did not answer, or were not asked any more. */
  readonly failedIndices: readonly number[];
}

function answer(lines: FrameLines, base: string, reduced: string, problems: Problem[]): Answer {
  const named = lines.calls.filter((call) => [base, reduced].includes(queryName(call)));
  const understood = named.filter((call) => !(call.exitCode === FIELD_REFUSED && call.name === base));
  const none = (why: Reason): Answer => ({ calls: [], reasons: [why], failedIndices: [] });
  // A frame that ended well without the call: a cancel came between two calls, or the frame was tampered with.
  if (named.length === 0) return none(reason('smi-failed', base));
  // Refused, and cancelled before the reduced query could be made, counts as cancelled.
  if (understood.length === 0 || understood.some((call) => call.cancelled || call.exitCode === undefined))
    return none(reason('smi-timeout', base));
  const whole = understood.filter((call) => !call.name.includes('@'));
  const good = whole.filter((call) => call.exitCode === 0);
  if (good.length > 0) return { calls: good, reasons: [], failedIndices: [] };
  for (const call of whole) problems.push({ code: 'smi-text', where: call.name, text: failureText(call) });
  const single = new Map(understood.filter((call) => call.name.includes('@')).map((call) => [indexOf(call), call]));
  const answered = [...single.values()].filter((call) => call.exitCode === 0);
  if (answered.length === 0) return none(failureReason(whole.at(-1) ?? understood.at(-1)));
  const failedIndices = lines.buses.map((_bus, index) => index).filter((index) => single.get(index)?.exitCode !== 0);
  return { calls: answered, reasons: [], failedIndices };
}

/** `usage@3` is the query `usage` for the GPU with index 3. */
function queryName(call: DriverCall): string {
  return call.name.split('@')[0] ?? '';
}

function indexOf(call: DriverCall): number {
  return Number(call.name.split('@')[1]);
}

function readDevices(lines: FrameLines, problems: Problem[]): DevicesPart {
  const chosen = answer(lines, 'devices', 'devices-no-reserved', problems);
  const none = { reading: undefined, missing: [], failedIndices: [], busAt: new Map<number, BusId>() };
  if (chosen.calls.length === 0) return { ...none, reasons: chosen.reasons };
  const parsed = chosen.calls.map((call) => ({
    call,
    ...parseDeviceRows(call.lines, call.name, queryName(call) === 'devices'),
  }));
  const devices = parsed.flatMap((each) => each.devices);
  problems.push(...parsed.flatMap((each) => each.problems));
  const garbage = parsed.reduce((count, each) => count + each.garbage, 0);
  if (garbage > 0) return { ...none, reasons: [reason('smi-failed', 'devices')] };
  const listed = new Set(devices.map((device) => device.bus));
  const missing = lines.buses.map(parseBusId).filter((bus): bus is BusId => bus !== undefined && !listed.has(bus));
  for (const bus of missing) {
    const text = 'the node has this GPU and nvidia-smi does not list it (lost, or refused to this user)';
    problems.push({ code: 'device-unreadable', where: bus, text });
  }
  const unreadableBuses = [...new Set([...parsed.flatMap((each) => each.unreadable), ...missing])];
  const lostRows = parsed.reduce((count, each) => count + each.lostRows, 0);
  const busAt = new Map<number, BusId>();
  for (const { call, devices: own } of parsed) {
    const [first] = own;
    if (call.name.includes('@') && first !== undefined) busAt.set(indexOf(call), first.bus);
    // nvidia-smi lists GPUs in the order of their index; with one left out the others are not certain.
    else if (own.length === lines.buses.length) own.forEach((device, index) => busAt.set(index, device.bus));
  }
  return {
    reading: { ...times(chosen.calls), devices, unreadableBuses, lostRows },
    reasons: [],
    missing,
    failedIndices: chosen.failedIndices,
    busAt,
  };
}

function readUsage(lines: FrameLines, devices: DevicesPart, problems: Problem[]): Part<UsageReading> {
  const chosen = answer(lines, 'usage', 'usage-no-bus', problems);
  if (chosen.calls.length === 0) {
    // Cancelled during the devices: it is said there.
    const asked = lines.calls.some((call) => queryName(call).startsWith('usage'));
    return { reading: undefined, reasons: asked || devices.reasons.length === 0 ? chosen.reasons : [] };
  }
  const hasBus = !chosen.calls.some((call) => queryName(call) === 'usage-no-bus');
  const parsed = chosen.calls.map((call) => parseUsageRows(call.lines, call.name, hasBus));
  problems.push(...parsed.flatMap((each) => each.problems));
  const rows = parsed.flatMap((each) => each.rows);
  const lostRows = parsed.reduce((count, each) => count + each.lostRows, 0);
  const garbage = parsed.reduce((count, each) => count + each.garbage, 0);
  const reasons = garbage > 0 ? [reason('smi-failed', `${garbage} line(s) of the usage query are not rows`)] : [];
  const unreadableBuses = new Set([...parsed.flatMap((each) => each.unreadableBuses), ...devices.missing]);
  for (const index of chosen.failedIndices) {
    const bus = devices.busAt.get(index);
    if (bus !== undefined) unreadableBuses.add(bus);
    // A GPU that did not answer for its devices either is among those missing; any other could be any of them.
    else if (!devices.failedIndices.includes(index)) reasons.push(reason('smi-failed', `usage@${index}`));
  }
  return {
    reading: { ...times(chosen.calls), hasBus, rows, unreadableBuses: [...unreadableBuses], lostRows },
    reasons,
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
