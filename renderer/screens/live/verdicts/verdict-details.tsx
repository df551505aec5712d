// The card of one verdict: the rule, the number on each GPU, who holds it, what was not measured, and what would change it.
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { parseBusId } from '../../../../shared/model/ids.ts';
import type { Pid } from '../../../../shared/model/ids.ts';
import type { Bytes } from '../../../../shared/base/units.ts';
import type { RawRequest } from '../../../view/raw-request.ts';
import { cardDetails, cardText, places, type BusLine, type VerdictCard } from '../../../view/verdicts/verdict-card.ts';
import type { VerdictCurve } from '../../../view/verdicts/verdict-curve.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { ArmedGatePart, type ArmedGatePartProps } from './armed-gate-part.tsx';
import { OffenderTable } from './offender-table.tsx';
import { useRawHash } from '../../../components/raw-hash.ts';
import { VerdictCurveChart } from './verdict-curve-chart.tsx';

export interface VerdictDetailsProps {
  readonly card: VerdictCard;
  /** undefined for an orphan, of which no history is kept. */
  readonly curve: VerdictCurve | undefined;
  readonly limit: Bytes;
  readonly frameText: string;
  /** undefined where the card shows none. */
  readonly gate: Omit<ArmedGatePartProps, 'limit'> | undefined;
  readonly onPid: (pid: Pid) => void;
  readonly onRaw: (request: RawRequest) => void;
}

export function VerdictDetails({
  card,
  curve,
  limit,
  gate,
  frameText,
  onPid,
  onRaw,
}: VerdictDetailsProps): ReactElement {
  const details = useMemo(() => cardDetails(card), [card]);
  const rawSha256 = useRawHash(frameText);
  return (
    <div className="grid gap-x-8 gap-y-4 border-t border-line bg-sunken/50 px-4 py-4 text-[13px] @3xl:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Part title="Rule">
          <p>{details.rule}</p>
          {details.runLimit === '' ? null : <p className="text-muted">{details.runLimit}</p>}
        </Part>
        <BusTable lines={details.buses} card={card} onRaw={onRaw} />
        {details.offenders.length === 0 ? null : (
          <OffenderTable bus={details.worstBus} offenders={details.offenders} onPid={onPid} onRaw={onRaw} />
        )}
        {curve === undefined ? null : (
          <Part title="Over time">
            <VerdictCurveChart curve={curve} limit={limit} />
          </Part>
        )}
        {details.notMeasured.length === 0 ? null : (
          <Part title="What was not measured">
            <ul className="flex flex-col gap-1">
              {details.notMeasured.map(({ code, meaning, where }) => (
                <li key={code} className="border-l-2 border-inconclusive pl-2">
                  <code className="text-[12px] text-inconclusive">{code}</code> {meaning}
                  {places(where)}.
                </li>
              ))}
            </ul>
          </Part>
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        {card.isOrphan ? null : (
          <Part title="State">
            <p>
              {card.state.value} ({card.state.source === 'none' ? 'nobody says' : card.state.source}): {card.state.text}
              .
            </p>
          </Part>
        )}
        {gate === undefined || (gate.armed === undefined && gate.onArm === undefined) ? null : (
          <Part title="Gate over one release">
            <ArmedGatePart {...gate} limit={gate.armed?.policy.limit ?? limit} />
          </Part>
        )}
        <Part title="What would change this verdict">
          <List lines={details.changes} />
        </Part>
        {details.hints.length === 0 ? null : (
          <Part title="What may explain it (hints, not part of the verdict)">
            <ul className="flex flex-col gap-1.5">
              {details.hints.map(({ code, text, confidence, evidence }) => (
                <li key={`${code} ${text}`}>
                  <Confidence level={confidence} /> {text.slice(0, 1).toUpperCase()}
                  {text.slice(1)}.
                  {evidence.length === 0 ? null : (
                    <span className="block text-[12px] text-muted">From {evidence.join('; ')}</span>
                  )}
                </li>
              ))}
            </ul>
          </Part>
        )}
        {details.says.length === 0 ? null : (
          <Part title="What the engine says (shown, never judged)">
            <List lines={details.says} />
          </Part>
        )}
        <Part title="The run's own gate">
          <p>{details.seed}</p>
        </Part>
        <Part title="Evidence">
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-[12px]">
            {details.evidence.map(({ label, value }) => (
              <EvidenceRow key={label} label={label} value={value} />
            ))}
            <EvidenceRow label="SHA-256" value={rawSha256 ?? 'not counted'} />
          </dl>
          <div className="mt-2">
            <CopyButton label="Copy as text" text={cardText(card, details, rawSha256)} />
          </div>
        </Part>
      </div>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section>
      <h4 className="mb-1 text-[12px] font-medium text-muted">{title}</h4>
      {children}
    </section>
  );
}

function List({ lines }: { lines: readonly string[] }): ReactElement {
  return (
    <ul className="flex list-disc flex-col gap-0.5 pl-4 marker:text-line-strong">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function EvidenceRow({ label, value }: { label: string; value: string }): ReactElement {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd
        className={`break-all whitespace-pre-line ${label === 'Source' || label === 'SHA-256' ? 'font-mono text-[11px]' : ''}`}
      >
        {value}
      </dd>
    </>
  );
}

const DOTS = { high: '●●●', medium: '●●○', low: '●○○' } as const;

/** The word beside the dots: neither needs the other. */
function Confidence({ level }: { level: keyof typeof DOTS }): ReactElement {
  return (
    <span className="mr-1 rounded border border-line px-1 text-[11px] whitespace-nowrap text-muted">
      <span aria-hidden>{DOTS[level]} </span>
      {level} confidence
    </span>
  );
}

function BusTable({
  lines,
  card,
  onRaw,
}: {
  lines: readonly BusLine[];
  card: VerdictCard;
  onRaw: (request: RawRequest) => void;
}): ReactElement | null {
  if (lines.length === 0) return null;
  return (
    <table className="w-full border-collapse text-[13px]">
      <caption className="pb-1 text-left text-[12px] font-medium text-muted">On each GPU, against the limit</caption>
      <thead className="sr-only">
        <tr>
          <th>GPU</th>
          <th>Held</th>
          <th>Against the limit</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ bus, text, against, isOver, isWorst }) => {
          const known = parseBusId(bus);
          return (
            <tr key={bus}>
              <th scope="row" className={`py-0.5 text-left font-normal ${isWorst ? 'font-semibold' : ''}`}>
                {bus}
                {isWorst && lines.length > 1 ? <span className="ml-2 text-[11px] text-muted">judged</span> : null}
              </th>
              <td className={`py-0.5 text-right ${isWorst ? 'font-semibold' : ''}`}>
                <button
                  type="button"
                  className="hover:text-accent hover:underline"
                  onClick={() =>
                    onRaw({
                      title: `${text} of ${card.name} on ${bus}`,
                      match: { kind: 'usage', ...(known === undefined ? {} : { bus: known }) },
                    })
                  }
                >
                  {text}
                </button>
              </td>
              <td className={`w-36 py-0.5 text-right ${isOver ? 'text-fail' : 'text-muted'}`}>
                {against}
                <span className="sr-only">{isOver ? ', over the limit' : ''}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
