// The pair as bars: resident now, resident when last awake, accounted; one group a GPU, all on one scale.
import type { ReactElement } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import type { EnginePairView } from '../../../view/pair-rows.ts';
import { axisTicks } from '../../../view/verdicts/verdict-curve.ts';

/** Of one group, in pixels: three bars and the air between two GPUs. */
const GROUP = 40;
const AXIS = 24;
const FONT = { fontSize: 11, fill: 'var(--muted)' };

/** The table below says the same in numbers, so that this may be a picture for those who see it. */
export function PairBars({ view: { rows, mostMib } }: { view: EnginePairView }): ReactElement {
  const ticks = axisTicks(mostMib);
  const data = rows.map(({ name, resident, awake, accounted }) => ({
    name,
    resident: resident.mib,
    awake: awake.mib,
    accounted: accounted.mib,
  }));
  return (
    <div aria-hidden>
      <p className="flex flex-wrap gap-x-4 text-[12px] text-muted">
        <Key className="bg-engine" text="resident now" />
        <Key className="bg-engine/40" text="when last awake" />
        <Key className="border border-dashed border-text bg-transparent" text="accounted" />
      </p>
      <div style={{ height: rows.length * GROUP + AXIS }}>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            layout="vertical"
            accessibilityLayer={false}
            data={data}
            margin={{ top: 4, right: 16, bottom: 0, left: 0 }}
            barCategoryGap={6}
            barGap={1}
          >
            <CartesianGrid stroke="var(--line)" horizontal={false} />
            <XAxis
              type="number"
              domain={[0, ticks.at(-1) ?? mostMib]}
              ticks={ticks}
              tickFormatter={(value: number) => value.toLocaleString('en-US')}
              tick={FONT}
              stroke="var(--line-strong)"
              height={AXIS}
            />
            <YAxis type="category" dataKey="name" width={64} tick={FONT} stroke="var(--line-strong)" interval={0} />
            <Bar dataKey="resident" fill="var(--engine)" isAnimationActive={false} />
            <Bar dataKey="awake" fill="var(--engine)" fillOpacity={0.4} isAnimationActive={false} />
            <Bar
              dataKey="accounted"
              fill="var(--panel)"
              stroke="var(--text)"
              strokeDasharray="4 3"
              isAnimationActive={false}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}

function Key({ className, text }: { className: string; text: string }): ReactElement {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className={`inline-block h-2.5 w-4 ${className}`} />
      {text}
    </span>
  );
}
