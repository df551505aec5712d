// An incident as a recording: its looks as the real probe would say them, what its engines answer, its marks. No clock:
// the same incident gives the same text.
import { ACCOUNTING_READERS } from '../../shared/engines/accounting-readers.ts';
import { probePatterns } from '../../shared/engines/patterns.ts';
import type { AccountingObservation, AccountingPath, AccountingReasonCode } from '../../shared/model/accounting.ts';
import type { FrameSeen, NodeId, Observation } from '../../shared/model/observation.ts';
import { RecordingEncoder } from '../../shared/recording/encoder.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../../shared/recording/format.ts';
import { EMPTY_NODE_SESSION, foldObservation, type NodeSession } from '../../shared/session/node-session.ts';
import { knownRoots } from '../../shared/session/session.ts';
import { demoFrame, demoNode, NOTHING_SENT, type DemoMemory } from '../../shared/source/demo-frame.ts';
import type { DemoIncident } from '../../shared/source/demo-incident.ts';
import { playedAnswers } from '../../shared/source/scenario-answers.ts';
import { placeScenario } from '../../shared/source/scenario-placement.ts';
import { parseScenario, type Scenario } from '../../shared/source/scenario.ts';
import type { Engine } from '../../shared/engines/detect.ts';
import { probeSha256 } from '../recording/provenance.ts';

/** 2026-01-31T12:00:00Z. */
const STARTED_MS = Date.UTC(2026, 0, 31, 12, 0, 0);
/** Three days: the node was up for long before its engines were started. */
const UPTIME_TICKS = 25_920_000;
const MS_PER_TICK = 10;
const TOKEN = 'd'.repeat(32);
/** As a live view asks its engines. */
const ASK_EVERY_MS = 5_000;
/** From asking to the last byte: two driver calls of a healthy node. */
const SAMPLE_MS = 84;
const DEVICES_MS = 41;
const NODE: NodeId = 'n1';

/** Every line of the file. */
export function demoRecording(incident: DemoIncident, appVersion: string): string {
  const header: RecordingHeader = {
    kind: 'residuum.recording',
    format: RECORDING_FORMAT,
    appVersion,
    probeSha256: probeSha256(),
    startedMs: STARTED_MS,
    isDemo: true,
    policy: { kind: 'engine-tree', limitBytes: 3 * 1024 ** 3, origin: 'default' },
    redaction: 'none',
    nodes: [{ node: NODE, target: `demo recording ${incident.name}` }],
    story: [...incident.story],
  };
  const encoder = new RecordingEncoder();
  const observations = demoObservations(incident);
  const lines = observations.map((seen) => encoder.line(seen));
  const endMs = observations.at(-1)?.atMs ?? STARTED_MS;
  return [encoder.header(header), ...lines, encoder.footer(endMs, lines.length, 'the incident was over')].join('');
}

/** What a host would have seen. */
export function demoObservations({ looks, intervalMs, marks, told }: DemoIncident): Observation[] {
  const all: Observation[] = [
    { kind: 'link', node: NODE, atMs: STARTED_MS, state: 'connecting', text: '', code: null, retryMs: null },
    { kind: 'link', node: NODE, atMs: STARTED_MS + 180, state: 'connected', text: '', code: null, retryMs: null },
  ];
  let session: NodeSession = EMPTY_NODE_SESSION;
  const see = (seen: Observation): void => {
    all.push(seen);
    session = foldObservation(session, seen);
  };
  const scenarios = new Map<string, Scenario>();
  let memory: DemoMemory = NOTHING_SENT;
  let askedMs = Number.NEGATIVE_INFINITY;
  for (const [at, text] of looks.entries()) {
    const beginMs = STARTED_MS + 250 + at * intervalMs;
    const scenario = scenarios.get(text) ?? parseScenario(text);
    scenarios.set(text, scenario);
    for (const { look, text: words, source } of marks) {
      if (look === at) see({ kind: 'mark', node: NODE, atMs: beginMs - 100, text: words, source });
    }
    for (const { look, label, state } of told) {
      if (look === at)
        see({ kind: 'told', node: NODE, atMs: beginMs - 90, ...rootOf(scenario, label, session), state });
    }
    const looked = lookAt(scenario, session, memory, { beginMs, id: at, isFirst: at === 0 });
    memory = looked.memory;
    for (const frame of looked.frames) see(frame);
    if (beginMs - askedMs < ASK_EVERY_MS) continue;
    askedMs = beginMs;
    for (const answer of answersOf(scenario, session, beginMs + 300)) {
      see({ kind: 'accounting', node: NODE, atMs: beginMs + 300, answer });
    }
  }
  return all;
}

