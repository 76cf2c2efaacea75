import { LineChart } from '@/components/charts/line-chart';
import { createSharedCursor } from '@/components/charts/shared-cursor';
import { RATE_LINES } from '@/components/overview/lines';
import { runPage } from './run-page.jsx';

const cursor = createSharedCursor();
const SHOWN = [true, true, true];

/** The product's own chart, with its labels, areas and dashes. */
runPage(({ data }) => (
  <LineChart
    label="Requests"
    lines={RATE_LINES}
    data={{ ...data, leastTop: 4 }}
    shown={SHOWN}
    format={String}
    describe={String}
    cursor={cursor}
    onBrush={() => undefined}
  />
));
