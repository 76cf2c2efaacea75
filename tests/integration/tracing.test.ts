import { afterEach, describe, expect, it, vi } from 'vitest';
import { Floodgate } from '../support/floodgate';
import { OtlpReceiver } from '../support/otlp-receiver';
import { RecordingOrigin, valuesOf } from '../support/recording-origin';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A process before a backend of the test's own, which tells its traces to a collector. */
async function start(environment: Readonly<Record<string, string>> = {}) {
  const receiver = await OtlpReceiver.start();
  cleanups.push(() => receiver.stop());
  const backend = await RecordingOrigin.start();
  cleanups.push(() => backend.stop());
  const floodgate = await Floodgate.start('front door', {
    FLOODGATE_ROLE: 'gateway',
    FLOODGATE_REPLICA: 'gateway-1',
    DEMO_BACKENDS: backend.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...environment,
  });
  cleanups.push(() => floodgate.stop());
  return { receiver, backend, floodgate };
}

describe('a process that is told of a collector', () => {
  it('traces a request through the backend, and names the trace in its log', async () => {
    const { receiver, backend, floodgate } = await start();
    await fetch(`${floodgate.url}/api/info`, { headers: { traceparent: PARENT } });
    await vi.waitFor(() => expect(receiver.spans).toHaveLength(3), { timeout: 10_000 });
    const [request] = backend.requests.filter(({ url }) => url.includes('info'));
    const client = receiver.spans.find(({ kind }) => kind === 'client');
    expect(client?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(valuesOf(request?.rawHeaders ?? [], 'traceparent')).toEqual([
      `00-${client?.traceId}-${client?.spanId}-01`,
    ]);
    expect(client?.resource).toMatchObject({
      'service.name': 'floodgate',
      'service.instance.id': 'gateway-1',
    });
    await vi.waitFor(() => expect(floodgate.logged(/^request$/)).toHaveLength(1));
    expect(floodgate.logged(/^request$/)[0]).toMatchObject({ trace_id: client?.traceId });
  });

  it('tells the last spans when it ends', async () => {
    const { receiver, floodgate } = await start({ OTEL_BSP_SCHEDULE_DELAY: '60000' });
    await fetch(`${floodgate.url}/api/info`);
    expect(await floodgate.stop()).toBe(0);
    expect(receiver.spans).toHaveLength(3);
  });

  it('ends in time where the collector hangs', async () => {
    const { receiver, floodgate } = await start();
    receiver.answer = () => undefined;
    const asked = receiver.next();
    await fetch(`${floodgate.url}/api/info`);
    await asked;
    expect(await floodgate.stop()).toBe(0);
    expect(floodgate.logged(/spans can not be delivered/).length).toBeLessThanOrEqual(1);
  });

  it('says what is wrong with a variable of the SDK', async () => {
    const { floodgate } = await start({ OTEL_BSP_MAX_QUEUE_SIZE: 'many' });
    expect(floodgate.logged(/^tracing:/)).toMatchObject([
      { reason: expect.stringContaining('OTEL_BSP_MAX_QUEUE_SIZE') },
    ]);
  });
});

describe('a process that is told of none', () => {
  it('connects to nobody, and lets traces pass', async () => {
    const { receiver, backend, floodgate } = await start({ OTEL_SDK_DISABLED: 'true' });
    await fetch(`${floodgate.url}/api/info`, { headers: { traceparent: PARENT } });
    await floodgate.stop();
    expect(receiver.connections).toBe(0);
    const [request] = backend.requests.filter(({ url }) => url.includes('info'));
    expect(valuesOf(request?.rawHeaders ?? [], 'traceparent')).toEqual([PARENT]);
  });
});