function rootOf(
  scenario: Scenario,
  label: string,
  { session }: NodeSession,
): { rootPid: number; rootStartTicks: number } {
  const pid = placeScenario(scenario).pids.get(label);
  const engine = session.latest?.detection.engines.find(({ root }) => root.pid === pid);
  if (engine === undefined) throw new Error(`${label} is not the root of an engine that was seen`);
  return { rootPid: engine.root.pid, rootStartTicks: engine.root.startTicks };
}

function lookAt(
  scenario: Scenario,
  { session }: NodeSession,
  before: DemoMemory,
  { beginMs, id, isFirst }: { beginMs: number; id: number; isFirst: boolean },
): { frames: FrameSeen[]; memory: DemoMemory } {
  const node = demoNode(scenario);
  let memory = before;
  const frames = (['sample', 'devices'] as const).map((kind, part): FrameSeen => {
    const isSample = part === 0;
    const ms = isSample ? beginMs : beginMs + SAMPLE_MS;
    const request = {
      kind,
      id: `${kind}${id}`,
      full: false,
      roots: new Set(isSample ? knownRoots(session) : []),
      patterns: isSample ? probePatterns() : [],
      want: new Set(isSample ? ['environment', 'sockets'] : []),
    };
    const monoTicks = UPTIME_TICKS + Math.floor((ms - STARTED_MS) / MS_PER_TICK);
    const moment = { step: 0, monoTicks, wallTime: `${new Date(ms).toISOString().slice(0, 19)}Z` };
    const answer = demoFrame(node, request, TOKEN, memory, moment);
    memory = answer.memory;
    const text = answer.parts.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('');
    const atMs = ms + (isSample ? SAMPLE_MS : DEVICES_MS);
    return { kind: 'frame', node: NODE, askedMs: ms, atMs, text, fresh: isFirst && isSample, carried: [], skipped: 0 };
  });
  return { frames, memory };
}

/** What each engine answers over HTTP, read as a live view reads it. */
function answersOf(scenario: Scenario, { session }: NodeSession, receivedMs: number): AccountingObservation[] {
  const { pids } = placeScenario(scenario);
  return (session.latest?.detection.engines ?? []).flatMap((engine) => {
    const process = scenario.processes.find(({ label }) => pids.get(label) === engine.root.pid);
    const [socket] = process?.listens ?? [];
    const answers = process === undefined ? undefined : playedAnswers(process);
    if (socket === undefined || answers === undefined) return [];
    const endpoint = { host: '127.0.0.1', port: socket.port };
    const { pid: rootPid, startTicks: rootStartTicks } = engine.root;
    return seenOf(engine, answers, receivedMs).map((seen) => ({ rootPid, rootStartTicks, endpoint, seen }));
  });
}

function seenOf(
  { kind }: Engine,
  answers: ReadonlyMap<string, { readonly body: string }>,
  receivedMs: number,
): AccountingObservation['seen'][] {
  const reader = ACCOUNTING_READERS[kind];
  const ended = new Map<AccountingPath, 'answered' | AccountingReasonCode>();
  const answered = new Set<AccountingPath>();
  const absent = new Set<AccountingPath>();
  const seen: AccountingObservation['seen'][] = [];
  const progress = { ended, answered, absent };
  for (let path = reader.nextPath(progress); path !== undefined; path = reader.nextPath(progress)) {
    const body = answers.get(path)?.body;
    const picked = body === undefined ? undefined : reader.pick(path, body);
    if (picked?.ok !== true) {
      ended.set(path, 'not-found');
      absent.add(path);
      continue;
    }
    ended.set(path, 'answered');
    answered.add(path);
    seen.push({ kind: 'answer', path, status: 200, receivedMs, ...picked.value });
  }
  return seen;
}
