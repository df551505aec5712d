// The rest of a GPU belongs to somebody else, named: a trainer, another engine, an orphan, another job, a gone pid.
import { sum, total } from '../base/known.ts';
import { clip, printable } from '../base/printable.ts';
import { fromGiB, plus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import type { DeviceLedger, LedgerClass, LedgerEntry } from '../ledger/device-ledger.ts';
import type { Pid } from '../model/ids.ts';
import { mibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { ledgerSource } from './provenance.ts';

/** Co-tenants with less than this and less than the engine are no explanation of anything. */
const NOTICEABLE: Bytes = fromGiB(1);
const LABEL_WIDTH = 60;

const NAMES: Readonly<Record<LedgerClass, string>> = {
  engine: 'another engine',
  orphan: 'an orphan',
  trainer: 'a trainer',
  process: 'another process',
  gone: 'a pid that is gone',
  unattributed: 'no process',
};

/** One hint a GPU. A part whose size is unknown is named with the others, and never counted. */
export function coTenants({ subject, rows, ledgers }: HintInput): Hint[] {
  const ownPids = new Set([...subject.members, ...rows].map(({ pid }) => pid));
  return ledgers.flatMap((ledger) => coTenantsOn(ledger, ownPids));
}

function coTenantsOn({ device, entries, moving }: DeviceLedger, ownPids: ReadonlySet<Pid>): Hint[] {
  const named = entries.filter((entry) => entry.class !== 'unattributed');
  const own = total(sum(named.filter((entry) => isOwn(entry, ownPids)).map((entry) => entry.bytes)));
  const others = named.filter((entry) => !isOwn(entry, ownPids));
  const known = others.flatMap(({ bytes }) => (bytes.known ? [bytes.value] : []));
  const held = known.reduce(plus, ZERO_BYTES);
  if (known.length === 0 || !own.known || held <= 0 || (held < NOTICEABLE && held <= own.value)) return [];
  const isWhole = known.length === others.length && device.used.known && moving !== true;
  const of = device.used.known ? `of ${mibText(device.used.value)} used on ${device.bus}` : `on ${device.bus}`;
  const tenants = others.map((entry) => tenantText(entry)).join('; ');
  return [
    {
      code: 'co-tenant',
      text: `${of}, this engine holds ${mibText(own.value)}; ${mibText(held)} are not the engine's: ${tenants}`,
      confidence: isWhole ? 'high' : 'medium',
      evidence: [ledgerSource(device.bus), 'owners: parents and titles of the processes'],
    },
  ];
}

function isOwn({ pids }: LedgerEntry, ownPids: ReadonlySet<Pid>): boolean {
  return pids.some((pid) => ownPids.has(pid));
}

function tenantText({ class: kind, label, pids, bytes }: LedgerEntry): string {
  const size = bytes.known ? mibText(bytes.value) : 'an unknown size';
  const named = kind === 'gone' ? '' : `, ${clip(printable(label), LABEL_WIDTH)}`;
  return `${size} ${NAMES[kind]} (pid ${pids.join(', ')}${named})`;
}
