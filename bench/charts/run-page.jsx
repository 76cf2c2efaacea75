import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createStream, UPDATES_PER_SECOND } from './stream.mjs';

/**
 * Shows a chart and makes it follow the stream; what it costs is kept in `window.measured`.
 * @param {(props: {data: {xs: number[], columns: number[][]}}) => import('react').ReactNode} Chart
 */
export function runPage(Chart) {
  function Page() {
    const [next] = useState(createStream);
    const [data, setData] = useState(next);
    useEffect(() => {
      const timer = setInterval(() => {
        window.measured.updates += 1;
        setData(next());
      }, 1_000 / UPDATES_PER_SECOND);
      return () => clearInterval(timer);
    }, [next]);
    return (
      <div style={{ width: 1_200, height: 240 }}>
        <Chart data={data} />
      </div>
    );
  }

  window.resetMeasured = () => {
    window.measured = { updates: 0, framesMs: [], longTasksMs: [] };
  };
  window.resetMeasured();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.measured.longTasksMs.push(duration);
  }).observe({ type: 'longtask' });
  let before = performance.now();
  function frame(now) {
    window.measured.framesMs.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
  createRoot(document.getElementById('root')).render(<Page />);
}
