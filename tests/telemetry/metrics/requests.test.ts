import { describe, expect, it } from 'vitest';
import { CLIENT_CLOSED, RequestRecord } from '../../../lib/gateway';
import { createMemoryStore, type Store } from '../../../lib/limiter';
import type { PolicyInput } from '../../../lib/policy';
import { failingStore } from '../../support/failing-store';
import { callTo, gatewayOver } from '../../support/gateway';
import { linesOf, metricsUnderTest } from './subject';

const NOW_MS = 1_795_262_407_000;
const QUOTE = '/api/v1/stock-price?ticker=aapl';

function watchedGateway(
  store: Store = createMemoryStore({ now: () => NOW_MS }),
  changes: Partial<PolicyInput> = {},
) {
  const { metrics } = metricsUnderTest();
  const gateway = gatewayOver(store, changes, [], { observer: metrics });
  const ask = async (times: number, target: string, method = 'GET') => {
    for (let i = 0; i < times; i++) await gateway.handle(callTo(target, { method }));
  };
  return { metrics, gateway, ask };
}

/** A request of which only the end is told. */
function answered(route: string, method: string, status: number): RequestRecord {
  const record = new RequestRecord(callTo('/', { method }), 'id', route);
  record.status = status;
  record.answeredMs = record.startedMs + 7;
  return record;
}

describe('requests', () => {
  it('are counted by route, method, code and verdict', async () => {
    const { metrics, ask } = watchedGateway();
    await ask(7, QUOTE);
    await ask(1, '/api/nothing-here', 'POST');
    expect(await linesOf(metrics, 'floodgate_requests_total')).toEqual([
      'floodgate_requests_total{route="/api/v1/stock-price",method="GET",code="200",verdict="allowed"} 5',
      'floodgate_requests_total{route="/api/v1/stock-price",method="GET",code="429",verdict="denied"} 2',
      'floodgate_requests_total{route="-",method="POST",code="404",verdict="allowed"} 1',
    ]);
  });

  it('do not count where no policy is met', async () => {
    const { metrics, ask } = watchedGateway();
    await ask(3, '/health');
    expect(await linesOf(metrics, 'floodgate_requests_total')).toEqual([]);
  });

  it('are timed by route, to the head of the answer', async () => {
    const { metrics, ask } = watchedGateway();
    await ask(6, QUOTE);
    const lines = await linesOf(metrics, 'floodgate_request_duration_seconds');
    expect(lines).toContain(
      'floodgate_request_duration_seconds_count{route="/api/v1/stock-price"} 6',
    );
  });

  it('are not timed where the client left before', async () => {
    const { metrics } = metricsUnderTest();
    metrics.onAnswer(answered('api', 'GET', CLIENT_CLOSED));
    expect(await linesOf(metrics, 'floodgate_requests_total')).toEqual([
      'floodgate_requests_total{route="api",method="GET",code="499",verdict="allowed"} 1',
    ]);
    expect(await linesOf(metrics, 'floodgate_request_duration_seconds')).toEqual([]);
  });

  it('are in flight from their coming to their end', async () => {
    const { metrics } = metricsUnderTest();
    const [one, two] = [answered('api', 'GET', 200), answered('api', 'GET', 200)];
    metrics.onStart(one);
    metrics.onStart(two);
    metrics.onEnd(one);
    expect(await linesOf(metrics, 'floodgate_requests_in_flight')).toEqual([
      'floodgate_requests_in_flight 1',
    ]);
  });

  it('count as other by methods and codes that have no name', async () => {
    const { metrics } = metricsUnderTest();
    metrics.onAnswer(answered('api', 'BREW', 200));
    metrics.onAnswer(answered('api', 'GET', 299));
    metrics.onAnswer(answered('api', 'GET', 799));
    expect(await linesOf(metrics, 'floodgate_requests_total')).toEqual([
      'floodgate_requests_total{route="api",method="other",code="200",verdict="allowed"} 1',
      'floodgate_requests_total{route="api",method="GET",code="other",verdict="allowed"} 1',
      'floodgate_requests_total{route="api",method="GET",code="other",verdict="error"} 1',
    ]);
  });

  it('keep within a thousand series whatever methods, codes and routes there are', async () => {
    const { metrics } = metricsUnderTest();
    for (let route = 0; route < 300; route++) {
      for (const method of ['GET', 'POST', 'PUT', 'BREW']) {
        for (let code = 100; code < 1_000; code += 7) {
          metrics.onAnswer(answered(`route-${route}`, method, code));
        }
      }
    }
    const lines = await linesOf(metrics, 'floodgate_requests_total');
    expect(lines.length).toBeLessThanOrEqual(1_000);
    expect(new Set(lines.map((line) => line.replace(/ \d+$/, ''))).size).toBe(lines.length);
    const total = lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    expect(total).toBe(300 * 4 * 129);
  });
});

describe('decisions', () => {
  it('are counted by policy, verdict and who decided', async () => {
    const { metrics, ask } = watchedGateway();
    await ask(7, QUOTE);
    expect(await linesOf(metrics, 'floodgate_decisions_total')).toEqual([
      'floodgate_decisions_total{policy="stock-price",verdict="allowed",source="store"} 5',
      'floodgate_decisions_total{policy="stock-price",verdict="denied",source="store"} 2',
    ]);
  });

  it('tell what a policy in shadow mode would have denied', async () => {
    const { metrics, ask } = watchedGateway(undefined, { mode: 'shadow' });
    await ask(6, QUOTE);
    expect(await linesOf(metrics, 'floodgate_decisions_total')).toEqual([
      'floodgate_decisions_total{policy="stock-price",verdict="allowed",source="store"} 5',
      'floodgate_decisions_total{policy="stock-price",verdict="would_deny",source="store"} 1',
      // Not enforced, it leaves the path to the policy of all others.
      'floodgate_decisions_total{policy="api",verdict="allowed",source="store"} 6',
    ]);
  });

  it('tell of those who are on the list of the refused', async () => {
    const { metrics, ask } = watchedGateway(undefined, { deny: { cidrs: ['203.0.113.0/24'] } });
    await ask(1, QUOTE);
    expect(await linesOf(metrics, 'floodgate_decisions_total')).toEqual([
      'floodgate_decisions_total{policy="stock-price",verdict="denied",source="list"} 1',
    ]);
  });

  it('tell when a policy answered in place of its store', async () => {
    const { metrics, ask } = watchedGateway(failingStore(), { on_store_failure: 'open' });
    await ask(1, QUOTE);
    expect(await linesOf(metrics, 'floodgate_decisions_total')).toEqual([
      'floodgate_decisions_total{policy="stock-price",verdict="allowed",source="fallback"} 1',
    ]);
  });

  it('are timed', async () => {
    const { metrics, ask } = watchedGateway();
    await ask(7, QUOTE);
    expect(await linesOf(metrics, 'floodgate_decision_duration_seconds')).toContain(
      'floodgate_decision_duration_seconds_count 7',
    );
  });
});

describe('retries', () => {
  it('are the attempts after the first', async () => {
    const { metrics } = metricsUnderTest();
    const record = answered('api', 'GET', 200);
    record.upstream = 'demo';
    record.attempts = 3;
    metrics.onEnd(record);
    const single = answered('api', 'GET', 200);
    single.upstream = 'demo';
    single.attempts = 1;
    metrics.onEnd(single);
    expect(await linesOf(metrics, 'floodgate_upstream_retries_total')).toEqual([
      'floodgate_upstream_retries_total{upstream="demo"} 2',
    ]);
  });
});
