// The small curve on a verdict's card: what was judged over the last minutes, against the limit.
import type { ReactElement } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { toMiB, type Bytes } from '../../../../shared/base/units.ts';
import { axisTicks, type VerdictCurve } from '../../../view/verdicts/verdict-curve.ts';

export interface VerdictCurveChartProps {
  readonly curve: VerdictCurve;
  readonly limit: Bytes;
}

const FONT = { fontSize: 11, fill: 'var(--muted)' };

/** Drawn as steps: between two looks nothing is known, and a slope would claim otherwise. Unknown looks are gaps. */
export function VerdictCurveChart({ curve, limit }: VerdictCurveChartProps): ReactElement {
  const { points, sentence } = curve;
  const limitMib = toMiB(limit);
  const most = points.reduce((top, { mib }) => (mib === null ? top : Math.max(top, mib)), limitMib);
  const ticks = axisTicks(most);
  return (
    <figure className="m-0">
      <div aria-hidden className="h-28">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={[...points]} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="atMs"
              type="number"
              domain={['dataMin', 'dataMax']}
              tickFormatter={clockText}
              tick={FONT}
              stroke="var(--line-strong)"
              minTickGap={48}
            />
            <YAxis
              width={56}
              domain={[0, ticks.at(-1) ?? most]}
              ticks={ticks}
              tickFormatter={(value: number) => Math.round(value).toLocaleString('en-US')}
              tick={FONT}
              stroke="var(--line-strong)"
            />
            <ReferenceLine y={limitMib} stroke="var(--fail)" strokeDasharray="5 3" />
            <Line
              type="stepAfter"
              dataKey="mib"
              stroke="var(--engine)"
              strokeWidth={2}
              dot={points.length === 1 ? { r: 2.5, fill: 'var(--engine)' } : false}
              connectNulls={false}
              isAnimationActive={false}
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="text-[12px] text-muted">{sentence} The dashed line is the limit.</figcaption>
    </figure>
  );
}

function clockText(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
