import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Upstream, upstreamSchema } from '../../lib/policy';
import type { Attempt, Target, UpstreamEvent, Wish } from '../../lib/upstream';
import { createLiveUpstream, type OwnedUpstream } from '../../lib/upstream/live-upstream';
import { createResolver } from '../../lib/upstream/resolver';
import { answer, type Backend, ok, openBackend } from './backend';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function backends(count: number): Promise<Backend[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => openBackend()));
  for (const backend of opened) closers.push(() => backend.close());
  return opened;
}

type Input = Omit<Parameters<typeof upstreamSchema.parse>[0] & object, 'name'>;

function definitionOf(urls: readonly string[], more: Input = {}): Upstream {
  return upstreamSchema.parse({ name: 'service', targets: urls.map((url) => ({ url })), ...more });
}

/** With a clock that stands until it is moved. */
function upstreamOf(definition: Upstream) {
  const events: UpstreamEvent[] = [];
  const clock = { nowMs: 1_000_000 };
  const resolver = createResolver();
  const upstream = createLiveUpstream(definition, {
    resolver,
    onEvent: (event) => events.push(event),
    now: () => clock.nowMs,
  });
  closers.push(() => resolver.close());
  closers.push(() => upstream.close(100));
  return { upstream, events, clock };
}

const WISH: Wish = { hashKey: 'client', tried: [], isUpgrade: false };

function attemptOf(upstream: OwnedUpstream, wish: Partial<Wish> = {}): Attempt {
  const attempt = upstream.acquire({ ...WISH, ...wish });
  if ('reason' in attempt) throw new Error(`unavailable: ${attempt.reason}`);
  return attempt;
}

function reasonOf(upstream: OwnedUpstream, wish: Partial<Wish> = {}) {
  const attempt = upstream.acquire({ ...WISH, ...wish });
  return 'reason' in attempt ? attempt.reason : undefined;
}

/** One request on the wire, told as the forwarder does. @returns its status, or what broke it */
async function exchange(upstream: OwnedUpstream, wish: Partial<Wish> = {}) {
  const attempt = attemptOf(upstream, wish);
  try {
    const { statusCode, body } = await attempt.target.dispatcher.request({
      method: 'GET',
      path: '/',
    });
    attempt.answered(statusCode);
    await body.dump();
    return { status: statusCode, target: attempt.target };
  } catch {
    attempt.failed('connect');
    return { status: undefined, target: attempt.target };
  } finally {
    attempt.release();
  }
}

/** So many requests, one after the other, that all go well or all fail. */
function tell(upstream: OwnedUpstream, count: number, status: number) {
  for (let request = 0; request < count; request++) {
    const attempt = attemptOf(upstream);
    attempt.answered(status);
    attempt.release();
  }
}

const URLS = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3'] as const;
const CALM = { breaker: { least_requests: 1_000_000 } };

describe('an upstream', () => {
  it('shares requests among its targets', async () => {
    const services = await backends(3);
    const { upstream } = upstreamOf(definitionOf(services.map(({ url }) => url)));
    for (let request = 0; request < 6; request++) await exchange(upstream);
    expect(services.map(({ requests }) => requests.length)).toEqual([2, 2, 2]);
  });

  it('says what a target is called', () => {
    const { upstream } = upstreamOf(definitionOf(['http://127.0.0.1:80']));
    expect(attemptOf(upstream).target).toMatchObject({
      origin: 'http://127.0.0.1',
      host: '127.0.0.1',
    });
  });

  it('tries another target for what was tried, and the same where no other is left', () => {
    const { upstream } = upstreamOf(definitionOf(URLS.slice(0, 2)));
    const tried: Target[] = [attemptOf(upstream).target];
    for (let request = 0; request < 4; request++) {
      expect(tried).not.toContain(attemptOf(upstream, { tried }).target);
    }
    tried.push(attemptOf(upstream, { tried }).target);
    expect(tried).toContain(attemptOf(upstream, { tried }).target);
  });

  it('keeps a client with its target by consistent hash, and moves it to the next one when tried', () => {
    const { upstream } = upstreamOf(definitionOf(URLS, { balance: 'consistent-hash' }));
    const first = attemptOf(upstream).target;
    expect(attemptOf(upstream).target).toBe(first);
    const second = attemptOf(upstream, { tried: [first] }).target;
    expect(second).not.toBe(first);
    expect(attemptOf(upstream, { tried: [first] }).target).toBe(second);
  });

  it('has no target where none has a weight', () => {
    const definition = definitionOf([], { targets: [{ url: URLS[0], weight: 0 }] });
    expect(reasonOf(upstreamOf(definition).upstream)).toBe('no-target');
  });

  it('counts what is under way, and each end once', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]]));
    const attempt = attemptOf(upstream);
    expect(upstream.status().targets[0]).toMatchObject({ inFlight: 1, requests: 1 });
    attempt.answered(200);
    attempt.release();
    attempt.release();
    attempt.failed('broken');
    expect(upstream.status().targets[0]).toMatchObject({ inFlight: 0, failures: 0 });
  });

  it('counts retries that it allowed', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]]));
    upstream.countRequest();
    expect(upstream.allowRetry()).toBe(true);
    expect(upstream.status().retries).toBe(1);
  });
});

