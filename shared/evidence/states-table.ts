// Awake, asleep and woken of each engine on each GPU: what is resident beside what the engine itself keeps track of.
import type { GateEngine, GateReport } from './gate/gate-schema.ts';
import { accountingWhy, agedProvenance, frameOf, provenanceOf, sizeCell } from './report-tables.ts';
import { REASONS } from '../base/reason.ts';
import { known, unknown, type Known } from '../base/known.ts';
import { bytes, type Bytes } from '../base/units.ts';
import { nameAndPids } from '../session/engine-name.ts';
import { spreadCell, textCell, type EvidenceTable, type TableCell, type TableColumn } from './table/table.ts';

export const STATE_NAMES = ['awake', 'asleep', 'woken', 'last look'] as const;

/** An engine at one look: before its release, settled after it, after the wake; or the last look where no cycle was seen. */
export interface StateLook {
  readonly state: (typeof STATE_NAMES)[number];
  /** undefined where no cycle was seen. */
  readonly cycle: number | undefined;
  /** The look, judged; a sentence that says why there is none, such as a sleep that never settled. */
  readonly report: GateReport | string;
  readonly rootPid: number;
  readonly kind: string;
  /** `sglang :30000`. */
  readonly name: string;
}

/** `spread`: one row for each state, over the GPUs of the engine; otherwise one row for each of its GPUs. */
export function statesTable(looks: readonly StateLook[], spread: boolean): EvidenceTable {
  const columns: TableColumn[] = [
    { id: 'engine', title: 'Engine', kind: 'text' },
    { id: 'state', title: 'State', kind: 'text' },
    { id: 'bus', title: spread ? 'GPUs' : 'GPU', kind: 'text' },
    ...(spread ? [] : [{ id: 'ranks', title: 'Ranks', kind: 'text' } as const]),
    { id: 'resident_bytes', title: 'Resident', kind: 'bytes' },
    ...(spread ? [{ id: 'rank_bytes', title: 'Resident of a rank', kind: 'bytes' } as const] : []),
    { id: 'tracked_bytes', title: 'Tracked by the engine', kind: 'bytes' },
    { id: 'gap_bytes', title: 'Gap', kind: 'change' },
  ];
  const rows = looks.flatMap((look) => (spread ? [spreadRow(look)] : busRows(look)));
  const first = looks.map(({ report }) => report).find((report) => typeof report !== 'string');
  const notes = [
    ...cycleNotes(looks),
    ...(spread ? ['A range is the smallest and the largest of the GPUs; the gap is that of the fullest one.'] : []),
    'Tracked is what the engine says it uses since its start: a sleep does not change that number.',
  ];
  const title = 'Resident memory by state, beside what the engine tracks';
  if (first === undefined) return { name: 'states', title, columns, rows, notes, isDemo: false };
  const frame = frameOf(first, 'states', title);
  const own = frame.notes.filter((note) => !note.startsWith('Sampled '));
  return { ...frame, columns, rows, notes: [...notes, ...own] };
}

function cycleNotes(looks: readonly StateLook[]): string[] {
  const notes = looks.map(({ cycle, name, rootPid }) => {
    const who = nameAndPids(name, [rootPid]);
    return cycle === undefined ? `No cycle of ${who} was seen` : `${who}: cycle ${cycle}`;
  });
  return [...new Set(notes)].map((note) => `${note}.`);
}

function engineOf({ report, rootPid }: StateLook): GateEngine | undefined {
  return typeof report === 'string' ? undefined : report.engines.find((each) => each.rootPid === rootPid);
}

function missingRow({ name, state, report }: StateLook, width: number): TableCell[] {
  const why = typeof report === 'string' ? report : 'the engine was not there';
  const rest = Array.from({ length: width }, (): TableCell => ({ kind: 'unknown', why }));
  return [textCell(name), textCell(state), textCell('unknown'), ...rest];
}

function busRows(look: StateLook): TableCell[][] {
  const engine = engineOf(look);
  const { report, state } = look;
  if (engine === undefined || typeof report === 'string') return [missingRow(look, 4)];
  const from = provenanceOf(report, 'nvidia-smi');
  return engine.perBus.map(({ bus, bytes: size }) => {
    const pair = engine.pairs.find((each) => each.bus === bus);
    const why = engine.accounting === null ? accountingWhy(engine) : NOT_SAID_HERE;
    return [
      textCell(engine.name),
      textCell(state),
      textCell(bus ?? 'all GPUs together'),
      textCell(ranksOn(engine, bus).join(', ')),
      sizeCell(size, REASONS['partial-row'], from),
      sizeCell(pair?.accountingBytes ?? null, why, agedProvenance(report, engine)),
      sizeCell(pair?.gapBytes ?? null, 'resident or tracked is unknown', provenanceOf(report, 'derived')),
    ];
  });
}

const NOT_SAID_HERE = 'only the first rank of a group tells what it tracks';

function spreadRow(look: StateLook): TableCell[] {
  const engine = engineOf(look);
  const { report, state } = look;
  if (engine === undefined || typeof report === 'string') return missingRow(look, 4);
  const from = provenanceOf(report, 'nvidia-smi');
  const gpus = engine.perBus.filter(({ bus }) => bus !== null).length;
  return [
    textCell(engine.name),
    textCell(state),
    textCell(`${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`),
    spreadCell(
      engine.perBus.map(({ bytes: size }) => knownSize(size)),
      from,
    ),
    spreadCell(rankSizes(engine), from),
    sizeCell(engine.accounting?.maxSumBytes ?? null, accountingWhy(engine), agedProvenance(report, engine)),
    sizeCell(engine.gapBytes, 'resident or tracked is unknown', provenanceOf(report, 'derived')),
  ];
}

/** Of each rank what it holds on the GPU where it holds most: a context on another one is no rank's memory. */
function rankSizes({ processes }: GateEngine): Known<Bytes>[] {
  return processes.flatMap(({ rank, perBus }) => {
    if (rank === null || perBus.length === 0) return [];
    if (perBus.some(({ bytes: size }) => size === null)) return [knownSize(null)];
    return [knownSize(Math.max(...perBus.map(({ bytes: size }) => size ?? 0)))];
  });
}

function knownSize(size: number | null): Known<Bytes> {
  return size === null ? unknown('partial-row') : known(bytes(size));
}

/** `TP0`, `DP1 TP0`, or the role of a process that has no rank. */
function ranksOn({ processes }: GateEngine, bus: string | null): string[] {
  return processes
    .filter(({ perBus }) => perBus.some((each) => each.bus === bus))
    .map(({ rank, role }) => {
      const parts = Object.entries(rank ?? {}).flatMap(([name, at]) =>
        at === null ? [] : `${name.toUpperCase()}${at}`,
      );
      return parts.length === 0 ? role : parts.join(' ');
    });
}
