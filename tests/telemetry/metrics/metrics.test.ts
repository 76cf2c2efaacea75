import { describe, expect, it } from 'vitest';
import { RequestRecord } from '../../../lib/gateway';
import {
  addEnded,
  type Family,
  type MetricsReport,
  mergeFamilies,
  metricsEndpoint,
} from '../../../lib/telemetry/metrics';
import type { UpstreamStatus } from '../../../lib/upstream';
import { bodyOf, callTo, field } from '../../support/gateway';
import { linesOf, metricsUnderTest } from './subject';

const upstream = (
  name: string,
  state: UpstreamStatus['breaker']['state'],
  targets: UpstreamStatus['targets'] = [],
): UpstreamStatus => ({
  name,
  breaker: {
    state,
    isTripped: false,
    sinceMs: 0,
    probeAtMs: undefined,
    requests: 0,
    failures: 0,
    slow: 0,
  },
  upgraded: 0,
  retries: 0,
  targets,
});

const target = (url: string, changes: Partial<UpstreamStatus['targets'][number]> = {}) => ({
  url,
  weight: 1,
  health: 'healthy' as const,
  healthFault: undefined,
  ejectedUntilMs: undefined,
  inFlight: 0,
  requests: 0,
  failures: 0,
  addresses: [],
  ...changes,
});

function answered(status: number, ms: number, route = 'api'): RequestRecord {
  const record = new RequestRecord(callTo('/'), 'id', route);
  record.status = status;
  record.answeredMs = record.startedMs + ms;
  return record;
}

describe('what a process stands on', () => {
  it('tells of the store, up and down', async () => {
    const { metrics, surroundings } = metricsUnderTest();
    expect(await linesOf(metrics, 'floodgate_store_up')).toEqual([
      'floodgate_store_up{store="redis"} 1',
    ]);
    expect(await linesOf(metrics, 'floodgate_store_round_trip_seconds')).toEqual([
      'floodgate_store_round_trip_seconds 0.002',
    ]);
    surroundings.store = {
      ...surroundings.store,
      status: 'unreachable',
      latencyMs: null,
      failures: { timeout: 3, disconnected: 1 },
    };
    expect(await linesOf(metrics, 'floodgate_store_up')).toEqual([
      'floodgate_store_up{store="redis"} 0',
    ]);
    expect(await linesOf(metrics, 'floodgate_store_round_trip_seconds')).toEqual([]);
    expect(await linesOf(metrics, 'floodgate_store_failures_total')).toEqual([
      'floodgate_store_failures_total{kind="timeout"} 3',
      'floodgate_store_failures_total{kind="disconnected"} 1',
    ]);
  });

  it('is not waited for by whoever asks for metrics, and keeps its counts', async () => {
    const { metrics, surroundings } = metricsUnderTest();
    surroundings.store = { ...surroundings.store, failures: { timeout: 3 } };
    await metrics.own();
    surroundings.health = () => new Promise(() => undefined);
    expect(await linesOf(metrics, 'floodgate_store_up')).toEqual([
      'floodgate_store_up{store="redis"} 0',
    ]);
    expect(await linesOf(metrics, 'floodgate_store_failures_total')).toEqual([
      'floodgate_store_failures_total{kind="timeout"} 3',
    ]);
  });

  it('tells of the configuration, connections, viewers and itself', async () => {
    const { metrics, surroundings } = metricsUnderTest();
    Object.assign(surroundings, { config: 'invalid', version: 7, connections: 3, liveViewers: 2 });
    const lines = await Promise.all(
      ['config_version', 'config_healthy', 'connections', 'live_viewers', 'build_info'].map(
        (name) => linesOf(metrics, `floodgate_${name}`),
      ),
    );
    expect(lines.flat()).toEqual([
      'floodgate_config_version 7',
      'floodgate_config_healthy 0',
      'floodgate_connections 3',
      'floodgate_live_viewers 2',
      'floodgate_build_info{version="1.2.3",role="gateway",replica="edge-1"} 1',
    ]);
  });

  it("tells of Node's own, without gauges that are called totals", async () => {
    const families = await metricsUnderTest().metrics.own();
    const names = families.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'process_start_time_seconds',
        'nodejs_heap_size_used_bytes',
        'nodejs_gc_duration_seconds',
      ]),
    );
    const misnamed = families.filter(({ name, type }) => type === 'gauge' && /_total$/.test(name));
    expect(misnamed).toEqual([]);
    for (const { values } of families) {
      for (const { value } of values) expect(value).toSatisfy(Number.isFinite);
    }
  });
});

