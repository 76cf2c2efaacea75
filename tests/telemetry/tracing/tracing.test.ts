import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_OBSERVER, type RequestObserver } from '../../../lib/gateway';
import { createTracing, type Tracing, type TracingVariables } from '../../../lib/telemetry/tracing';
import { OtlpReceiver } from '../../support/otlp-receiver';
import { perHour, policy } from '../../support/policies';
import { type Proxied, type ProxiedOptions, proxied } from '../../support/proxied';
import { RecordingOrigin } from '../../support/recording-origin';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const NOBODY = 'http://127.0.0.1:9';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const DEFAULTS: TracingVariables = {
  OTEL_SDK_DISABLED: 'false',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
};

let receiver: OtlpReceiver;
let backend: RecordingOrigin;
let tracing: Tracing | undefined;
let house: Proxied | undefined;
let logged: Record<string, unknown>[];
/** Whether the test's requests come from a proxy that is trusted. */
let isTrusted: boolean;

beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  backend = await RecordingOrigin.start();
  logged = [];
  isTrusted = true;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await house?.close();
  await tracing?.close();
  await backend.stop();
  await receiver.stop();
});

async function open(variables: Partial<TracingVariables> = {}): Promise<Tracing | undefined> {
  return createTracing({
    variables: { ...DEFAULTS, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...variables },
    replica: 'gateway-1',
    version: '1.2.3',
    isTrustedProxy: () => isTrusted,
    logger: pino({}, { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) }),
  });
}

/** The gateway before the backend, watched by tracing. */
async function start(
  variables: Partial<TracingVariables> = {},
  options: Partial<ProxiedOptions> = {},
): Promise<string> {
  tracing = await open(variables);
  const observer: RequestObserver = { ...NO_OBSERVER, ...tracing };
  house = await proxied({ targets: [backend.url], observer, ...options });
  return house.url;
}

/** Everything that was traced, told. */
async function told(): Promise<OtlpReceiver> {
  await house?.close();
  house = undefined;
  await tracing?.close();
  tracing = undefined;
  return receiver;
}

const hourly = (quota: number) =>
  policy('hourly', { match: { paths: ['/*'] }, limits: [perHour(quota)] });

