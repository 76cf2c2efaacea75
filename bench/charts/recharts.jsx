import { Line, LineChart, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { runPage } from './run-page.jsx';

const LINES = [
  { key: 'allowed', stroke: 'var(--allowed-text)' },
  { key: 'denied', stroke: 'var(--denied-text)', strokeDasharray: '7 4' },
  { key: 'errors', stroke: 'var(--ink-soft)', strokeDasharray: '2 3' },
];

/** As lean as Recharts goes: lines alone, no animation, no dots, no tooltip. */
runPage(({ data: { xs, columns } }) => (
  <ResponsiveContainer width="100%" height="100%">
    <LineChart
      data={xs.map((at, index) => ({
        at,
        allowed: columns[0][index],
        denied: columns[1][index],
        errors: columns[2][index],
      }))}
      accessibilityLayer={false}
    >
      <XAxis dataKey="at" type="number" domain={['dataMin', 'dataMax']} />
      <YAxis domain={[0, 'dataMax']} />
      {LINES.map(({ key, ...look }) => (
        <Line
          key={key}
          dataKey={key}
          type="linear"
          dot={false}
          activeDot={false}
          isAnimationActive={false}
          {...look}
        />
      ))}
    </LineChart>
  </ResponsiveContainer>
));