describe('upstreams', () => {
  it("tell their breaker's state, one of three", async () => {
    const { metrics, surroundings } = metricsUnderTest();
    surroundings.upstreams = [upstream('demo', 'half-open')];
    expect(await linesOf(metrics, 'floodgate_upstream_breaker_state')).toEqual([
      'floodgate_upstream_breaker_state{upstream="demo",state="closed"} 0',
      'floodgate_upstream_breaker_state{upstream="demo",state="open"} 0',
      'floodgate_upstream_breaker_state{upstream="demo",state="half-open"} 1',
    ]);
  });

  it('tell how their targets are', async () => {
    const { metrics, surroundings } = metricsUnderTest();
    surroundings.upstreams = [
      upstream('demo', 'closed', [
        target('http://a', { health: 'unhealthy', inFlight: 4 }),
        target('http://b', { health: 'unknown', ejectedUntilMs: 1 }),
      ]),
    ];
    const lines = await Promise.all(
      ['healthy', 'ejected', 'in_flight'].map((name) =>
        linesOf(metrics, `floodgate_upstream_target_${name}`),
      ),
    );
    expect(lines.flat()).toEqual([
      'floodgate_upstream_target_healthy{upstream="demo",target="http://a"} 0',
      'floodgate_upstream_target_healthy{upstream="demo",target="http://b"} 1',
      'floodgate_upstream_target_ejected{upstream="demo",target="http://a"} 0',
      'floodgate_upstream_target_ejected{upstream="demo",target="http://b"} 1',
      'floodgate_upstream_target_in_flight{upstream="demo",target="http://a"} 4',
      'floodgate_upstream_target_in_flight{upstream="demo",target="http://b"} 0',
    ]);
  });

  it('that are in trouble are told of however many there are', async () => {
    const { metrics, surroundings } = metricsUnderTest();
    surroundings.upstreams = Array.from({ length: 2_000 }, (_, index) =>
      upstream(`u-${index}`, index === 1_999 ? 'open' : 'closed'),
    );
    const lines = await linesOf(metrics, 'floodgate_upstream_breaker_state');
    expect(lines).toHaveLength(1_000);
    expect(lines).toContain('floodgate_upstream_breaker_state{upstream="u-1999",state="open"} 1');
  });

  it('tell of attempts by outcome, and how long each took', async () => {
    const { metrics, attempts } = metricsUnderTest();
    attempts.onAttempt('demo', false, 3);
    attempts.onAttempt('demo', false, 4);
    attempts.onAttempt('demo', true, 2_000);
    expect(await linesOf(metrics, 'floodgate_upstream_attempts_total')).toEqual([
      'floodgate_upstream_attempts_total{upstream="demo",outcome="success"} 2',
      'floodgate_upstream_attempts_total{upstream="demo",outcome="failure"} 1',
    ]);
    expect(await linesOf(metrics, 'floodgate_upstream_duration_seconds')).toEqual(
      expect.arrayContaining([
        'floodgate_upstream_duration_seconds_bucket{upstream="demo",le="0.005"} 2',
        'floodgate_upstream_duration_seconds_bucket{upstream="demo",le="2.5"} 3',
        'floodgate_upstream_duration_seconds_count{upstream="demo"} 3',
      ]),
    );
  });

  it('that were removed keep their counts', async () => {
    const { metrics, attempts, surroundings } = metricsUnderTest();
    surroundings.upstreams = [upstream('demo', 'closed')];
    attempts.onAttempt('demo', false, 3);
    surroundings.upstreams = [];
    expect(await linesOf(metrics, 'floodgate_upstream_attempts_total')).toEqual([
      'floodgate_upstream_attempts_total{upstream="demo",outcome="success"} 1',
    ]);
  });
});