describe('a traced request', () => {
  it('has a span of its own, one of its decision and one of its attempt', async () => {
    const url = await start({}, { policies: [hourly(5)] });
    await fetch(`${url}/orders/7?token=secret`, { headers: { 'User-Agent': 'curl/8' } });
    await told();
    expect(receiver.spans).toHaveLength(3);
    const server = receiver.span('GET all');
    const decide = receiver.span('floodgate.decide');
    const client = receiver.span('GET');
    expect([server.kind, decide.kind, client.kind]).toEqual(['server', 'internal', 'client']);
    expect(server.parentSpanId).toBe('');
    expect([decide.parentSpanId, client.parentSpanId]).toEqual([server.spanId, server.spanId]);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(receiver.spans.map(({ isError }) => isError)).toEqual([false, false, false]);
    expect(server.startNanos <= decide.startNanos).toBe(true);
    expect(decide.endNanos <= client.startNanos).toBe(true);
    expect(client.endNanos <= server.endNanos).toBe(true);
  });

  it('is described as the HTTP conventions say, without its query', async () => {
    const url = await start();
    const response = await fetch(`${url}/orders/7?token=secret`, {
      headers: { 'User-Agent': 'curl/8' },
    });
    await told();
    expect(receiver.span('GET all').attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': 'all',
      'url.path': '/orders/7',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'client.address': '127.0.0.1',
      'user_agent.original': 'curl/8',
      'floodgate.request_id': response.headers.get('x-request-id'),
      'floodgate.verdict': 'allowed',
    });
    expect(receiver.span('GET').attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(backend.url).port),
      'url.full': `${backend.url}/orders/7`,
      'floodgate.upstream': 'origin',
    });
  });

  it('tells what each policy decided', async () => {
    const url = await start(
      {},
      { policies: [hourly(5), { ...hourly(9), name: 'beside', mode: 'shadow' }] },
    );
    await fetch(url);
    await told();
    expect(receiver.span('floodgate.decide').attributes).toEqual({
      'floodgate.verdict': 'allowed',
      'floodgate.policy': 'hourly',
      'floodgate.source': 'store',
      'floodgate.policies': ['beside', 'hourly'],
      'floodgate.policies.verdict': ['shadow-allowed', 'allowed'],
      'floodgate.policies.remaining': [8, 4],
    });
  });

  it('that is denied has no attempt and is no error', async () => {
    const url = await start({}, { policies: [hourly(1)] });
    await fetch(url);
    expect((await fetch(url)).status).toBe(429);
    await told();
    expect(receiver.spans.filter(({ kind }) => kind === 'client')).toHaveLength(1);
    const denied = receiver.spans.find(
      ({ attributes }) => attributes['http.response.status_code'] === 429,
    );
    expect(denied?.attributes['floodgate.verdict']).toBe('denied');
    expect(denied?.isError).toBe(false);
    const decision = receiver.spans.find(({ parentSpanId }) => parentSpanId === denied?.spanId);
    expect(decision?.attributes).toMatchObject({
      'floodgate.verdict': 'denied',
      'floodgate.policies.remaining': [0],
    });
  });

  it('has a span for each attempt', async () => {
    const url = await start({}, { targets: [NOBODY, backend.url] });
    const statuses = [await fetch(url), await fetch(url)].map(({ status }) => status);
    expect(statuses).toEqual([200, 200]);
    await told();
    const attempts = receiver.spans.filter(({ kind }) => kind === 'client');
    const [failed] = attempts.filter(({ isError }) => isError);
    expect(failed?.attributes).toMatchObject({
      'error.type': 'connection_refused',
      'server.port': 9,
    });
    const second = attempts.find(({ attributes }) => attributes['http.request.resend_count'] === 1);
    expect(second?.attributes['http.response.status_code']).toBe(200);
    expect(second?.parentSpanId).toBe(failed?.parentSpanId);
    expect(backend.requests.map(({ rawHeaders }) => traceparentIn(rawHeaders))).toContain(
      `00-${second?.traceId}-${second?.spanId}-01`,
    );
  });

  it('is an error when the answer is one of a server', async () => {
    backend.answer = (_request, response) => response.writeHead(503).end();
    const url = await start();
    await fetch(url);
    await told();
    for (const name of ['GET all', 'GET']) {
      expect(receiver.span(name)).toMatchObject({
        isError: true,
        attributes: { 'error.type': '503', 'http.response.status_code': 503 },
      });
    }
  });

  it('says that its client went', async () => {
    const url = await start();
    const gone = new AbortController();
    const asked = new Promise<void>((resolve) => {
      backend.answer = () => resolve();
    });
    const aborted = fetch(url, { signal: gone.signal }).catch(() => undefined);
    await asked;
    gone.abort();
    await aborted;
    await told();
    for (const name of ['GET all', 'GET']) {
      expect(receiver.span(name).attributes['error.type']).toBe('client_closed');
    }
    expect(receiver.span('GET all').attributes).not.toHaveProperty('http.response.status_code');
  });

  it('shows nothing of an unknown method but the word, and nothing long', async () => {
    const url = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(
      `PURGE /${'a'.repeat(4_000)} HTTP/1.1\r\nHost: [::1]:80\r\nUser-Agent: ${'b'.repeat(4_000)}\r\nConnection: close\r\n\r\n`,
    );
    socket.resume();
    await once(socket, 'close');
    await told();
    const { attributes } = receiver.span('HTTP all');
    expect(attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
      'server.address': '::1',
      'url.path': `/${'a'.repeat(254)}…`,
      'user_agent.original': `${'b'.repeat(255)}…`,
    });
  });

  it('shows no credential', async () => {
    const url = await start();
    const secret = 'of-nobodys-concern';
    await fetch(`${url}/?api_key=${secret}`, {
      headers: { Authorization: `Bearer ${secret}`, 'X-API-Key': secret, Cookie: `a=${secret}` },
    });
    await told();
    expect(receiver.spans.length).toBeGreaterThan(0);
    const text = receiver.spans.flatMap(({ attributes, name }) => [
      name,
      ...Object.values(attributes),
    ]);
    expect(text.join('\n')).not.toContain(secret);
  });
});