describe('the places of an upstream', () => {
  const connections = { per_target: 1, queued: 1, upgraded: 2 };

  it('are taken at all targets before a request is turned away', () => {
    const { upstream } = upstreamOf(definitionOf(URLS.slice(0, 2), { connections }));
    const open = Array.from({ length: 4 }, () => attemptOf(upstream));
    expect(reasonOf(upstream)).toBe('overflow');
    open[2]?.release();
    expect(attemptOf(upstream).target).toBe(open[2]?.target);
    expect(reasonOf(upstream)).toBe('overflow');
  });

  it('are no more after a tried target than before', () => {
    const { upstream } = upstreamOf(definitionOf(URLS.slice(0, 2), { connections }));
    const [first] = Array.from({ length: 3 }, () => attemptOf(upstream));
    const tried = first === undefined ? [] : [first.target];
    attemptOf(upstream, { tried });
    expect(reasonOf(upstream, { tried })).toBe('overflow');
  });

  it('are not taken by upgraded connections, which have a bound of their own', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { connections }));
    const open = Array.from({ length: 2 }, () => attemptOf(upstream, { isUpgrade: true }));
    for (const attempt of open) attempt.answered(101);
    expect(reasonOf(upstream, { isUpgrade: true })).toBe('overflow');
    expect(upstream.status()).toMatchObject({ upgraded: 2, targets: [{ inFlight: 0 }] });
    Array.from({ length: 2 }, () => attemptOf(upstream));
    open[0]?.release();
    expect(reasonOf(upstream)).toBe('overflow');
    open[1]?.release();
  });

  it('are taken by wishes to upgrade until they are answered', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { connections }));
    const [first, second] = Array.from({ length: 2 }, () =>
      attemptOf(upstream, { isUpgrade: true }),
    );
    expect(reasonOf(upstream)).toBe('overflow');
    expect(upstream.status()).toMatchObject({ upgraded: 0, targets: [{ inFlight: 2 }] });
    first?.answered(101);
    expect(upstream.status()).toMatchObject({ upgraded: 1, targets: [{ inFlight: 1 }] });
    expect(reasonOf(upstream, { isUpgrade: true })).toBe('overflow');
    second?.release();
    attemptOf(upstream, { isUpgrade: true }).release();
    first?.release();
    expect(upstream.status()).toMatchObject({ upgraded: 0, targets: [{ inFlight: 0 }] });
  });

  it('are for requests whose wish to upgrade was passed over, too', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { connections }));
    const open = Array.from({ length: 2 }, () => attemptOf(upstream, { isUpgrade: true }));
    for (const attempt of open) attempt.answered(200);
    expect(upstream.status()).toMatchObject({ upgraded: 0, targets: [{ inFlight: 2 }] });
    expect(reasonOf(upstream)).toBe('overflow');
    for (const attempt of open) attempt.release();
    const again = Array.from({ length: 2 }, () => attemptOf(upstream, { isUpgrade: true }));
    for (const attempt of again) attempt.answered(101);
    expect(reasonOf(upstream, { isUpgrade: true })).toBe('overflow');
    Array.from({ length: 2 }, () => attemptOf(upstream));
  });

  it('of a target that is gone are not given to others', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { connections }));
    const open = Array.from({ length: 2 }, () => attemptOf(upstream));
    upstream.follow(definitionOf([URLS[1]], { connections }));
    for (const attempt of open) attempt.release();
    Array.from({ length: 2 }, () => attemptOf(upstream));
    expect(reasonOf(upstream)).toBe('overflow');
  });

  it('follow the configuration while requests are in flight', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { connections }));
    const open = Array.from({ length: 2 }, () => attemptOf(upstream));
    upstream.follow(definitionOf([URLS[0]], { connections: { ...connections, queued: 0 } }));
    open[0]?.release();
    expect(reasonOf(upstream)).toBe('overflow');
    open[1]?.release();
    attemptOf(upstream).release();
    upstream.follow(definitionOf([URLS[0]], { connections: { ...connections, queued: 4 } }));
    Array.from({ length: 5 }, () => attemptOf(upstream));
    expect(reasonOf(upstream)).toBe('overflow');
  });
});