describe('/metrics', () => {
  const ask = async (metrics: Parameters<typeof metricsEndpoint>[0], accept?: string) => {
    const { GET } = metricsEndpoint(metrics).methods;
    if (GET === undefined) throw new Error('no GET');
    const call = callTo('/metrics', accept === undefined ? {} : { headers: { accept } });
    const reply = await GET.handle({ call, requestId: 'id', params: {} });
    if (!('status' in reply)) throw new TypeError('no reply');
    return reply;
  };

  it('is text for Prometheus unless something else is preferred', async () => {
    const { metrics } = metricsUnderTest();
    metrics.onAnswer(answered(200, 3));
    const reply = await ask(metrics);
    expect(reply.status).toBe(200);
    expect(field(reply, 'Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(field(reply, 'Cache-Control')).toBe('no-store');
    expect(field(reply, 'Vary')).toBe('Accept');
    expect(reply.body).toContain(
      '# TYPE floodgate_requests_total counter\nfloodgate_requests_total{route="api",method="GET",code="200",verdict="allowed"} 1\n',
    );
    expect(reply.body).toContain('floodgate_workers{state="answering"} 1\n');
  });

  it('is OpenMetrics where that is preferred, and text again after that', async () => {
    const { metrics } = metricsUnderTest();
    metrics.onAnswer(answered(200, 3));
    const reply = await ask(metrics, 'application/openmetrics-text, text/plain;q=0.5');
    expect(field(reply, 'Content-Type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(reply.body).toContain(
      '# TYPE floodgate_requests counter\nfloodgate_requests_total{route="api",method="GET",code="200",verdict="allowed"} 1\n',
    );
    expect(reply.body).toMatch(/\n# EOF\n$/);
    expect((await ask(metrics)).body).toContain('# TYPE floodgate_requests_total counter\n');
  });

  it('is a few numbers where JSON is preferred', async () => {
    const { metrics } = metricsUnderTest();
    for (const status of [200, 200, 404, 502]) metrics.onAnswer(answered(status, 10));
    expect(bodyOf(await ask(metrics, 'application/json'))).toEqual({
      total_requests: 4,
      successful_requests: 3,
      blocked_requests: 0,
      average_response_time_seconds: 0.01,
      success_rate_percent: 75,
      replica: 'edge-1',
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('is numbers before the first request too', async () => {
    const { metrics } = metricsUnderTest();
    expect(bodyOf(await ask(metrics, 'application/json'))).toMatchObject({
      total_requests: 0,
      average_response_time_seconds: 0,
      success_rate_percent: 0,
    });
  });

  it('is 503 when those who share the port can not be asked, for sums must not go down', async () => {
    const { metrics } = metricsUnderTest();
    metrics.gatherBy(() => Promise.reject(new Error('late')));
    const reply = await ask(metrics);
    expect(reply.status).toBe(503);
    expect(field(reply, 'Retry-After')).toBe('1');
    expect(bodyOf(reply)).toMatchObject({ status: 503, title: 'Metrics can not be gathered' });
  });

  it('tells of all who share the port', async () => {
    const { metrics } = metricsUnderTest();
    const report: MetricsReport = {
      replica: 'gateway',
      families: await metrics.own(),
      sinceMs: 0,
      workers: { answering: 1, silent: 2, missing: 3 },
    };
    metrics.gatherBy(async () => report);
    const { body } = await ask(metrics);
    expect(body).toContain('floodgate_workers{state="silent"} 2\n');
    expect(body).toContain('floodgate_workers{state="missing"} 3\n');
  });
});

describe('processes that ended', () => {
  it('stay in the sums by what they counted, and by nothing else', async () => {
    const { metrics } = metricsUnderTest();
    metrics.onAnswer(answered(200, 3));
    const told = await metrics.own();
    const families = await addEnded(await addEnded([], told), told);
    expect(families.filter(({ type }) => type === 'gauge')).toEqual([]);
    expect(await linesOf({ own: async () => families }, 'floodgate_requests_total')).toEqual([
      'floodgate_requests_total{route="api",method="GET",code="200",verdict="allowed"} 2',
    ]);
  });

  it('take no more room however many there are, and lose no count', async () => {
    let families: Family[] = [];
    for (let process = 0; process < 4; process++) {
      const { metrics } = metricsUnderTest();
      for (let route = 0; route < 600; route++) {
        metrics.onAnswer(answered(200, 3, `route-${process}-${route}`));
      }
      families = await addEnded(families, await metrics.own());
    }
    const ended = { own: async () => families };
    const lines = await linesOf(ended, 'floodgate_requests_total');
    expect(lines.length).toBeLessThanOrEqual(1_000);
    expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(2_400);
    const counts = (await linesOf(ended, 'floodgate_request_duration_seconds')).filter((line) =>
      line.includes('_count{'),
    );
    expect(counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(2_400);
  });
});

describe('several processes', () => {
  it('are summed up, and told by the worst of them where a sum means nothing', async () => {
    const [one, two] = [metricsUnderTest(), metricsUnderTest()];
    one.metrics.onAnswer(answered(200, 3));
    for (const ms of [3, 4]) two.metrics.onAnswer(answered(200, ms));
    two.metrics.onAnswer(answered(502, 3));
    one.surroundings.upstreams = [upstream('demo', 'open')];
    two.surroundings.upstreams = [upstream('demo', 'closed')];
    Object.assign(one.surroundings, { version: 6, connections: 2 });
    Object.assign(two.surroundings, { version: 7, connections: 3, config: 'unreachable' });
    const families = await mergeFamilies([await one.metrics.own(), await two.metrics.own()]);
    const both = { own: async () => families };
    const lines = await Promise.all(
      [
        'requests_total',
        'connections',
        'config_version',
        'config_healthy',
        'upstream_breaker_state',
      ].map((name) => linesOf(both, `floodgate_${name}`)),
    );
    expect(lines.flat()).toEqual([
      'floodgate_requests_total{route="api",method="GET",code="200",verdict="allowed"} 3',
      'floodgate_requests_total{route="api",method="GET",code="502",verdict="error"} 1',
      'floodgate_connections 5',
      'floodgate_config_version 6',
      'floodgate_config_healthy 0',
      'floodgate_upstream_breaker_state{upstream="demo",state="closed"} 1',
      'floodgate_upstream_breaker_state{upstream="demo",state="open"} 1',
      'floodgate_upstream_breaker_state{upstream="demo",state="half-open"} 0',
    ]);
    expect(await linesOf(both, 'floodgate_request_duration_seconds')).toContain(
      'floodgate_request_duration_seconds_count{route="api"} 4',
    );
  });
});
