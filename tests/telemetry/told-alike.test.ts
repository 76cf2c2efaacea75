import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { explainRecorded, NO_OBSERVER, type RequestObserver } from '../../lib/gateway';
import type { Call } from '../../lib/http';
import { createMemoryStore } from '../../lib/limiter';
import { JSON_LINES } from '../../lib/telemetry/log/request-line';
import {
  createRecorder,
  type LiveDecision,
  liveDecisionOf,
  liveDecisionSchema,
  type Recorder,
} from '../../lib/telemetry/traffic';
import { callTo, gatewayOver, type TestGateway } from '../support/gateway';
import { perHour } from '../support/policies';
import { origin, proxied } from '../support/proxied';

const REPLICA = 'here';
/** How far everybody's clock is ahead of this machine's, ms. */
const AHEAD_MS = 3_600_000;
const QUOTE = '/api/v1/stock-price';
const SENDER = { kind: 'ip', value: '203.0.113.7' };

let recorder: Recorder | undefined;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  recorder?.close();
  for (const close of closing.splice(0)) await close();
});

/** Notes what the live feed and the log tell. */
function telling() {
  const fed: LiveDecision[] = [];
  const lines: Record<string, unknown>[] = [];
  let wake: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const made = createRecorder({
    replica: REPLICA,
    now: () => Date.now() + AHEAD_MS,
    onFrame: ({ decisions }) => fed.push(...decisions),
  });
  recorder = made;
  const facts = { replica: REPLICA, weight: 1, traceId: undefined };
  const observer: RequestObserver = {
    ...NO_OBSERVER,
    onAnswer: made.onAnswer,
    onEnd(record) {
      const endedMs = performance.now();
      lines.push(JSON.parse(JSON_LINES.ofRequest(record, { ...facts, endedMs })));
      wake();
    },
  };
  return { observer, ended, fed, lines, flush: made.flush };
}

/** What feed, search, explanation and log tell of the last request, once it is found that they agree. */
async function toldAlike(gateway: TestGateway, { flush, fed, lines }: ReturnType<typeof telling>) {
  flush();
  const shown = liveDecisionSchema.parse(fed.at(-1));
  const [found] = gateway.decisions.search({ id: shown.id }, 1);
  if (found === undefined) throw new Error('it is shown and not found');
  expect(liveDecisionOf(found, REPLICA)).toEqual(shown);
  if (shown.identity !== null) {
    const ofSender = gateway.decisions.search({ identity: shown.identity.value }, 100);
    expect(ofSender).toContain(found);
  }
  const explanation = explainRecorded(found, REPLICA, 0);
  const { identity } = explanation;
  expect(explanation).toMatchObject({
    request_id: shown.id,
    at: new Date(shown.at).toISOString(),
    route: shown.route === '-' ? null : shown.route,
    status: shown.status,
    request: { method: shown.method },
  });
  expect(explanation.request.path.slice(0, 199)).toBe(shown.path.slice(0, 199));
  expect(identity?.kind).toBe(shown.identity?.kind);
  expect(lines.at(-1)).toMatchObject({
    request_id: shown.id,
    verdict: shown.verdict,
    status: shown.status,
    route: shown.route,
    latency_ms: shown.duration_ms,
  });
  const sender = shown.identity && { kind: shown.identity.kind, id: shown.identity.value };
  expect(lines.at(-1)?.identity ?? null).toEqual(sender);
  expect(Math.abs(shown.at - AHEAD_MS - Date.now())).toBeLessThan(AHEAD_MS / 2);
  return { shown, explanation };
}

const broken = {
  path: '/broken',
  isLimited: true,
  methods: {
    GET: {
      documentation: { id: 'fail', summary: '', tag: '', answers: {} },
      handle() {
        throw new Error('broken');
      },
    },
  },
};

/** Fails while it is found out who sends it. */
function unreadable(): Call {
  const call = callTo(QUOTE);
  return {
    ...call,
    header(name) {
      if (name === 'authorization') throw new Error('unreadable');
      return call.header(name);
    },
  };
}

const LONG = `/api/${'x'.repeat(595)}`;
const wrongKey = callTo(QUOTE, { headers: { 'x-api-key': 'fg_nobody' } });

describe('the live feed, the search, the explanation and the log', () => {
  it.each([
    { what: 'let in', call: callTo(QUOTE), status: 200, outcome: 'allowed' },
    { what: 'over its limit', call: callTo(QUOTE), times: 3, status: 429, outcome: 'denied' },
    { what: 'of no credentials', call: wrongKey, status: 401, outcome: 'unauthorized' },
    { what: 'of tried credentials', call: wrongKey, times: 4, status: 429, outcome: 'denied' },
    {
      what: 'on the list of the refused',
      call: callTo(QUOTE, { peerAddress: '198.51.100.9' }),
      status: 403,
      outcome: 'forbidden',
      identity: { kind: 'ip', value: '198.51.100.9' },
    },
    { what: 'that a handler fails on', call: callTo('/broken'), status: 500, outcome: 'allowed' },
    {
      what: 'that we fail on before it is decided',
      call: unreadable(),
      status: 500,
      outcome: 'unavailable',
      identity: null,
    },
    { what: 'with a long path', call: callTo(LONG), status: 404, outcome: 'allowed' },
  ])('say the same of a request $what', async ({ call, times = 1, ...expected }) => {
    const told = telling();
    const changes = { limits: [perHour(2)], deny: { cidrs: ['198.51.100.0/24'] } };
    const { observer } = told;
    const gateway = gatewayOver(createMemoryStore(), changes, [broken], { observer });
    for (let i = 0; i < times; i++) await gateway.handle(call);
    const { shown, explanation } = await toldAlike(gateway, told);
    const { status, outcome, identity = SENDER } = expected;
    expect(shown).toMatchObject({ status, identity });
    expect(explanation).toMatchObject({ status, outcome });
    expect(shown.path).toBe(call.path.length > 200 ? `${call.path.slice(0, 199)}…` : call.path);
  });

  it('say the same of a request whose client left before its answer', async () => {
    const told = telling();
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const service = await origin(() => arrive());
    const gate = await proxied({ targets: [service.url], observer: told.observer });
    closing.push(gate.close, service.close);
    const client = connect(gate.port, '127.0.0.1');
    client.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    client.destroy();
    await told.ended;
    const { shown } = await toldAlike(gate.gateway, told);
    expect(shown).toMatchObject({ status: 499, verdict: 'allowed', route: 'all' });
  });
});
