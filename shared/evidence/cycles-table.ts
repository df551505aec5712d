// The sleep/wake cycles of a node's engines: what stayed after each, how long it took, and whether it grows.
import { known, type Known } from '../base/known.ts';
import { bytes } from '../base/units.ts';
import { settleBounds } from '../ledger/cycles.ts';
import { NO_BUS } from '../ledger/per-bus.ts';
import { driftText, type BusCycles, type EngineCycles, type TableCycle } from '../session/cycles/cycle-table.ts';
import { namesOfLives } from '../session/engine-name.ts';
import { mibText } from '../session/size-text.ts';
import {
  numberCell,
  textCell,
  type EvidenceTable,
  type Provenance,
  type TableCell,
  type TableColumn,
} from './table/table.ts';

/** `worst`: the number that is judged. `buses`: each GPU as well. `ledger`: one row a cycle, one column a GPU. */
export type CyclesForm = 'worst' | 'buses' | 'ledger';

/** `node` names where it was measured. */
export function cyclesTable(
  engines: readonly EngineCycles[],
  { node, isDemo }: { readonly node: string; readonly isDemo: boolean },
  form: CyclesForm,
): EvidenceTable {
  const names = namesOfLives(engines.map(({ engine }) => engine));
  const named = engines.map((each, at): NamedCycles => ({ ...each, name: names[at] ?? each.engine.kind }));
  const table = form === 'ledger' ? stepLedger(named, node) : cycleRows(named, node, form);
  const drifts = named.map(
    ({ name, worst }) => `Drift of ${name}: ${driftText(worst.drift)}; about this measure only, no verdict.`,
  );
  const notes = [
    ...drifts,
    ...named.flatMap(roseNote),
    ...(engines.every(({ worst }) => worst.cycles.length === 0) ? ['No cycle was seen.'] : []),
  ];
  return { name: 'cycles', title: 'What stays after each sleep', ...table, notes, isDemo };
}

interface NamedCycles extends EngineCycles {
  /** `sglang :30000`. */
  readonly name: string;
}

/** Nobody can tell a wake by tag from growth in the sleep, so both are said. */
function roseNote(each: NamedCycles): string[] {
  const rises = each.worst.cycles.flatMap(({ rose }) => rose ?? []);
  const [first, ...more] = rises;
  if (first === undefined) return [];
  const highest = more.reduce((most, { to }) => (to > most ? to : most), first.to);
  return [
    `In ${rises.length} of ${each.worst.cycles.length} cycles ${each.name} then held up to ${mibText(highest)} before it woke: a wake by tag, or growth in the sleep.`,
  ];
}

type Body = Pick<EvidenceTable, 'columns' | 'rows'>;

function cycleRows(engines: readonly NamedCycles[], node: string, form: CyclesForm): Body {
  const columns: TableColumn[] = [
    { id: 'engine', title: 'Engine', kind: 'text' },
    { id: 'bus', title: 'GPU', kind: 'text' },
    { id: 'cycle', title: 'Cycle', kind: 'count' },
    { id: 'awake_bytes', title: 'Awake', kind: 'bytes' },
    { id: 'residual_bytes', title: 'Stayed', kind: 'bytes' },
    { id: 'change_bytes', title: 'Since the cycle before', kind: 'change' },
    { id: 'settle_seconds', title: 'Settled after', kind: 'seconds' },
    { id: 'woken_bytes', title: 'Woken', kind: 'bytes' },
    { id: 'drift', title: 'Drift', kind: 'text' },
  ];
  const rows = engines.flatMap((each) =>
    [each.worst, ...(form === 'buses' ? each.buses : [])].flatMap((lane) =>
      lane.cycles.map((cycle, at): TableCell[] => {
        const from = provenanceOf(cycle, node);
        return [
          textCell(each.name),
          textCell(busText(lane.bus)),
          { kind: 'number', value: cycle.number, from },
          { kind: 'number', value: cycle.awake, from },
          numberCell(cycle.residual, from),
          changeCell(lane, at, from),
          settleCell(cycle, from),
          wokenCell(cycle, from),
          textCell(driftText(lane.drift)),
        ];
      }),
    ),
  );
  return { columns, rows };
}

function stepLedger(engines: readonly NamedCycles[], node: string): Body {
  const buses = [...new Set(engines.flatMap((each) => each.buses.map(({ bus }) => bus)))].toSorted();
  const columns: TableColumn[] = [
    { id: 'engine', title: 'Engine', kind: 'text' },
    { id: 'cycle', title: 'Cycle', kind: 'count' },
    ...buses.map((bus): TableColumn => ({ id: `stayed_${columnPart(bus)}_bytes`, title: busText(bus), kind: 'bytes' })),
    { id: 'residual_bytes', title: 'Fullest GPU', kind: 'bytes' },
    { id: 'change_bytes', title: 'Since the cycle before', kind: 'change' },
  ];
  const rows = engines.flatMap((each) =>
    each.worst.cycles.map((cycle, at): TableCell[] => {
      const from = provenanceOf(cycle, node);
      const onBuses = buses.map((bus) => stayedOn(each, bus, cycle));
      return [
        textCell(each.name),
        { kind: 'number', value: cycle.number, from },
        ...onBuses.map((stayed): TableCell => (stayed === undefined ? { kind: 'none' } : numberCell(stayed, from))),
        numberCell(cycle.residual, from),
        changeCell(each.worst, at, from),
      ];
    }),
  );
  return { columns, rows };
}

/** A GPU may have missed a cycle, so its own numbers may count otherwise: the release tells which one is meant. */
function stayedOn(
  { buses }: EngineCycles,
  bus: BusCycles['bus'],
  { releaseMs, wakeMs }: TableCycle,
): Known<number> | undefined {
  const lane = buses.find((each) => each.bus === bus);
  return lane?.cycles.find((each) => each.releaseMs >= releaseMs && each.releaseMs < (wakeMs ?? Infinity))?.residual;
}

function columnPart(bus: string): string {
  return bus.replace(/[^0-9A-Za-z]+/g, '_').toLowerCase();
}

function busText(bus: BusCycles['bus']): string {
  if (bus === 'worst') return 'fullest';
  return bus === NO_BUS ? 'all GPUs together' : bus;
}

function provenanceOf({ releaseMs, settledMs }: TableCycle, node: string): Provenance {
  return { node, atMs: settledMs ?? releaseMs, source: 'derived' };
}

function changeCell({ cycles }: BusCycles, at: number, from: Provenance): TableCell {
  const [before, now] = [cycles[at - 1]?.residual, cycles[at]?.residual];
  if (before === undefined || now === undefined) return { kind: 'none' };
  if (!before.known) return numberCell(before, from);
  return numberCell(now.known ? known(bytes(now.value - before.value)) : now, from);
}

function settleCell(cycle: TableCycle, from: Provenance): TableCell {
  const { settleTimeMs } = cycle;
  const bounds = settleBounds(cycle);
  if (bounds !== undefined) {
    const [least, most] = bounds.map((ms) => (ms / 1000).toFixed(1));
    return { kind: 'unknown', why: `between ${least} and ${most} s: nobody looked at the release itself`, from };
  }
  return settleTimeMs === undefined
    ? { kind: 'unknown', why: 'it never held still until the wake', from }
    : { kind: 'number', value: settleTimeMs / 1000, from };
}

function wokenCell({ wakeMs, woken }: TableCycle, from: Provenance): TableCell {
  if (wakeMs === undefined) return { kind: 'none' };
  return woken === undefined
    ? { kind: 'unknown', why: 'its size was unknown when it woke', from }
    : { kind: 'number', value: woken, from };
}
