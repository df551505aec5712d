// The picture of a comparison: bars mirrored around zero, with the words of both directions and of every bar.
import { useMemo, type ReactElement } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Cell,
  LabelList,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import { compareBars, type CompareBarRow, type CompareBars } from '../../view/compare/compare-bars.ts';

const ROW = 32;
const AXIS = 24;
const FONT = { fontSize: 11, fill: 'var(--muted)' };

/** The table beside it says the same in numbers, so that this may be a picture for those who see it. */
export interface ComparePictureProps {
  readonly rows: readonly CompareBarRow[];
  readonly title?: string;
  /** The words of the two directions. */
  /** It stands in a panel that has a frame. */
  readonly isInside?: boolean;
  readonly less?: string;
  readonly more?: string;
}

export function ComparePicture({
  rows,
  title = 'Freed and grown',
  isInside = false,
  less = 'freed',
  more = 'grown',
}: ComparePictureProps): ReactElement {
  const picture = useMemo(() => compareBars(rows), [rows]);
  const { bars, edgeMib } = picture;
  return (
    <section
      aria-label={`Picture: ${title}`}
      className={`min-w-0 bg-panel px-3 py-1.5 ${isInside ? 'border-line' : 'rounded border border-line'}`}
    >
      <h3 className="text-[13px] font-semibold">
        {title} <span className="font-normal text-muted">MiB</span>
      </h3>
      {bars.length === 0 ? (
        <p className="py-1 text-[13px] text-muted">No row differs by more than the noise.</p>
      ) : (
        <div aria-hidden className="mt-1">
          <p className="ml-40 flex justify-between text-[12px] font-semibold">
            <span>← {less}</span>
            <span>{more} →</span>
          </p>
          <div style={{ height: bars.length * ROW + AXIS }}>
            <ResponsiveContainer width="100%" height="100%">
              <BarChart
                layout="vertical"
                accessibilityLayer={false}
                data={[...bars]}
                margin={{ top: 0, right: 8, bottom: 0, left: 0 }}
                barCategoryGap={2}
              >
                <CartesianGrid stroke="var(--line)" horizontal={false} />
                <XAxis
                  type="number"
                  domain={[-edgeMib, edgeMib]}
                  ticks={[-edgeMib, -edgeMib / 2, 0, edgeMib / 2, edgeMib]}
                  tickFormatter={signed}
                  tick={FONT}
                  stroke="var(--line-strong)"
                  height={AXIS}
                />
                <YAxis
                  type="category"
                  dataKey="name"
                  width={160}
                  tick={FONT}
                  stroke="var(--line-strong)"
                  interval={0}
                />
                <ReferenceLine x={0} stroke="var(--text)" />
                <Bar dataKey="mib" isAnimationActive={false} barSize={14}>
                  {bars.map(({ id, mib }) => (
                    <Cell key={id} fill={mib < 0 ? 'var(--engine)' : 'var(--orphan)'} />
                  ))}
                  <LabelList dataKey="label" content={BarLabel} />
                </Bar>
              </BarChart>
            </ResponsiveContainer>
          </div>
        </div>
      )}
      <p className="mt-1 text-[12px] text-muted">{leftText(picture)}</p>
    </section>
  );
}

interface LabelProps {
  readonly x?: number | string | undefined;
  readonly y?: number | string | undefined;
  readonly width?: number | string | undefined;
  readonly height?: number | string | undefined;
  readonly value?: unknown;
}

/** On the other side of zero, where no bar is. */
function BarLabel({ x = 0, y = 0, width = 0, height = 0, value }: LabelProps): ReactElement {
  const text = typeof value === 'string' ? value : '';
  const [left, wide] = [Number(x), Number(width)];
  const isGrown = wide > 0;
  // A bar to the left has its beginning at zero and a width below it.
  const zero = left;
  return (
    <text
      x={isGrown ? zero - 6 : zero + 6}
      y={Number(y) + Number(height) / 2}
      dy="0.32em"
      fontSize={11}
      fill="var(--text)"
      textAnchor={isGrown ? 'end' : 'start'}
    >
      {text}
    </text>
  );
}

function signed(mib: number): string {
  return `${mib > 0 ? '+' : mib < 0 ? '−' : ''}${Math.abs(mib).toLocaleString('en-US')}`;
}

function leftText({ left: { unknown, noise, more } }: CompareBars): string {
  const parts = [
    unknown === 0 ? '' : `${unknown} without a number`,
    noise === 0 ? '' : `${noise} within the noise`,
    more === 0 ? '' : `${more} smaller ones`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Every row of the table is drawn.' : `Only in the table: ${parts.join(', ')}.`;
}