describe('the breaker of an upstream', () => {
  const breaker = { least_requests: 10, slow_ms: 100 };

  it('opens when its targets fail, refuses at once, and closes after a probe that went well', async () => {
    const [service] = await backends(1);
    if (service === undefined) throw new Error('no backend');
    const { upstream, clock, events } = upstreamOf(definitionOf([service.url], { breaker }));
    service.handle = answer(500);
    for (let request = 0; request < 10; request++) await exchange(upstream);
    const refused = upstream.acquire(WISH);
    expect(refused).toMatchObject({ reason: 'open' });
    expect('retryAfterMs' in refused && refused.retryAfterMs).toBeGreaterThan(4_000);
    expect(service.requests).toHaveLength(10);
    service.handle = ok;
    clock.nowMs += 5_000;
    expect((await exchange(upstream)).status).toBe(200);
    expect(upstream.status().breaker).toMatchObject({ state: 'closed', requests: 0 });
    const states = events.map((event) => event.kind === 'breaker' && event.state);
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  it('opens when nobody listens', async () => {
    const [service] = await backends(1);
    await service?.close();
    const { upstream } = upstreamOf(definitionOf([service?.url ?? ''], { breaker }));
    for (let request = 0; request < 10; request++) await exchange(upstream);
    expect(reasonOf(upstream)).toBe('open');
  });

  it('opens for answers that take long', () => {
    const { upstream, clock } = upstreamOf(definitionOf([URLS[0]], { breaker }));
    const open = Array.from({ length: 10 }, () => attemptOf(upstream));
    clock.nowMs += 100;
    for (const attempt of open) attempt.answered(200);
    expect(upstream.status().breaker).toMatchObject({ state: 'open', failures: 0, slow: 10 });
  });

  it('counts the time of an answer from when the request went out whole', () => {
    const { upstream, clock } = upstreamOf(definitionOf([URLS[0]], { breaker }));
    const [quick, slow] = [attemptOf(upstream), attemptOf(upstream)];
    clock.nowMs += 100;
    quick.sent();
    slow.sent();
    clock.nowMs += 99;
    quick.answered(200);
    clock.nowMs += 1;
    slow.answered(200);
    expect(upstream.status().breaker).toMatchObject({ requests: 2, slow: 1 });
    for (const attempt of [quick, slow]) attempt.release();
  });

  it('counts an answer that broke off once, and not as a failure', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { breaker }));
    const attempt = attemptOf(upstream);
    attempt.answered(200);
    attempt.failed('broken');
    attempt.release();
    expect(upstream.status().breaker).toMatchObject({ requests: 1, failures: 0 });
    expect(upstream.status().targets[0]?.failures).toBe(1);
  });

  it('gives the place of a probe back when the client left, or no target was there', () => {
    const connections = { per_target: 1, queued: 0, upgraded: 0 };
    const { upstream, clock } = upstreamOf(definitionOf([URLS[0]], { breaker, connections }));
    tell(upstream, 10, 500);
    clock.nowMs += 5_000;
    expect(reasonOf(upstream, { isUpgrade: true })).toBe('overflow');
    attemptOf(upstream).release();
    const probe = attemptOf(upstream);
    expect(reasonOf(upstream)).toBe('open');
    probe.answered(200);
    probe.release();
    expect(upstream.status().breaker.state).toBe('closed');
  });

  it('is tripped and reset by people, with times that people can read', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]]));
    const beforeMs = Date.now();
    upstream.trip();
    expect(reasonOf(upstream)).toBe('open');
    const { sinceMs, ...state } = upstream.status().breaker;
    expect(state).toMatchObject({ state: 'open', isTripped: true, probeAtMs: undefined });
    expect(Math.abs(sinceMs - beforeMs)).toBeLessThan(60_000);
    upstream.reset();
    attemptOf(upstream);
  });

  it('keeps its state while its settings stay, and closes with others', () => {
    const { upstream } = upstreamOf(definitionOf([URLS[0]], { breaker }));
    tell(upstream, 10, 500);
    upstream.follow(definitionOf(URLS, { breaker, description: 'more of them' }));
    expect(reasonOf(upstream)).toBe('open');
    upstream.follow(definitionOf(URLS, { breaker: { ...breaker, least_requests: 11 } }));
    attemptOf(upstream);
  });
});

