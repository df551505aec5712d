// The pair of an engine as rows: of each GPU what is resident, what was when it was awake, and what the engine accounts for.
import type { Known } from '../../shared/base/known.ts';
import { printable } from '../../shared/base/printable.ts';
import { toMiB, type Bytes } from '../../shared/base/units.ts';
import type { Engine } from '../../shared/engines/detect.ts';
import { typedAddressText } from '../../shared/engines/typed-address.ts';
import { fromEngine } from '../../shared/gates/subject.ts';
import { accountingSentence, type Stated } from '../../shared/model/accounting.ts';
import type { BusId, ProcessKey } from '../../shared/model/ids.ts';
import { NO_BUS } from '../../shared/ledger/per-bus.ts';
import { recordOf, statementOf } from '../../shared/session/engine-states.ts';
import { hostMemoryOf, hostMove } from '../../shared/session/host-memory.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { pairOf, type EnginePair, type Pair } from '../../shared/session/pair.ts';
import { engineKey } from '../../shared/session/session.ts';
import { mibText, percentText } from '../../shared/session/size-text.ts';
import type { View } from '../../shared/session/view.ts';
import { ageText, signedMib, whyText } from './screen-text.ts';
import { shortBus } from '../../shared/ledger/short-bus.ts';
import { foundName } from '../../shared/session/engine-name.ts';

export interface PairCell {
  /** `1,741 MiB`, `unknown`, or a dash where nothing can stand. */
  readonly text: string;
  /** For the bar; null where there is none to draw. */
  readonly mib: number | null;
  /** Why there is no number; empty where there is one. */
  readonly why: string;
}

export interface PairRow {
  readonly id: string;
  readonly bus: BusId | undefined;
  readonly name: string;
  readonly resident: PairCell;
  readonly awake: PairCell;
  readonly accounted: PairCell;
  /** With its sign: `+412 MiB`, `−7,803 MiB`; `within resolution` where it is; empty without a gap. */
  readonly gap: string;
  readonly isLess: boolean;
  /** `18.2 %`; empty without one. */
  readonly share: string;
  /** `±5 MiB`; empty without accounting. */
  readonly band: string;
  readonly sentence: string;
}

export interface HostRow {
  readonly name: string;
  readonly before: string;
  readonly now: string;
  readonly change: string;
}

export interface EnginePairView {
  readonly key: ProcessKey;
  readonly name: string;
  readonly title: string;
  /** Where it answered last, as seen from the node; empty before. */
  readonly endpoint: string;
  /** The worst GPU against the largest entry. */
  readonly sentence: string;
  readonly rows: readonly PairRow[];
  /** How old each number is. */
  readonly ages: string;
  /** Since it was last seen awake; empty before. */
  readonly host: readonly HostRow[];
  readonly mostMib: number;
}

export const ACCOUNTING_NOTE = 'Accounting: recorded at start-up; does not change on sleep.';

/** One for each engine of the look, by the pid of its root. Orphans have no accounting and no pair. */
export function pairViews(moment: Moment): EnginePairView[] {
  const { latest } = moment.session;
  if (latest === undefined) return [];
  return latest.detection.engines.map((engine) => enginePairView(engine, latest, moment));
}

function enginePairView(engine: Engine, { tree, detection }: View, moment: Moment): EnginePairView {
  const { session, sighting, atMs } = moment;
  const { snapshot } = sighting;
  const record = recordOf(engine, session);
  const pair = pairOf({
    subject: fromEngine(engine, tree),
    sighting,
    roles: detection.roles,
    statement: statementOf(engine, record),
    awake: record.awake,
    nowMs: atMs,
    nodeNowMs: snapshot.time.endMs,
  });
  const rows = pair.buses.map(pairRow);
  const now = hostMemoryOf(engine.members, snapshot.node, snapshot.time.beginMs);
  const cells = rows.flatMap(({ resident, awake, accounted }) => [resident, awake, accounted]);
  return {
    key: engineKey(engine),
    name: foundName(engine, detection.engines),
    title: printable(engine.title),
    endpoint: record.endpoint === null ? '' : typedAddressText(record.endpoint),
    sentence: capital(pair.engine.sentence),
    rows,
    ages: agesText(pair),
    host: record.awakeHost === undefined ? [] : hostRows(hostMove(record.awakeHost, now)),
    mostMib: cells.reduce((most, { mib }) => (mib === null ? most : Math.max(most, mib)), 0),
  };
}

function pairRow(pair: Pair): PairRow {
  const { bus, resident, residentAwake, accounting, gap, share, band, within, sentence } = pair;
  const isGap = gap !== undefined && within !== true;
  return {
    id: bus ?? 'nowhere',
    bus: bus === null || bus === NO_BUS ? undefined : bus,
    name: bus === null ? 'no GPU' : shortBus(bus),
    resident: sizeCell(resident),
    awake:
      residentAwake === undefined
        ? { text: '–', mib: null, why: 'it was not seen awake here' }
        : sizeCell(residentAwake.resident),
    accounted: statedCell(accounting),
    gap: gap === undefined ? '' : isGap ? signedMib(gap) : 'within resolution',
    isLess: gap !== undefined && gap < 0,
    share: share === undefined ? '' : percentText(share),
    band: band === undefined ? '' : `±${mibText(band)}`,
    sentence: capital(sentence),
  };
}

function sizeCell(size: Known<Bytes>): PairCell {
  return size.known
    ? { text: mibText(size.value), mib: toMiB(size.value), why: '' }
    : { text: 'unknown', mib: null, why: whyText(size.why) };
}

/** undefined is no unknown number: no rank that reports is at home on this GPU. */
function statedCell(size: Stated<Bytes> | undefined): PairCell {
  if (size === undefined) return { text: '–', mib: null, why: 'no rank that reports is alone at home on this GPU' };
  return size.known
    ? { text: mibText(size.value), mib: toMiB(size.value), why: '' }
    : { text: 'unknown', mib: null, why: accountingSentence(size.why) };
}

function agesText({ accountingAgeMs, engine: { residentAwake } }: EnginePair): string {
  const said = accountingAgeMs === undefined ? '' : `the engine answered ${ageText(accountingAgeMs)} before this look`;
  const awake =
    residentAwake?.ageMs === undefined ? '' : `it was last seen awake ${ageText(residentAwake.ageMs)} before this look`;
  const text = [said, awake].filter((part) => part !== '').join('; ');
  return text === '' ? '' : `${capital(text)}.`;
}

function hostRows({ before, now, rssChange, rssShmemChange, availableChange }: ReturnType<typeof hostMove>): HostRow[] {
  const row = (name: string, then: Known<Bytes>, size: Known<Bytes>, change: Known<Bytes>): HostRow => ({
    name,
    before: sizeCell(then).text,
    now: sizeCell(size).text,
    change: change.known ? signedMib(change.value) : 'unknown',
  });
  return [
    row('RSS of the tree', before.rss, now.rss, rssChange),
    row('of it shared', before.rssShmem, now.rssShmem, rssShmemChange),
    row('available on the node', before.available, now.available, availableChange),
  ];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