describe('a trace', () => {
  it('of a request without one has the digits of the request id', async () => {
    const url = await start();
    const response = await fetch(url);
    await told();
    const id = String(response.headers.get('x-request-id'));
    expect(receiver.span('GET all').traceId).toBe(id.replaceAll('-', ''));
  });

  it('is another where the request brings its own id', async () => {
    const url = await start();
    await fetch(url, { headers: { 'X-Request-Id': 'mine' } });
    await told();
    expect(receiver.span('GET all').traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  });

  it('that a caller began goes on, and the backend is told of the attempt', async () => {
    const url = await start();
    await fetch(url, { headers: { traceparent: PARENT, tracestate: 'a=1,b=2' } });
    await told();
    const server = receiver.span('GET all');
    expect(server).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: 'b7ad6b7169203331',
      traceState: 'a=1,b=2',
    });
    const { spanId } = receiver.span('GET');
    expect(backend.field('traceparent')).toEqual([`00-${TRACE_ID}-${spanId}-01`]);
    expect(backend.field('tracestate')).toEqual(['a=1,b=2']);
  });

  it('that a caller does not follow is passed on as it came', async () => {
    const url = await start();
    const traceparent = PARENT.replace(/01$/, '00');
    await fetch(url, { headers: { traceparent, tracestate: 'a=1' } });
    await told();
    expect(receiver.spans).toEqual([]);
    expect(backend.field('traceparent')).toEqual([traceparent]);
    expect(backend.field('tracestate')).toEqual(['a=1']);
  });

  it.each([
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    `${PARENT}-more`,
    'nonsense',
    PARENT.toUpperCase(),
  ])('that is none begins anew: %s', async (traceparent) => {
    const url = await start();
    await fetch(url, { headers: { traceparent, tracestate: 'a=1' } });
    await told();
    const server = receiver.span('GET all');
    expect(server).toMatchObject({ parentSpanId: '', traceState: '' });
    expect(server.traceId).not.toBe(TRACE_ID);
    expect(backend.field('traceparent')).toEqual([
      `00-${server.traceId}-${receiver.span('GET').spanId}-01`,
    ]);
    expect(backend.field('tracestate')).toEqual([]);
  });
});

describe('sampling', () => {
  it('by always_off tells nobody, and the backend not to either', async () => {
    const url = await start({ OTEL_TRACES_SAMPLER: 'always_off' });
    await fetch(url, { headers: { traceparent: PARENT, tracestate: 'a=1' } });
    await fetch(url);
    await told();
    expect(receiver.requests).toEqual([]);
    const [continued, own] = backend.requests.map(({ rawHeaders }) => traceparentIn(rawHeaders));
    expect(continued).toBe(PARENT.replace(/01$/, '00'));
    expect(own).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  it('by always_on follows also what the caller does not', async () => {
    const url = await start({ OTEL_TRACES_SAMPLER: 'always_on' });
    await fetch(url, { headers: { traceparent: PARENT.replace(/01$/, '00') } });
    await told();
    expect(receiver.span('GET all').traceId).toBe(TRACE_ID);
  });

  it.each([
    ['parentbased_traceidratio', PARENT, 3],
    ['parentbased_always_off', PARENT, 3],
    ['traceidratio', PARENT, 0],
    ['parentbased_traceidratio', undefined, 0],
    ['parentbased_always_off', undefined, 0],
  ] as const)('by %s of 0, parent %s, gives %i spans', async (sampler, traceparent, spans) => {
    const url = await start({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: 0 });
    await fetch(url, { headers: traceparent === undefined ? {} : { traceparent } });
    await told();
    expect(receiver.spans).toHaveLength(spans);
  });

  it('by a ratio takes about that part of traces, and all of each', async () => {
    const url = await start({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 0.5 });
    for (let i = 0; i < 100; i++) await fetch(url);
    await told();
    const traces = new Set(receiver.spans.map(({ traceId }) => traceId));
    expect(receiver.spans).toHaveLength(3 * traces.size);
    // 20 and 80 of 100 are six standard deviations away.
    expect(traces.size).toBeGreaterThan(20);
    expect(traces.size).toBeLessThan(80);
  });
});

describe('a caller that is no trusted proxy', () => {
  const unsampled = PARENT.replace(/01$/, '00');
  beforeEach(() => {
    isTrusted = false;
  });

  it('has its trace continued, and can not hide it', async () => {
    const url = await start({ OTEL_TRACES_SAMPLER: 'parentbased_always_on' });
    await fetch(url, { headers: { traceparent: unsampled, tracestate: 'a=1' } });
    await told();
    expect(receiver.span('GET all')).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: 'b7ad6b7169203331',
    });
    const { spanId } = receiver.span('GET');
    expect(backend.field('traceparent')).toEqual([`00-${TRACE_ID}-${spanId}-01`]);
    expect(backend.field('tracestate')).toEqual(['a=1']);
  });

  it.each(['parentbased_always_off', 'parentbased_traceidratio'] as const)(
    'can not have its requests traced by its flag, with %s',
    async (sampler) => {
      const url = await start({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: 0 });
      await fetch(url, { headers: { traceparent: PARENT, tracestate: 'a=1' } });
      await told();
      expect(receiver.spans).toEqual([]);
      expect(backend.field('traceparent')).toEqual([unsampled]);
      expect(backend.field('tracestate')).toEqual(['a=1']);
    },
  );

  it.each([
    ['traceidratio', 'f'],
    ['traceidratio', '0'],
    ['parentbased_traceidratio', 'f'],
    ['parentbased_traceidratio', '0'],
  ] as const)(
    'can not choose by its trace id either, with %s and ids of %s',
    async (sampler, digit) => {
      const url = await start({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: 0.5 });
      const traceparent = `00-1${digit.repeat(31)}-b7ad6b7169203331-01`;
      for (let i = 0; i < 100; i++) await fetch(url, { headers: { traceparent } });
      await told();
      const sampled = receiver.spans.filter(({ kind }) => kind === 'server');
      // 20 and 80 of 100 are six standard deviations away.
      expect(sampled.length).toBeGreaterThan(20);
      expect(sampled.length).toBeLessThan(80);
      expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(
        new Set([`1${digit.repeat(31)}`]),
      );
    },
  );
});

