// Every engine and orphan of one look with what panels say of it: its name, state, pair and verdict.
import { printable } from '../../shared/base/printable.ts';
import type { Engine } from '../../shared/engines/detect.ts';
import { flagValue, readCommandLine } from '../../shared/engines/command-line.ts';
import type { EngineStatement } from '../../shared/engines/accounting.ts';
import { runGate } from '../../shared/gates/gate.ts';
import type { Policy } from '../../shared/gates/policy.ts';
import { ownRows, subjectKey, unlistedOf } from '../../shared/gates/sighting.ts';
import { allSubjects, type Subject } from '../../shared/gates/subject.ts';
import type { Judgement, Verdict } from '../../shared/gates/verdict.ts';
import { foreignContexts, type ForeignContext } from '../../shared/ledger/foreign-context.ts';
import type { Holding } from '../../shared/ledger/holding.ts';
import type { ProcessKey } from '../../shared/model/ids.ts';
import type { EngineState } from '../../shared/session/engine-state.ts';
import { recordOf, statementOf } from '../../shared/session/engine-states.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { pairOf, type EnginePair } from '../../shared/session/pair.ts';
import { engineKey } from '../../shared/session/session.ts';
import { nameAmong } from '../../shared/session/engine-name.ts';

export interface EngineLook {
  /** Of its root; of an orphan's first process. */
  readonly key: ProcessKey;
  /** undefined for an orphan. */
  readonly engine: Engine | undefined;
  readonly subject: Subject;
  /** `sglang :30000`, `sglang orphan`: short, safe to show, and no other's of its look. */
  readonly name: string;
  /** What it serves, as it says itself or as its command line says; empty when neither does. */
  readonly model: string;
  readonly state: EngineState;
  readonly statement: EngineStatement | undefined;
  readonly pair: EnginePair;
  readonly rows: readonly Holding[];
  /** What the driver left out: a row without a number for each rank and GPU where it may hold something. */
  readonly unlisted: readonly Holding[];
  readonly foreign: readonly ForeignContext[];
  /** undefined: nothing of it is left to judge. */
  readonly judgement: Judgement | undefined;
  readonly verdict: Verdict | undefined;
  /**
   * `counted`: it should be asleep, or nobody says otherwise. `awake`: it or the user says that it is awake, so its
   * verdict does not count. `muted`: it only looks awake, so its verdict is said with an "if".
   */
  readonly standing: 'counted' | 'awake' | 'muted';
}

const NO_STATE: EngineState = { value: 'unknown', source: 'none', text: 'nobody says whether it sleeps' };
const ORPHAN_STATE: EngineState = { value: 'unknown', source: 'none', text: 'its server is gone, so nobody can say' };

interface Remembered {
  readonly policy: Policy;
  readonly looks: readonly EngineLook[];
}

/** Several panels ask for the same look: what follows from it is kept as long as the look is. */
const REMEMBERED = new WeakMap<Moment, Remembered>();

/** Engines by the pid of their root, then orphans. */
export function engineLooks(moment: Moment, policy: Policy): readonly EngineLook[] {
  const before = REMEMBERED.get(moment);
  if (before?.policy === policy) return before.looks;
  const looks = looksOf(moment, policy);
  REMEMBERED.set(moment, { policy, looks });
  return looks;
}

function looksOf(moment: Moment, policy: Policy): EngineLook[] {
  const { latest } = moment.session;
  if (latest === undefined) return [];
  const subjects = allSubjects(latest.detection, latest.tree);
  const request = { policy, subjects, selectors: [], expectAwake: [], buses: undefined };
  const { judgements } = runGate(request, moment.sighting);
  return subjects.flatMap((subject) => {
    const key = subjectKey(subject) ?? rootKey(subject, moment);
    const judgement = judgements.find((each) => each.subject === subject);
    return key === undefined ? [] : [lookOf(subject, key, { judgement, subjects, moment })];
  });
}

/** A trainer that holds an engine is its root and no member, so the key is of the root and not of the first member. */
function rootKey({ rootPid }: Subject, moment: Moment): ProcessKey | undefined {
  const engine = moment.session.latest?.detection.engines.find(({ root }) => root.pid === rootPid);
  return engine === undefined ? undefined : engineKey(engine);
}

interface Around {
  readonly judgement: Judgement | undefined;
  readonly subjects: readonly Subject[];
  readonly moment: Moment;
}

function lookOf(subject: Subject, memberKey: ProcessKey, { judgement, subjects, moment }: Around): EngineLook {
  const { session, sighting, states, atMs } = moment;
  const { detection, held } = session.latest ?? {};
  const engine = detection?.engines.find(({ root }) => root.pid === subject.rootPid);
  const record = engine === undefined ? undefined : recordOf(engine, session);
  const statement = engine === undefined || record === undefined ? undefined : statementOf(engine, record);
  const key = engine === undefined ? memberKey : engineKey(engine);
  const state = engine === undefined ? ORPHAN_STATE : (states.get(key) ?? NO_STATE);
  const pair = pairOf({
    subject,
    sighting,
    roles: detection?.roles ?? new Map(),
    statement,
    awake: record?.awake,
    nowMs: atMs,
    nodeNowMs: sighting.snapshot.time.endMs,
  });
  return {
    key,
    engine,
    subject,
    name: nameAmong(subject, subjects),
    model: modelOf(subject, statement),
    state,
    statement,
    pair,
    rows: ownRows(subject, sighting),
    unlisted: unlistedOf(subject, sighting),
    foreign: engine === undefined ? [] : foreignContexts(engine, held ?? []),
    judgement,
    verdict: judgement?.verdict,
    standing: standingOf(state),
  };
}

function standingOf({ value, source }: EngineState): EngineLook['standing'] {
  if (value !== 'awake') return 'counted';
  return source === 'inferred' ? 'muted' : 'awake';
}

/** The last part of a path or of `organisation/model`, which is what tells two engines apart. */
function modelOf({ title }: Subject, statement: EngineStatement | undefined): string {
  const line = readCommandLine(title);
  const serve = line.words.indexOf('serve');
  const positional = serve === -1 ? undefined : line.words[serve + 1];
  const said = statement?.model.known === true ? statement.model.value : undefined;
  const model = said ?? flagValue(line, '--model-path', '--model') ?? positional ?? '';
  return printable(model.startsWith('-') ? '' : (model.replace(/\/+$/, '').split('/').at(-1) ?? ''));
}
