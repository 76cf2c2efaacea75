import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestObserver, RequestRecord } from '../../lib/gateway';
import { createMemoryStore } from '../../lib/limiter';
import { failingStore } from '../support/failing-store';
import { callTo, gatewayOver } from '../support/gateway';
import { origin, type ProxiedOptions, proxied } from '../support/proxied';

type Told = 'start' | 'decided' | 'answer' | 'end';

/** Notes what it is told, and the record at its end. */
function watching() {
  const told: Told[] = [];
  const ended: RequestRecord[] = [];
  let wake: () => void = () => undefined;
  const observer: RequestObserver = {
    onStart: () => told.push('start'),
    onDecided: () => told.push('decided'),
    onAnswer: () => told.push('answer'),
    onEnd(record) {
      told.push('end');
      ended.push(record);
      wake();
    },
  };
  return {
    told,
    ended,
    observer,
    async nextEnd(): Promise<RequestRecord> {
      if (ended.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const record = ended.shift();
      if (record === undefined) throw new Error('no request ended');
      return record;
    },
  };
}

const WHOLE: readonly Told[] = ['start', 'decided', 'answer', 'end'];

describe('a request that the gateway answers itself', () => {
  const path = '/api/v1/stock-price';

  it('is told of from its coming to its end, in order', async () => {
    const { observer, told, nextEnd } = watching();
    await gatewayOver(createMemoryStore(), {}, [], { observer }).handle(callTo(path));
    const record = await nextEnd();
    expect(told).toEqual(WHOLE);
    expect(record).toMatchObject({ route: path, status: 200, verdict: 'allowed' });
    expect(record.policy).toBe('stock-price');
    expect(record.decidedMs).toBeGreaterThanOrEqual(record.startedMs);
    expect(record.answeredMs).toBeGreaterThanOrEqual(record.decidedMs);
  });

  it('is denied by the policy that refused it', async () => {
    const { observer, ended } = watching();
    const gateway = gatewayOver(createMemoryStore(), {}, [], { observer });
    for (let i = 0; i < 6; i++) await gateway.handle(callTo(path));
    expect(ended.map(({ verdict }) => verdict)).toEqual([...Array(5).fill('allowed'), 'denied']);
    expect(ended.at(-1)?.policy).toBe('stock-price');
    expect(ended.at(-1)?.status).toBe(429);
  });

  it('is denied with the address it came from when its credentials hold nothing', async () => {
    const { observer, nextEnd } = watching();
    const call = callTo(path, { headers: { 'x-api-key': 'fg_nobody' } });
    await gatewayOver(createMemoryStore(), {}, [], { observer }).handle(call);
    const record = await nextEnd();
    expect(record).toMatchObject({ status: 401, verdict: 'denied', policy: undefined });
    expect(record.admission).toMatchObject({ identity: undefined, ip: '203.0.113.7' });
  });

  it('is an error where the failed store closes the gate', async () => {
    const { observer, nextEnd } = watching();
    const closed = { on_store_failure: 'closed' } as const;
    await gatewayOver(failingStore(), closed, [], { observer }).handle(callTo(path));
    expect(await nextEnd()).toMatchObject({ status: 503, verdict: 'error', policy: 'stock-price' });
  });

  it('is an error of ours when a handler throws', async () => {
    const { observer, told, nextEnd } = watching();
    const documentation = { id: 'fail', summary: '', tag: '', answers: {} };
    const broken = {
      path: '/broken',
      isLimited: true,
      methods: {
        GET: {
          documentation,
          handle() {
            throw new Error('broken');
          },
        },
      },
    };
    await gatewayOver(createMemoryStore(), {}, [broken], { observer }).handle(callTo('/broken'));
    expect(await nextEnd()).toMatchObject({ route: '/broken', status: 500, verdict: 'error' });
    expect(told).toEqual(WHOLE);
  });

  it('is told nothing of where no policy is asked', async () => {
    const { observer, told } = watching();
    await gatewayOver(createMemoryStore(), {}, [], { observer }).handle(callTo('/health'));
    expect(told).toEqual([]);
  });

  it('is the original request where another proxy asks', async () => {
    const { observer, nextEnd } = watching();
    const surroundings = { observer, trustedProxies: ['203.0.113.7'] };
    const headers = {
      'x-forwarded-method': 'PUT',
      'x-forwarded-uri': '/shop?q=1',
      'x-forwarded-host': 'a.example',
      'x-forwarded-for': '198.51.100.9',
    };
    const call = callTo('/api/v1/forward-auth', { headers });
    await gatewayOver(createMemoryStore(), {}, [], surroundings).handle(call);
    const record = await nextEnd();
    expect(record.call).toMatchObject({ method: 'PUT', path: '/shop' });
    expect(record.status).toBe(200);
  });
});

describe('a request that is forwarded', () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function opened(
    listener: Parameters<typeof origin>[0],
    options: Pick<ProxiedOptions, 'observer' | 'upstream'>,
  ) {
    const service = await origin(listener);
    const gate = await proxied({ targets: [service.url], ...options });
    closing.push(gate.close, service.close);
    return { service, gate };
  }

  it('names its upstream and target, and ends with its body', async () => {
    const { observer, told, nextEnd } = watching();
    const { gate, service } = await opened((_request, response) => response.end('hello'), {
      observer,
    });
    await (await fetch(`${gate.url}/any`)).text();
    const record = await nextEnd();
    expect(told).toEqual(WHOLE);
    expect(record).toMatchObject({
      route: 'all',
      upstream: 'origin',
      target: service.url,
      attempts: 1,
      status: 200,
    });
  });

  it('counts every target that was asked', async () => {
    const { observer, nextEnd } = watching();
    let asked = 0;
    const { gate } = await opened(
      (request, response) => {
        asked += 1;
        if (asked === 1) request.socket.destroy();
        else response.end();
      },
      { observer, upstream: { retries: { most: 2, budget_percent: 100 } } },
    );
    await (await fetch(`${gate.url}/any`)).text();
    expect(await nextEnd()).toMatchObject({ attempts: 2, status: 200, verdict: 'allowed' });
  });

  it('has a status of its own when the client left before there was an answer', async () => {
    const { observer, told, nextEnd } = watching();
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { gate } = await opened(() => arrive(), { observer });
    const client = connect(gate.port, '127.0.0.1');
    client.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    client.destroy();
    expect(await nextEnd()).toMatchObject({ status: 499, verdict: 'allowed' });
    expect(told).toEqual(WHOLE);
  });
});