describe('the collector', () => {
  it.each([
    ['http/protobuf', 'application/x-protobuf'],
    ['http/json', 'application/json'],
  ] as const)('is told by %s who tells', async (protocol, contentType) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'api-key=of%20ours');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.namespace=shop,service.name=other');
    vi.stubEnv('OTEL_SERVICE_NAME', 'edge');
    const url = await start({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
    await fetch(url);
    await told();
    expect(receiver.requests).toMatchObject([
      { path: '/v1/traces', headers: { 'content-type': contentType, 'api-key': 'of ours' } },
    ]);
    const server = receiver.span('GET all');
    expect(server.scope).toBe('floodgate');
    expect(server.resource).toMatchObject({
      'service.name': 'edge',
      'service.namespace': 'shop',
      'service.version': '1.2.3',
      'service.instance.id': 'gateway-1',
      'telemetry.sdk.language': 'nodejs',
    });
  });

  it('may have a URL for traces alone', async () => {
    const url = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/spans?tenant=7`,
    });
    await fetch(url);
    await told();
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/spans?tenant=7']);
    expect(receiver.span('GET all').resource['service.name']).toBe('floodgate');
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: undefined }],
    [{ OTEL_SDK_DISABLED: 'true' }],
    [{ OTEL_TRACES_EXPORTER: 'none' }],
  ] as const)('is not looked for with %o', async (variables) => {
    const url = await start(variables);
    expect(tracing).toBeUndefined();
    await fetch(url);
    await told();
    expect(receiver.connections).toBe(0);
    expect(backend.field('traceparent')[0]).toMatch(/-01$/);
  });

  it.each([
    ['goes on', PARENT, true],
    ['begins anew where it is none', `${PARENT}-more`, false],
  ])('is not needed for a trace that %s', async (_, traceparent, goesOn) => {
    const url = await start({ OTEL_SDK_DISABLED: 'true' });
    await fetch(url, { headers: { traceparent } });
    expect(backend.field('traceparent')[0]?.includes(TRACE_ID)).toBe(goesOn);
  });

  it('that fails is told of once, and again when it takes spans', async () => {
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '5');
    receiver.answer = (response) => void response.writeHead(400).end();
    const url = await start();
    for (let i = 0; i < 2; i++) {
      const taken = receiver.next();
      await fetch(url);
      await taken;
    }
    receiver.answer = (response) => void response.end();
    await vi.waitFor(
      async () => {
        await fetch(url);
        expect(logged.map(({ msg }) => msg)).toContain('spans are delivered again');
      },
      { timeout: 10_000 },
    );
    await told();
    expect(logged.map(({ msg }) => msg)).toEqual([
      'spans can not be delivered',
      'spans are delivered again',
      'spans were dropped',
    ]);
    expect(logged[0]).toMatchObject({
      collector: `${receiver.url}/v1/traces`,
      reason: expect.stringContaining('400'),
    });
  });

  it('that hangs costs spans, not requests, and no waiting at the end', async () => {
    vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '30');
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '10');
    receiver.answer = () => undefined;
    const url = await start();
    const answers = [];
    for (let i = 0; i < 50; i++) answers.push((await fetch(url)).status);
    expect(answers).toEqual(Array.from({ length: 50 }, () => 200));
    await told();
    // One batch under way, thirty spans in the queue.
    expect(logged).toMatchObject([{ msg: 'spans were dropped', spans: 50 * 3 - 40 }]);
  });

  it('that is away costs no request', async () => {
    const url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY });
    expect((await fetch(url)).status).toBe(200);
  });
});

function traceparentIn(rawHeaders: readonly string[]): string | undefined {
  return rawHeaders[rawHeaders.indexOf('traceparent') + 1];
}
