// What a probe shows of a node whose truth is known: its looks as frames, with everything that goes wrong in them.
import type { FrameSeen } from '../../shared/model/observation.ts';
import { frameOf, type Edit } from './frame-text.ts';
import { usedOn, type Fault, type TrueLook, type TrueNode, type TrueProcess } from './true-nodes.ts';

const BUSES = ['1B', '3B', '41', '5E', '9B', 'BB', 'CB', 'DB'] as const;

/** As Residuum writes the bus of a GPU. */
export function busOf(gpu: number): string {
  return `00000000:${BUSES[gpu]}:00.0`;
}

/** A sample and its closing reading of each look. */
export function shownLooks(node: TrueNode, name = 'n1'): FrameSeen[][] {
  return node.looks.map((look) => {
    const seen = (kind: 'sample' | 'devices', atMs: number): FrameSeen => ({
      kind: 'frame',
      node: name,
      askedMs: atMs - 60,
      atMs,
      text: frameOf(textOf(node, look, kind), kind, { edit: editOf(node, look) }).text,
      fresh: false,
      carried: [],
      skipped: 0,
    });
    const sample = seen('sample', look.atMs - 70);
    return isSilent(look) ? [sample] : [sample, seen('devices', look.atMs)];
  });
}

/** Then no closing reading is asked for. */
function isSilent({ faults }: TrueLook): boolean {
  return faults.some(({ kind }) => kind === 'driver-silent');
}

function textOf({ gpus, hasBusColumn }: TrueNode, look: TrueLook, kind: 'sample' | 'devices'): string {
  const { faults, engines, orphans, others } = look;
  const isAt = (gpu: number, what: Fault['kind']): Fault | undefined =>
    faults.find((fault) => fault.kind === what && 'gpu' in fault && fault.gpu === gpu);
  const lines = ['node gpu-01 driver 550.54.15'];
  for (let gpu = 0; gpu < gpus; gpu += 1) {
    const late = isAt(gpu, 'opening-late');
    const used = late?.kind === 'opening-late' && kind === 'sample' ? late.used : usedOn(gpu, look);
    const cell = isAt(gpu, 'used-without-number') === undefined ? String(used) : '[N/A]';
    lines.push(`gpu ${BUSES[gpu]}:00.0 "H100" total 400000 reserved 479 used ${cell}`);
  }
  const all = [...engines.flatMap(({ processes }) => processes), ...orphans, ...others];
  for (const process of all) if (process.ended === undefined) lines.push(lineOf(process, faults));
  for (const process of all)
    if (process.ended === 'listed') lines.push(`gone ${process.pid} ${rowsOf(process, faults)}`);
  for (let gpu = 0; gpu < gpus; gpu += 1) {
    if (isAt(gpu, 'list-refused') !== undefined) lines.push(`smi processes ${BUSES[gpu]}:00.0 [N/A]`);
  }
  if (!hasBusColumn) lines.push('smi refuse gpu_bus_id');
  return lines.join('\n');
}

function rowsOf({ pid, holds }: TrueProcess, faults: readonly Fault[]): string {
  const isMute = faults.some((fault) => fault.kind === 'row-without-number' && fault.pid === pid);
  return [...holds].map(([gpu, mib]) => `on ${BUSES[gpu]}:00.0 ${isMute ? '[N/A]' : mib}`).join(' ');
}

function lineOf(process: TrueProcess, faults: readonly Fault[]): string {
  const { pid, startTicks, parent, title } = process;
  const isLeftOut = faults.some((fault) => fault.kind === 'row-left-out' && fault.pid === pid);
  const rows = isLeftOut ? '' : rowsOf(process, faults);
  return `${parent === undefined ? '' : '  '}process p${pid} "${title}" pid ${pid} start ${startTicks} ${rows}`;
}

function editOf({ isInner }: TrueNode, look: TrueLook): Edit {
  const cut = look.faults.flatMap((fault) => (fault.kind === 'scan-cut' ? [String(fault.pid)] : []));
  return (line) => {
    const [word = '', first = '', second = ''] = line.split('\t', 3);
    if (word === 'node' && first === 'bootId') return `${line.slice(0, -2)}${String(look.boot).padStart(2, '0')}`;
    if (word === 'node' && first === 'pidNamespace' && second === 'host') {
      return isInner ? 'node\tpidNamespace\tinner' : undefined;
    }
    if (word === 'out' && isSilent(look)) return 'out\tUnable to determine the device handle';
    if (cut.length === 0) return undefined;
    if (word === 'scan') return [];
    if (word === 'fact' && cut.includes(first)) return [];
    return word === 'proc' && cut.includes(first) ? `gone\t${first}\tunreadable` : undefined;
  };
}