describe('ejection from an upstream', () => {
  const ejection = { after_failures: 3, for_ms: 1_000, most_percent: 50 };

  it('takes a target out that fails while the others serve, and back after its time', async () => {
    const services = await backends(2);
    const urls = services.map(({ url }) => url);
    const { upstream, clock, events } = upstreamOf(definitionOf(urls, { ...CALM, ejection }));
    const [broken, sound] = services;
    if (broken === undefined || sound === undefined) throw new Error('no backends');
    broken.handle = answer(502);
    for (let request = 0; request < 20; request++) await exchange(upstream);
    expect([broken.requests.length, sound.requests.length]).toEqual([3, 17]);
    const [status] = upstream.status().targets;
    expect(Math.abs((status?.ejectedUntilMs ?? 0) - Date.now())).toBeLessThan(60_000);
    broken.handle = ok;
    clock.nowMs += 1_000;
    for (let request = 0; request < 4; request++) await exchange(upstream);
    expect(broken.requests).toHaveLength(5);
    expect(events).toMatchObject([
      { kind: 'target', url: broken.url, state: 'ejected', forMs: 1_000 },
      { kind: 'target', url: broken.url, state: 'returned' },
    ]);
  });

  it('counts answers that break off in a row', () => {
    const { upstream } = upstreamOf(definitionOf(URLS.slice(0, 2), { ...CALM, ejection }));
    for (let request = 0; request < 3; request++) {
      const [broken, sound] = [attemptOf(upstream), attemptOf(upstream)];
      broken.answered(200);
      broken.failed('broken');
      sound.answered(200);
      for (const attempt of [broken, sound]) attempt.release();
    }
    const [first, second] = upstream.status().targets;
    expect([first?.failures, second?.failures]).toEqual([3, 0]);
    expect(first?.ejectedUntilMs).toBeDefined();
  });

  it('is not put off by the end of an upgraded connection that began well', () => {
    const { upstream } = upstreamOf(definitionOf(URLS.slice(0, 2), { ...CALM, ejection }));
    const upgraded = attemptOf(upstream, { isUpgrade: true });
    upgraded.answered(101);
    for (let failures = 0; failures < 3; ) {
      const attempt = attemptOf(upstream);
      if (attempt.target === upgraded.target) {
        attempt.failed('connect');
        failures += 1;
        if (failures === 2) upgraded.release();
      }
      attempt.release();
    }
    expect(upstream.status().targets[0]?.ejectedUntilMs).toBeDefined();
  });

  it('is ended by a reset', () => {
    const { upstream, events } = upstreamOf(definitionOf(URLS.slice(0, 2), { ...CALM, ejection }));
    for (let request = 0; request < 6; request++) {
      const attempt = attemptOf(upstream);
      if (attempt.target.origin === URLS[0]) attempt.failed('timeout');
      attempt.release();
    }
    expect(upstream.status().targets[0]?.ejectedUntilMs).toBeDefined();
    upstream.reset();
    expect(upstream.status().targets[0]?.ejectedUntilMs).toBeUndefined();
    expect(events.map((event) => event.state)).toEqual(['ejected', 'returned']);
  });

  it('outlives a change that leaves the target in place', () => {
    const { upstream } = upstreamOf(definitionOf(URLS.slice(0, 2), { ...CALM, ejection }));
    for (let request = 0; request < 6; request++) {
      const attempt = attemptOf(upstream);
      if (attempt.target.origin === URLS[0]) attempt.failed('timeout');
      attempt.release();
    }
    upstream.follow(definitionOf(URLS.toReversed(), { ...CALM, ejection }));
    const origins = new Set(Array.from({ length: 8 }, () => attemptOf(upstream).target.origin));
    expect(origins).toEqual(new Set([URLS[1], URLS[2]]));
    expect(upstream.status().targets[2]).toMatchObject({ url: URLS[0], failures: 3 });
  });
});

