import { Bar, BarChart, ReferenceArea, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { formatTime } from './format';
import type { SecondTally } from './statistics';

const TICK = { fill: 'var(--ink-faint)', fontSize: 13, fontFamily: 'var(--font-mono)' };
/** Seconds between labelled ticks. */
const TICK_SECONDS = 10;

interface RateChartProps {
  /** Consecutive seconds, oldest first. */
  readonly seconds: readonly SecondTally[];
  readonly windowSeconds: number;
}

/** Stacked bars, every other window on a faint band. Nothing tweens: a second is drawn once it counts. */
export function RateChart({ seconds, windowSeconds }: RateChartProps) {
  const first = seconds[0]?.second ?? 0;
  const last = seconds.at(-1)?.second ?? 0;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={[...seconds]}
        margin={{ top: 8, right: 32, bottom: 0, left: 0 }}
        barCategoryGap="12%"
        accessibilityLayer={false}
      >
        {bands(first, last, windowSeconds).map(({ from, to }) => (
          <ReferenceArea key={from} x1={from} x2={to} fill="var(--raised)" fillOpacity={0.55} />
        ))}
        <XAxis
          dataKey="second"
          type="number"
          domain={[first - 0.5, last + 0.5]}
          ticks={ticks(first, last)}
          tickFormatter={(second: number) => formatTime(second * 1_000)}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          minTickGap={24}
        />
        <YAxis
          width={28}
          allowDecimals={false}
          domain={[0, (most: number) => Math.max(4, most)]}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          tickCount={3}
        />
        <Bar dataKey="allowed" stackId="rate" fill="var(--allowed)" isAnimationActive={false} />
        <Bar dataKey="denied" stackId="rate" fill="var(--denied)" isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
}

/** Every other window within the span, Unix s; bars stand on the middle of their second. */
function bands(first: number, last: number, windowSeconds: number) {
  const found: { from: number; to: number }[] = [];
  for (let index = Math.floor(first / windowSeconds); index * windowSeconds <= last; index++) {
    const from = Math.max(first, index * windowSeconds) - 0.5;
    const to = Math.min(last + 1, (index + 1) * windowSeconds) - 0.5;
    if (index % 2 === 0 && to > from) found.push({ from, to });
  }
  return found;
}

function ticks(first: number, last: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(first / TICK_SECONDS) * TICK_SECONDS; at <= last; at += TICK_SECONDS) {
    found.push(at);
  }
  return found;
}
