// A scenario as everything that hints look at: the first engine of a node, what it said, and what was seen before.
import { known, unknown, type Known } from '../../../shared/base/known.ts';
import { fromGiB, fromMiB, type Bytes } from '../../../shared/base/units.ts';
import type { EngineStatement } from '../../../shared/engines/accounting.ts';
import { evaluateTree } from '../../../shared/gates/evaluate-tree.ts';
import { ownRows } from '../../../shared/gates/sighting.ts';
import { allSubjects } from '../../../shared/gates/subject.ts';
import type { Hint, HintInput, HintRule } from '../../../shared/hints/hint.ts';
import { deviceLedgers } from '../../../shared/ledger/device-ledger.ts';
import { foreignContexts } from '../../../shared/ledger/foreign-context.ts';
import { sumPerBus } from '../../../shared/ledger/per-bus.ts';
import { unstated } from '../../../shared/model/accounting.ts';
import type { DeviceFileHolder } from '../../../shared/model/snapshot.ts';
import { levelOf, type AwakeLevel } from '../../../shared/session/engine-record.ts';
import { engineState } from '../../../shared/session/engine-state.ts';
import { pairOf } from '../../../shared/session/pair.ts';
import { sightingOf, type Moment } from '../../kit/frame-text.ts';
import { statement } from '../engines/accounting-answers.ts';

export const gpu = (bus = '3B:00.0', used = 'sum+9'): string =>
  `gpu ${bus} "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used ${used}\n`;

/** One SGLang server with one scheduler that holds this much; `env` and the like may follow. */
export const oneRank = (
  mib: number | string,
  more = '',
): string => `${gpu('3B:00.0', typeof mib === 'string' ? '81000' : 'sum+9')}
process server "sglang serve --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 ${mib} ${more}
`;

export interface Memory {
  readonly weight?: number;
  readonly kvcache?: number;
  readonly graph?: number | Readonly<Record<string, number>>;
}

/** What SGLang says in `/server_info`, in GiB, with settings. */
export function says(
  memory: Memory | readonly Memory[],
  settings: Readonly<Record<string, unknown>> = {},
): EngineStatement {
  const states = (Array.isArray(memory) ? memory : [memory]).map((each) => ({ memory_usage: each }));
  return statement(['/server_info', JSON.stringify({ version: '0.5.1', internal_states: states, ...settings })]);
}

/** The same from `/v1/loads`, where each entry names its data-parallel rank. */
export function saysByRank(
  ...sums: readonly (readonly [dpRank: number, weight: number, kvcache: number])[]
): EngineStatement {
  const loads = sums.map(([dp_rank, weight_gb, kv_cache_gb]) => ({
    dp_rank,
    memory: { weight_gb, kv_cache_gb, graph_gb: 0 },
  }));
  return statement(['/v1/loads?include=core,memory', JSON.stringify({ version: '0.5.1', loads })]);
}

export interface Told {
  readonly statement?: EngineStatement;
  readonly told?: 'awake' | 'asleep';
  /** The same node when the engine was awake. */
  readonly awake?: string;
  /** In MiB; null: it could not be measured. */
  readonly earlier?: readonly (number | null)[];
  readonly before?: readonly (Moment & { readonly text: string })[];
  readonly sample?: Moment;
  readonly closing?: Moment;
  readonly holders?: readonly DeviceFileHolder[];
}

/** Now is 5 s after the answer, and 4 s after the engine was last seen awake. */
export function sceneOf(text: string, told: Told = {}): HintInput {
  const { sighting, session } = sightingOf(text, {
    before: told.before ?? [],
    ...(told.sample && { sample: told.sample }),
    ...(told.closing && { closing: told.closing }),
  });
  const { latest } = session;
  const [subject] = latest === undefined ? [] : allSubjects(latest.detection, latest.tree);
  if (latest === undefined || subject === undefined) throw new Error('the scenario has no engine');
  const engine = latest.detection.engines.find(({ root }) => root.pid === subject.rootPid);
  const awake = told.awake === undefined ? undefined : awakeLevel(told.awake);
  const accounting = told.statement?.accounting ?? unstated('not-asked');
  const { roles } = latest.detection;
  const pair = pairOf({
    subject,
    sighting,
    roles,
    statement: told.statement,
    awake,
    nowMs: 6000,
    nodeNowMs: 9000,
  });
  const state = engineState({
    kind: subject.kind,
    statement: told.statement,
    told: told.told,
    resident: pair.engine.resident,
    accounting: accounting.known ? accounting.value.maxSum : accounting,
    awakeLevel: awake?.worst,
  });
  return {
    subject,
    judgement: evaluateTree(subject, sighting, { kind: 'engine-tree', limit: fromGiB(3), origin: 'default' }),
    statement: told.statement,
    state,
    pair,
    roles,
    environment: sighting.snapshot.environment,
    rows: ownRows(subject, sighting),
    ledgers: deviceLedgers(sighting.snapshot, sighting.held, sighting.closing),
    holders: told.holders ?? sighting.snapshot.holders,
    foreign: engine === undefined ? [] : foreignContexts(engine, sighting.held),
    earlier: (told.earlier ?? []).map((mib): Known<Bytes> =>
      mib === null ? unknown('smi-timeout') : known(fromMiB(mib)),
    ),
  };
}

function awakeLevel(text: string): AwakeLevel | undefined {
  const { sighting, session } = sightingOf(text);
  const [subject] = session.latest === undefined ? [] : allSubjects(session.latest.detection, session.latest.tree);
  return subject === undefined ? undefined : levelOf(sumPerBus(ownRows(subject, sighting)), 5000);
}

export function hints(rule: HintRule, text: string, told: Told = {}): readonly Hint[] {
  return rule(sceneOf(text, told));
}
