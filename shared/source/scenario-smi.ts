// What a scenario's `smi` lines say: how this node's nvidia-smi fails. Texts and exit codes are not here but in the
// stand-in, which takes them from the driver's generation.
//
//   smi missing                        nvidia-smi is not installed
//   smi fails WHY                      every call fails: no-library, no-driver, mismatch, permissions, unknown-error,
//                                      lost, irq, blocked, no-devices
//   smi handle BUS WHY                 one handle cannot be had: lost, unknown-error and blocked end the whole answer,
//                                      permissions skips that GPU in silence
//   smi row BUS lost                   every cell of that GPU is [GPU is lost]
//   smi processes BUS [CELL]           the process list of that GPU is refused with this cell
//   smi slow [devices|usage] MS        answers come so much later
//   smi hung [devices|usage]           no answer; the call ignores TERM
//   smi stuck [devices|usage]          no answer; the call shows itself in state D in a foreign process tree
//   smi garbage "TEXT"                 prints this and ends with 0
//   smi refuse FIELD                   the field is not valid for this driver
//   smi repeat                         every process row comes twice
import type { BusId } from '../model/ids.ts';
import type { TokenReader } from './scenario-reader.ts';
import type { ByteText } from './scenario-text.ts';

export const INIT_FAILURES = [
  'no-library',
  'no-driver',
  'mismatch',
  'permissions',
  'unknown-error',
  'lost',
  'irq',
  'blocked',
  'no-devices',
] as const;
export type InitFailure = (typeof INIT_FAILURES)[number];

export const HANDLE_FAILURES = ['lost', 'unknown-error', 'blocked', 'permissions'] as const;
export type HandleFailure = (typeof HANDLE_FAILURES)[number];

/** `devices` is --query-gpu, `usage` is --query-compute-apps. */
export type SmiCall = 'devices' | 'usage';

export interface SmiTrouble {
  readonly missing: boolean;
  readonly fails: InitFailure | undefined;
  readonly handles: ReadonlyMap<BusId, HandleFailure>;
  readonly lostRows: ReadonlySet<BusId>;
  readonly refusedLists: ReadonlyMap<BusId, string>;
  readonly delaysMs: ReadonlyMap<SmiCall, number>;
  readonly hangs: ReadonlyMap<SmiCall, 'hung' | 'stuck'>;
  readonly garbage: ByteText | undefined;
  readonly refusedFields: readonly string[];
  readonly repeat: boolean;
}

export const NO_TROUBLE: SmiTrouble = {
  missing: false,
  fails: undefined,
  handles: new Map(),
  lostRows: new Set(),
  refusedLists: new Map(),
  delaysMs: new Map(),
  hangs: new Map(),
  garbage: undefined,
  refusedFields: [],
  repeat: false,
};

/** Adds one `smi` line to what is known of this node's nvidia-smi. */
export function readSmiLine(read: TokenReader, before: SmiTrouble): SmiTrouble {
  const word = read.word('what nvidia-smi does');
  switch (word) {
    case 'missing':
      return { ...before, missing: true };
    case 'fails':
      return { ...before, fails: choose(read, INIT_FAILURES) };
    case 'handle': {
      const bus = read.knownBus();
      return { ...before, handles: new Map(before.handles).set(bus, choose(read, HANDLE_FAILURES)) };
    }
    case 'row': {
      const bus = read.knownBus();
      if (!read.skip('lost')) read.fail('a row can only be lost: smi row BUS lost');
      return { ...before, lostRows: new Set(before.lostRows).add(bus) };
    }
    case 'processes': {
      const bus = read.knownBus();
      const cell = read.cell();
      if (!('cell' in cell)) return read.fail('a refused process list needs a cell such as [N/A]');
      return { ...before, refusedLists: new Map(before.refusedLists).set(bus, cell.cell) };
    }
    case 'slow': {
      const calls = whichCalls(read);
      const ms = read.count('milliseconds');
      return { ...before, delaysMs: new Map([...before.delaysMs, ...calls.map((call) => [call, ms] as const)]) };
    }
    case 'hung':
    case 'stuck':
      return { ...before, hangs: new Map([...before.hangs, ...whichCalls(read).map((call) => [call, word] as const)]) };
    case 'garbage':
      return { ...before, garbage: read.text('the text in quotes') };
    case 'refuse':
      return { ...before, refusedFields: [...before.refusedFields, read.word('a field')] };
    case 'repeat':
      return { ...before, repeat: true };
    default:
      return read.fail(`nvidia-smi cannot "${word}" here; see scenario-smi.ts for what it can do`);
  }
}

function whichCalls(read: TokenReader): readonly SmiCall[] {
  if (read.skip('devices')) return ['devices'];
  if (read.skip('usage')) return ['usage'];
  return ['devices', 'usage'];
}

function choose<T extends string>(read: TokenReader, choices: readonly T[]): T {
  const word = read.word(choices.join(', '));
  return choices.find((choice) => choice === word) ?? read.fail(`${word} is not one of ${choices.join(', ')}`);
}
