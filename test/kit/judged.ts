// A gate run on a scenario, and its whole result as a few lines of text that a test writes down by hand.
import { orNull, total, type Known, type Tally } from '../../shared/base/known.ts';
import { fromGiB, toMiB, type Bytes } from '../../shared/base/units.ts';
import { runGate, type GateRequest, type GateResult } from '../../shared/gates/gate.ts';
import { DEFAULT_LIMITS, type PolicyKind } from '../../shared/gates/policy.ts';
import { parseSelector, type Selector } from '../../shared/gates/selector.ts';
import { allSubjects, fromRootPid } from '../../shared/gates/subject.ts';
import { reasonCodes } from '../../shared/base/reason.ts';
import type { Judgement } from '../../shared/gates/verdict.ts';
import { deviceLedgers, type DeviceLedger } from '../../shared/ledger/device-ledger.ts';
import { parseBusId } from '../../shared/model/ids.ts';
import { placeScenario } from '../../shared/source/scenario-placement.ts';
import { parseScenario } from '../../shared/source/scenario.ts';
import { labelsOf, sightingOf, type Scene } from './frame-text.ts';

export interface Asked extends Scene {
  readonly limitGib?: number;
  readonly limit?: Bytes;
  readonly policy?: PolicyKind;
  /** A label of the scenario, or a pid. */
  readonly rootPid?: string | number;
  readonly engine?: readonly string[];
  readonly expectAwake?: readonly string[];
  readonly bus?: readonly string[];
}

export function resultOf(text: string, asked: Asked = {}): { result: GateResult; ledgers: DeviceLedger[] } {
  const root = asked.rootPid === undefined ? undefined : pidOf(text, asked.rootPid);
  const withRoot = root === undefined ? asked.sample : { ...asked.sample, roots: [root] };
  const scene: Asked = withRoot === undefined ? asked : { ...asked, sample: withRoot };
  const { sighting, session } = sightingOf(text, scene);
  const { latest } = session;
  if (latest === undefined) throw new Error('nothing was sampled');
  const kind = asked.policy ?? 'engine-tree';
  const limit = asked.limit ?? (asked.limitGib === undefined ? DEFAULT_LIMITS[kind] : fromGiB(asked.limitGib));
  const request: GateRequest = {
    policy: { kind, limit, origin: 'flag' },
    subjects: root === undefined ? allSubjects(latest.detection, latest.tree) : [fromRootPid(root, latest.tree)],
    selectors: (asked.engine ?? []).map((each) => selector(text, each)),
    expectAwake: (asked.expectAwake ?? []).map((each) => selector(text, each)),
    buses: asked.bus?.map((each) => parseBusId(each) ?? fail(each)),
  };
  const closing = sighting.closing;
  return { result: runGate(request, sighting), ledgers: deviceLedgers(sighting.snapshot, sighting.held, closing) };
}

/**
 * All of it, in MiB, one line for the whole, one a judged engine, one a GPU:
 *
 *   fail
 *   sglang server: fail, holds 4000 on 3B [3B 4000, 41 10+?], partial-row; the seed reads 4000: fail
 *   3B: used 4009 = engine tp0 4000 + no process 9
 */
export function judged(text: string, asked: Asked = {}): string {
  const { result, ledgers } = resultOf(text, asked);
  const labels = labelsOf(text);
  const name = (pid: number): string => labels.get(pid) ?? `pid ${pid}`;
  const because = result.reasons.length === 0 ? '' : ` (${result.reasons.join(', ')})`;
  return [
    `${result.verdict}${because}`,
    ...result.judgements.map((each) => judgementLine(each, name)),
    ...ledgers.map((each) => ledgerLine(each, name)),
  ].join('\n');
}

/** The same without the lines of the GPUs, for cases that are about the verdict alone. */
export function verdictLines(text: string, asked: Asked = {}): string {
  return judged(text, asked)
    .split('\n')
    .filter((line) => !/^[0-9A-F:]+: used/.test(line))
    .join('\n');
}

/** For a hand-written expectation: no first line feed, no indentation. */
export function lines(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

function judgementLine(judgement: Judgement, name: (pid: number) => string): string {
  const { subject, verdict, reasons, residual, atLeast, worstBus, perBus, seed, exempt } = judgement;
  const who = subject.rootPid === null ? `orphan ${name(subject.members[0]?.pid ?? 0)}` : name(subject.rootPid);
  const size = residual === null ? `at least ${mib(atLeast)}` : String(mib(residual));
  const on = worstBus === null ? '' : ` on ${short(worstBus)}`;
  const buses = [...perBus].map(([bus, tally]) => `${short(bus)} ${tallyText(tally)}`).join(', ');
  const codes = reasonCodes(reasons).map((code) => `, ${code}`);
  const seedText = seed.residualBytes === null ? 'measures nothing' : `reads ${mib(seed.residualBytes)}`;
  const exempted = exempt ? ' (exempt)' : '';
  return `${subject.kind} ${who}: ${verdict}${exempted}, holds ${size}${on} [${buses}]${codes.join('')}; the seed ${seedText}: ${seed.action}`;
}

function ledgerLine({ device, entries, moving }: DeviceLedger, name: (pid: number) => string): string {
  const parts = entries.map((entry) => {
    const size = knownText(entry.bytes);
    if (entry.class === 'unattributed') return `no process ${moving === true ? '~' : ''}${size}`;
    return `${entry.class} ${entry.pids.map(name).join('+')} ${size}`;
  });
  return `${short(device.bus)}: used ${knownText(device.used)} = ${parts.join(' + ')}`;
}

function knownText(value: Known<Bytes>): string {
  const size = orNull(value);
  return size === null ? '?' : String(mib(size));
}

function tallyText(tally: Tally): string {
  return `${mib(tally.atLeast)}${total(tally).known ? '' : '+?'}`;
}

function mib(size: Bytes): number {
  return toMiB(size);
}

/** `00000000:3B:00.0` → `3B`; a domain is kept. */
function short(bus: string): string {
  return bus.replace(/^00000000:/, '').replace(/:00\.0$/, '');
}

function pidOf(text: string, who: string | number): number {
  if (typeof who === 'number') return who;
  return placeScenario(parseScenario(text)).pids.get(who) ?? fail(who);
}

/** `pid:LABEL` stands for the pid of that label. */
function selector(text: string, written: string): Selector {
  const label = /^pid:(\D.*)$/.exec(written)?.[1];
  return parseSelector(label === undefined ? written : `pid:${pidOf(text, label)}`) ?? fail(written);
}

function fail(what: string): never {
  throw new Error(`the test names ${what}, which its scenario does not have`);
}
