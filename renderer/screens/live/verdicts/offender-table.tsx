// Who holds the judged GPU, as a table: what counts against the limit first, what only stands beside it after.
import type { ReactElement } from 'react';
import { REASONS } from '../../../../shared/base/reason.ts';
import { mibNumber } from '../../../../shared/session/size-text.ts';
import { parseBusId, type Pid } from '../../../../shared/model/ids.ts';
import { OFFENDER_CLASSES, type Offender, type OffenderClass } from '../../../view/verdicts/offenders.ts';
import type { RawRequest } from '../../../view/raw-request.ts';

const SWATCHES: Readonly<Record<OffenderClass, string>> = {
  own: 'bg-engine',
  'own-foreign': 'bg-engine hatched',
  'own-gone': 'bg-gone hatched',
  engine: 'bg-engine/50',
  orphan: 'bg-orphan',
  trainer: 'bg-trainer',
  process: 'bg-process',
  hidden: 'bg-process hatched',
  gone: 'bg-gone hatched',
  unattributed: 'bg-unattributed',
  reserved: 'bg-reserved',
};

export interface OffenderTableProps {
  readonly bus: string;
  readonly offenders: readonly Offender[];
  readonly onPid: (pid: Pid) => void;
  readonly onRaw: (request: RawRequest) => void;
}

export function OffenderTable({ bus, offenders, onPid, onRaw }: OffenderTableProps): ReactElement {
  return (
    <table className="w-full table-fixed border-collapse text-[13px]">
      <caption className="pb-1 text-left text-[12px] font-medium text-muted">Who holds GPU {bus}</caption>
      {/* Fixed columns take the widths of the first row, and that one is for screen readers. */}
      <colgroup>
        <col />
        <col className="w-32" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th>What it is</th>
          <th>MiB</th>
        </tr>
      </thead>
      <tbody>
        {offenders.map((offender, at) => (
          <tr key={`${offender.class} ${offender.pid ?? ''} ${at}`} className={offender.counted ? '' : 'text-muted'}>
            <th scope="row" className="py-0.5 pr-2 text-left align-top font-normal">
              <span className="flex items-baseline gap-2">
                <span
                  aria-hidden
                  className={`inline-block size-2.5 shrink-0 rounded-[2px] ${SWATCHES[offender.class]}`}
                />
                <span className="min-w-0">
                  <Who offender={offender} onPid={onPid} />
                  {offender.title === '' ? null : (
                    <span className="block truncate font-mono text-[11px] text-muted" dir="ltr" title={offender.title}>
                      {offender.title}
                    </span>
                  )}
                </span>
              </span>
            </th>
            <td className="py-0.5 text-right align-top">
              <Amount offender={offender} bus={bus} onRaw={onRaw} />
              {offender.counted ? null : <span className="block text-[11px]">not counted</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Who({ offender: { class: kind, who, pid }, onPid }: { offender: Offender; onPid: (pid: Pid) => void }) {
  if (pid === undefined) return <span>{OFFENDER_CLASSES[kind]}</span>;
  return (
    <>
      {OFFENDER_CLASSES[kind]},{' '}
      <button type="button" className="hover:text-accent hover:underline" onClick={() => onPid(pid)}>
        {who}
      </button>
    </>
  );
}

function Amount({
  offender: { size, pid, class: kind },
  bus,
  onRaw,
}: Omit<OffenderTableProps, 'offenders' | 'onPid'> & { offender: Offender }) {
  const known = parseBusId(bus);
  const text = size.known ? `${mibNumber(size.value)} MiB` : 'unknown';
  const title = size.known ? 'Where this number comes from' : REASONS[size.why.code];
  const ask = (): void => {
    const where = known === undefined ? {} : { bus: known };
    const isRow = pid !== undefined;
    if (isRow) onRaw({ title: `${text} of pid ${pid}`, match: { kind: 'usage', pid, ...where } });
    else if (known !== undefined)
      onRaw({ title: `${text}, ${OFFENDER_CLASSES[kind]}`, match: { kind: 'device', bus: known } });
  };
  return (
    <button
      type="button"
      title={title}
      onClick={ask}
      className={`hover:text-accent hover:underline ${size.known ? '' : 'hatched px-1'}`}
    >
      {text}
      {size.known ? null : <span className="sr-only">: {REASONS[size.why.code]}</span>}
    </button>
  );
}
