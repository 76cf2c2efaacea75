import { memo } from 'react';
import { pointLabel } from '@/components/charts/scale';
import { formatCount } from '@/components/traffic/format';
import { latencyWords } from './figures';
import { tableSteps } from './table-steps';
import type { Timeline } from './timeline';

/** The charts in numbers, for who does not see them. Renewed with the report, not with every second. */
export const StepTable = memo(function StepTable({ timeline }: { timeline: Timeline }) {
  const { from, to, step } = timeline;
  return (
    <div className="sr-only">
      <table>
        <caption>Requests and latency over time</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Allowed</th>
            <th scope="col">Denied</th>
            <th scope="col">Errors</th>
            <th scope="col">Highest p95</th>
          </tr>
        </thead>
        <tbody>
          {tableSteps(timeline).map(({ at, allowed, denied, errors, p95 }) => (
            <tr key={at}>
              <th scope="row">{pointLabel(at, step, to - from)}</th>
              <td>{formatCount(allowed)}</td>
              <td>{formatCount(denied)}</td>
              <td>{formatCount(errors)}</td>
              <td>{latencyWords(p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});