describe('active checks of an upstream', () => {
  const health_check = {
    interval_ms: 100,
    timeout_ms: 1_000,
    healthy_after: 1,
    unhealthy_after: 1,
  };
  const healthOf = ({ status }: OwnedUpstream) => status().targets.map(({ health }) => health);
  const becomes = (upstream: OwnedUpstream, ...health: string[]) =>
    vi.waitFor(() => expect(healthOf(upstream)).toEqual(health), { timeout: 5_000 });

  it('take unhealthy targets out and bring them back', async () => {
    const services = await backends(2);
    const [ill, well] = services;
    if (ill === undefined || well === undefined) throw new Error('no backends');
    ill.handle = answer(503);
    const definition = definitionOf([ill.url, well.url], { health_check });
    const { upstream, events } = upstreamOf(definition);
    expect(healthOf(upstream)).toEqual(['unknown', 'unknown']);
    await becomes(upstream, 'unhealthy', 'healthy');
    expect(upstream.status().targets[0]?.healthFault).toBe('status 503');
    const origins = Array.from({ length: 4 }, () => attemptOf(upstream).target.origin);
    expect(new Set(origins)).toEqual(new Set([well.url]));
    ill.handle = ok;
    await becomes(upstream, 'healthy', 'healthy');
    const ofIll = events.filter((event) => event.kind === 'target' && event.url === ill.url);
    expect(ofIll).toMatchObject([
      { state: 'unhealthy', fault: 'status 503' },
      { state: 'healthy', fault: undefined },
    ]);
  });

  it('leave no target when all are unhealthy', async () => {
    const [ill] = await backends(1);
    if (ill !== undefined) ill.handle = answer(503);
    const { upstream } = upstreamOf(definitionOf([ill?.url ?? ''], { health_check }));
    await becomes(upstream, 'unhealthy');
    expect(upstream.acquire(WISH)).toEqual({ reason: 'no-target', retryAfterMs: 100 });
    upstream.follow(definitionOf([ill?.url ?? '']));
    expect(healthOf(upstream)).toEqual(['unknown']);
    attemptOf(upstream);
  });

  it('find a target healthy whose connections are all taken', async () => {
    const [busy] = await backends(1);
    if (busy === undefined) throw new Error('no backend');
    busy.handle = (request, response) => {
      if (request.url === '/health') response.end();
    };
    const connections = { per_target: 1, queued: 10 };
    const definition = definitionOf([busy.url], { health_check, connections });
    const { upstream } = upstreamOf(definition);
    const hanging = attemptOf(upstream)
      .target.dispatcher.request({ method: 'GET', path: '/' })
      .catch(() => undefined);
    await vi.waitFor(() => expect(busy.requests.length).toBeGreaterThan(3), { timeout: 5_000 });
    expect(healthOf(upstream)).toEqual(['healthy']);
    await busy.close();
    await hanging;
  });

  it('name the host that requests name', async () => {
    const [service] = await backends(1);
    const definition = definitionOf([service?.url ?? ''], { health_check, host: 'inner.test' });
    await becomes(upstreamOf(definition).upstream, 'healthy');
    expect(service?.requests[0]?.headers.host).toBe('inner.test');
  });
});

describe('a change of an upstream', () => {
  it('lets requests end at a target that is gone, and then its connections', async () => {
    const [old, young] = await backends(2);
    if (old === undefined || young === undefined) throw new Error('no backends');
    let finish: (() => void) | undefined;
    old.handle = (_request, response) => {
      finish = () => response.end('done');
    };
    const { upstream } = upstreamOf(definitionOf([old.url]));
    const attempt = attemptOf(upstream);
    upstream.follow(definitionOf([young.url]));
    const asked = attempt.target.dispatcher.request({ method: 'GET', path: '/' });
    expect((await exchange(upstream)).target.origin).toBe(young.url);
    await vi.waitFor(() => expect(finish).toBeDefined());
    const [request] = old.requests;
    const closed = new Promise((resolve) => request?.socket.once('close', resolve));
    finish?.();
    expect(await (await asked).body.text()).toBe('done');
    attempt.answered(200);
    attempt.release();
    await closed;
  });

  it('leaves nothing behind when it is retired and its requests have ended', async () => {
    const { upstream } = upstreamOf(definitionOf(URLS));
    const attempt = attemptOf(upstream);
    upstream.retire();
    expect(reasonOf(upstream)).toBe('no-target');
    expect(upstream.isGone()).toBe(false);
    attempt.release();
    await vi.waitFor(() => expect(upstream.isGone()).toBe(true));
  });

  it('takes other connections for other bounds, under the same counts', async () => {
    const [service] = await backends(1);
    const url = service?.url ?? '';
    const { upstream } = upstreamOf(definitionOf([url]));
    const before = (await exchange(upstream)).target.dispatcher;
    upstream.follow(definitionOf([url], { connections: { per_target: 2 } }));
    const after = await exchange(upstream);
    expect(after.status).toBe(200);
    expect(after.target.dispatcher).not.toBe(before);
    expect(upstream.status().targets[0]?.requests).toBe(2);
  });
});
