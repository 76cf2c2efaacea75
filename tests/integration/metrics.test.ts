import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  alerts,
  dashboard,
  dashboardQueries,
  filled,
  metricsIn,
  variableQuery,
} from '../deploy/observability';
import { promtool } from '../deploy/promtool';
import { textOf } from '../deploy/repository';
import { Floodgate } from '../support/floodgate';
import { Prometheus } from '../support/prometheus';
import { type Origin, origin } from '../support/proxied';
import { RedisServer } from '../support/redis';

const SOON = { timeout: 20_000, interval: 100 };
const QUOTE = '/api/v1/stock-price?ticker=aapl';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

/** Over a connection of its own, which may reach another worker than the last. */
function ask(
  url: string,
  accept?: string,
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = accept === undefined ? {} : { Accept: accept };
    get(url, { agent: false, headers }, (response) => {
      const { statusCode: status = 0, headers: fields } = response;
      text(response).then(
        (body) => resolve({ status, type: fields['content-type'] ?? '', body }),
        reject,
      );
    }).once('error', reject);
  });
}

const scrape = async (url: string) => (await ask(`${url}/metrics`)).body;
const typesIn = (body: string) =>
  [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);

/** The sum of the samples whose line begins so. */
function sumOf(body: string, beginning: string): number {
  return body
    .split('\n')
    .filter((line) => line.startsWith(beginning))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('the metrics of a gateway', () => {
  let floodgate: Floodgate;
  let backend: Origin;

  beforeAll(async () => {
    backend = await origin((_request, response) => {
      response.end('{}');
    });
    floodgate = await Floodgate.start('front door', {
      FLOODGATE_ROLE: 'gateway',
      FLOODGATE_REPLICA: 'edge',
      REDIS_URL: redis.url,
      DEMO_BACKENDS: backend.url,
      RATE_LIMIT_WINDOW: '3600',
    });
    for (let i = 0; i < 7; i++) await ask(floodgate.url + QUOTE);
    for (let i = 0; i < 3; i++) await ask(`${floodgate.url}/api/info`);
  });
  afterAll(async () => {
    await floodgate.stop();
    await backend.close();
  });

  it('are what they should be, by the checker of Prometheus', async () => {
    const { status, type, body } = await ask(`${floodgate.url}/metrics`);
    expect(status).toBe(200);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(promtool(['check', 'metrics'], body)).toEqual({ status: 0, output: '' });
  });

  it('count what was asked, and not the asking for metrics', async () => {
    const body = await scrape(floodgate.url);
    const ofQuotes = 'floodgate_requests_total{route="/api/v1/stock-price",method="GET"';
    expect(sumOf(body, `${ofQuotes},code="200",verdict="allowed"`)).toBe(5);
    expect(sumOf(body, `${ofQuotes},code="429",verdict="denied"`)).toBe(2);
    expect(sumOf(body, 'floodgate_requests_total')).toBe(10);
    expect(sumOf(body, 'floodgate_upstream_attempts_total')).toBe(3);
    expect(sumOf(body, 'floodgate_upstream_duration_seconds_count')).toBe(3);
    expect(sumOf(body, 'floodgate_requests_in_flight')).toBe(0);
    expect(body).toContain('floodgate_store_up{store="redis"} 1\n');
    expect(body).toMatch(
      /^floodgate_build_info\{version="[\d.]+",role="gateway",replica="edge"\} 1$/m,
    );
    expect(sumOf(body, 'floodgate_connections')).toBeGreaterThan(0);
  });

  it('come as a few numbers too', async () => {
    const { type, body } = await ask(`${floodgate.url}/metrics`, 'application/json');
    expect(type).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toMatchObject({
      total_requests: 10,
      successful_requests: 8,
      blocked_requests: 2,
      success_rate_percent: 80,
      replica: 'edge',
    });
  });

  it('answer HEAD', async () => {
    const response = await fetch(`${floodgate.url}/metrics`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(1_000);
  });

  it('have all that alerts and dashboard ask for', async () => {
    const types = typesIn(await scrape(floodgate.url));
    const queries = [
      ...alerts.map(({ expr }) => expr),
      ...dashboardQueries.map(({ expr }) => expr),
      ...dashboard.templating.list.flatMap((variable) => variableQuery(variable) ?? []),
    ];
    expect(types).toEqual(expect.arrayContaining([...new Set(queries.flatMap(metricsIn))]));
  });

  it('are all described, and nothing else is', async () => {
    const types = typesIn(await scrape(floodgate.url));
    const own = types.filter((name) => name.startsWith('floodgate_'));
    const described = textOf('docs/metrics.md').matchAll(/^\| `(floodgate_\w+)`/gm);
    expect([...described].map(([, name]) => name).sort()).toEqual(own.sort());
  });

  describe('in a real Prometheus', () => {
    let prometheus: Prometheus;
    beforeAll(async () => {
      prometheus = await Prometheus.start([floodgate.url]);
    });
    afterAll(() => prometheus.stop());

    it('answer every query of the dashboard', async () => {
      const emptyOnes = async () => {
        // What a rate is taken of has to be there twice.
        await ask(`${floodgate.url}/api/info`);
        await ask(floodgate.url + QUOTE);
        const answers = await Promise.all(
          dashboardQueries.map(({ expr }) => prometheus.query(filled(expr, '1m'))),
        );
        return dashboardQueries
          .filter((_, index) => answers[index]?.length === 0)
          .map(({ place }) => place);
      };
      await expect.poll(emptyOnes, SOON).toEqual([
        // Nothing has failed, nothing is in shadow mode, and nobody has changed anything.
        'Errors by route A',
        'Decisions C',
        'Would deny, by policy A',
        'Failures by upstream A',
        'Targets out A',
        'Targets out B',
        'Retries A',
        'annotation Configuration',
        'annotation Alerts',
      ]);
    });

    it('give every variable of the dashboard its values', async () => {
      const asked = dashboard.templating.list.flatMap((variable) => variableQuery(variable) ?? []);
      const valuesOf = (query: string) => {
        const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
        return prometheus.labelValues(label, filled(selector));
      };
      await expect
        .poll(() => Promise.all(asked.map(valuesOf)), SOON)
        .toEqual([
          ['floodgate'],
          [new URL(floodgate.url).host],
          ['/api/v1/stock-price', 'demo-info'],
          ['api', 'stock-price'],
          ['demo'],
        ]);
    });

    it('let every alert be evaluated, and none fire', async () => {
      await expect
        .poll(async () => (await prometheus.rules()).map(({ health }) => health), SOON)
        .toEqual(alerts.map(() => 'ok'));
      const rules = await prometheus.rules();
      expect(rules.map(({ name }) => name)).toEqual(alerts.map(({ alert }) => alert));
      expect(rules.filter(({ state }) => state !== 'inactive')).toEqual([]);
    });
  });
});

describe('the metrics of two workers', () => {
  const running: Floodgate[] = [];
  afterEach(async () => {
    for (const floodgate of running.splice(0)) await floodgate.stop();
  });

  async function startTwo(): Promise<Floodgate> {
    const floodgate = await Floodgate.start('front door', {
      FLOODGATE_ROLE: 'gateway',
      FLOODGATE_REPLICA: 'edge',
      WORKERS: '2',
      REDIS_URL: redis.url,
    });
    running.push(floodgate);
    await expect
      .poll(
        async () => sumOf(await scrape(floodgate.url), 'floodgate_workers{state="answering"}'),
        SOON,
      )
      .toBe(2);
    return floodgate;
  }

  async function workersOf({ pid }: Floodgate): Promise<number[]> {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.trim().split(' ').filter(Boolean).map(Number);
  }

  const requestsOf = async ({ url }: Floodgate) =>
    sumOf(await scrape(url), 'floodgate_requests_total');
  const pinged = async ({ url }: Floodgate, times: number) => {
    for (let i = 0; i < times; i++) await ask(`${url}/ping`);
  };

  it('are told by whichever is asked, in sum', async () => {
    const floodgate = await startTwo();
    await pinged(floodgate, 10);
    const scrapeAll = () => Promise.all(Array.from({ length: 6 }, () => scrape(floodgate.url)));
    await expect
      .poll(
        async () => (await scrapeAll()).map((body) => sumOf(body, 'floodgate_requests_total')),
        SOON,
      )
      .toEqual([10, 10, 10, 10, 10, 10]);
    for (const body of await scrapeAll()) {
      expect(body).toContain('replica="edge-1"} 1\n');
      expect(body).toContain('replica="edge-2"} 1\n');
      expect(promtool(['check', 'metrics'], body)).toEqual({ status: 0, output: '' });
    }
    const { body } = await ask(`${floodgate.url}/metrics`, 'application/json');
    expect(JSON.parse(body)).toMatchObject({ total_requests: 10, replica: 'edge' });
  });

  it('do not go down when workers are replaced', async () => {
    const floodgate = await startTwo();
    await pinged(floodgate, 10);
    await expect.poll(() => requestsOf(floodgate), SOON).toBe(10);
    process.kill(floodgate.pid, 'SIGHUP');
    await pinged(floodgate, 10);
    await expect.poll(() => floodgate.output, SOON).toContain('all workers were restarted');
    await expect.poll(() => requestsOf(floodgate), SOON).toBe(20);
  });

  it('do not go down when one is killed', async () => {
    const floodgate = await startTwo();
    await pinged(floodgate, 10);
    await expect.poll(() => requestsOf(floodgate), SOON).toBe(10);
    const [victim = 0] = await workersOf(floodgate);
    process.kill(victim, 'SIGKILL');
    await expect.poll(() => floodgate.output, SOON).toContain('another one takes its place');
    await expect
      .poll(async () => (await workersOf(floodgate)).filter((pid) => pid !== victim), SOON)
      .toHaveLength(2);
    await expect
      .poll(
        async () => sumOf(await scrape(floodgate.url), 'floodgate_workers{state="answering"}'),
        SOON,
      )
      .toBe(2);
    expect(await requestsOf(floodgate)).toBe(10);
  });

  it('say that one is silent, and keep what it had counted', async () => {
    const floodgate = await startTwo();
    await pinged(floodgate, 10);
    await expect.poll(() => requestsOf(floodgate), SOON).toBe(10);
    const [hung = 0] = await workersOf(floodgate);
    process.kill(hung, 'SIGSTOP');
    try {
      // Connections go to workers in turn: every other one is not answered.
      const told = () => Promise.any(Array.from({ length: 4 }, () => scrape(floodgate.url)));
      const silentAndRequests = async () => {
        const body = await told();
        return [
          sumOf(body, 'floodgate_workers{state="silent"}'),
          sumOf(body, 'floodgate_requests_total'),
        ];
      };
      await expect.poll(silentAndRequests, SOON).toEqual([1, 10]);
    } finally {
      process.kill(hung, 'SIGCONT');
    }
    await expect
      .poll(
        async () => sumOf(await scrape(floodgate.url), 'floodgate_workers{state="silent"}'),
        SOON,
      )
      .toBe(0);
  });
});
