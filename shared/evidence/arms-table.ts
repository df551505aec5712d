// Two runs beside each other, A against B: what is resident in each state of each engine.
import { STATE_NAMES, statesTable, type StateLook } from './states-table.ts';
import { textCell, type EvidenceTable, type Spread, type TableCell, type TableColumn } from './table/table.ts';

/** Engines are paired by kind and order; of each state the range over its GPUs, and the change of the fullest GPU. */
export function armsTable(a: readonly StateLook[], b: readonly StateLook[]): EvidenceTable {
  const [left, right] = [statesTable(a, true), statesTable(b, true)];
  const columns: TableColumn[] = [
    { id: 'engine', title: 'Engine', kind: 'text' },
    { id: 'state', title: 'State', kind: 'text' },
    { id: 'resident_a_bytes', title: 'Resident A', kind: 'bytes' },
    { id: 'resident_b_bytes', title: 'Resident B', kind: 'bytes' },
    { id: 'change_bytes', title: 'B − A, fullest GPU', kind: 'change' },
  ];
  const [sidesA, sidesB] = [sidesOf(a, left), sidesOf(b, right)];
  const sides = new Map([...sidesA, ...sidesB]);
  const [namesA, namesB] = [namesOf(sidesA), namesOf(sidesB)];
  const rows = [...sides.entries()]
    .toSorted(([, one], [, other]) => orderOf(one) - orderOf(other))
    .map(([key, { kind, place, state }]): TableCell[] => {
      const [one, other] = [sidesA.get(key)?.cell ?? MISSING, sidesB.get(key)?.cell ?? MISSING];
      const engine = bothNames(namesA.get(`${kind} ${place}`), namesB.get(`${kind} ${place}`));
      return [textCell(engine), textCell(state), one, other, changeOf(one, other)];
    });
  const title = 'Resident memory by state, A against B';
  const notes = [
    'A range is the smallest and the largest of the GPUs of an engine. Engines are paired by kind, in the order in which they were seen; where the two are called differently, both names stand: A / B.',
    ...left.notes.filter((note) => note.startsWith('Driver ')).map((note) => `A: ${note}`),
    ...right.notes.filter((note) => note.startsWith('Driver ')).map((note) => `B: ${note}`),
  ];
  return { name: 'arms', title, columns, rows, notes, isDemo: left.isDemo || right.isDemo };
}

/** Of each pair, by kind and place, what its engine is called in one run. */
function namesOf(sides: ReadonlyMap<string, Side>): ReadonlyMap<string, string> {
  return new Map([...sides.values()].map(({ kind, place, name }) => [`${kind} ${place}`, name]));
}

function bothNames(a: string | undefined, b: string | undefined): string {
  return [...new Set([a, b].flatMap((name) => name ?? []))].join(' / ');
}

const MISSING: TableCell = { kind: 'unknown', why: 'this state was not seen in that run' };

interface Side {
  readonly kind: string;
  /** From 1: the first engine of its kind. */
  readonly place: number;
  /** As it is called everywhere else of its run. */
  readonly name: string;
  readonly state: StateLook['state'];
  readonly cell: TableCell;
}

function sidesOf(looks: readonly StateLook[], table: EvidenceTable): Map<string, Side> {
  const at = table.columns.findIndex(({ id }) => id === 'resident_bytes');
  const pids = new Map<string, number[]>();
  return new Map(
    looks.map(({ kind, rootPid, name, state }, row) => {
      const known = pids.get(kind) ?? [];
      if (!known.includes(rootPid)) known.push(rootPid);
      pids.set(kind, known);
      const place = known.indexOf(rootPid) + 1;
      return [`${kind} ${place} ${state}`, { kind, place, name, state, cell: table.rows[row]?.[at] ?? MISSING }];
    }),
  );
}

function orderOf({ place, state }: Side): number {
  return place * STATE_NAMES.length + STATE_NAMES.indexOf(state);
}

function changeOf(a: TableCell, b: TableCell): TableCell {
  const [before, after] = [spreadOf(a), spreadOf(b)];
  if (before === undefined) return a.kind === 'unknown' ? a : { kind: 'none' };
  if (after === undefined) return b.kind === 'unknown' ? b : { kind: 'none' };
  return { kind: 'number', value: after.max - before.max };
}

function spreadOf(cell: TableCell): Spread | undefined {
  return cell.kind === 'spread' ? cell.spread : undefined;
}
