import { describe, expect, it } from 'vitest';
import { frameSchema } from '@/lib/telemetry/traffic/frame-schema';
import type { Frame, LiveDecision } from '@/lib/telemetry/traffic/port';
import { cellCounts, frameOf, slotAt } from './traffic';

const AT = 1_750_003_200;
const long = 'x'.repeat(300);
const cell = cellCounts({ allowed: 3, denied: 2, errors: 1 });
const decision: LiveDecision = {
  id: '0190-request',
  at: AT * 1_000 + 0.5,
  replica: 'replica-1',
  method: 'GET',
  path: '/api/data',
  identity: { kind: 'ip', value: '192.0.2.1' },
  route: '/api',
  policy: '-',
  verdict: 'denied',
  status: 429,
  duration_ms: 0.25,
  weight: 12,
};
const blocked = { at: AT, span: 'minute' as const, total: 2, floor: 0, clients: [] };
const client = { kind: 'ip' as const, value: '192.0.2.1', count: 2, error: 0 };

function told(frame: Partial<Record<keyof Frame, unknown>>): unknown {
  return { ...frameOf({}), ...frame };
}

describe('a frame from another process', () => {
  it('is taken as it was sent', () => {
    const frame = frameOf({
      seconds: [slotAt(AT, { allowed: 3 }, { route: '/b', denied: 1 })],
      minutes: [slotAt(AT, { errors: 2 })],
      blocked: [{ ...blocked, clients: [client] }],
      decisions: [decision, { ...decision, identity: null }],
    });
    expect(frameSchema.parse(JSON.parse(JSON.stringify(frame)))).toEqual(frame);
  });

  it('may hold what later versions add, which is left out', () => {
    expect(frameSchema.parse({ ...frameOf({}), region: 'eu' })).toEqual(frameOf({}));
  });

  it.each([
    ['no object', 'frame'],
    ['nothing', undefined],
    ['an instance without a name', told({ instance: '' })],
    ['a replica of a long name', told({ replica: long })],
    ['too many seconds', told({ seconds: new Array(129).fill(slotAt(AT)) })],
    ['too many cells', told({ seconds: [{ at: AT, cells: new Array(502).fill(cell) }] })],
    ['a second that is none', told({ seconds: [slotAt(-1)] })],
    ['half a second', told({ seconds: [slotAt(AT + 0.5)] })],
    ['fewer than no requests', told({ seconds: [{ at: AT, cells: [{ ...cell, denied: -1 }] }] })],
    ['parts of requests', told({ seconds: [{ at: AT, cells: [{ ...cell, denied: 0.5 }] }] })],
    [
      'more requests than latencies',
      told({ seconds: [{ at: AT, cells: [{ ...cell, denied: 9 }] }] }),
    ],
    [
      'latencies that are none',
      told({ minutes: [{ at: AT, cells: [{ ...cell, latency: '%' }] }] }),
    ],
    ['a route of a long name', told({ minutes: [{ at: AT, cells: [{ ...cell, route: long }] }] })],
    ['too many clients', told({ blocked: [{ ...blocked, clients: new Array(101).fill(client) }] })],
    [
      'a client of an unknown kind',
      told({ blocked: [{ ...blocked, clients: [{ ...client, kind: 'token' }] }] }),
    ],
    [
      'a client of a long name',
      told({ blocked: [{ ...blocked, clients: [{ ...client, value: long }] }] }),
    ],
    ['an unknown span', told({ blocked: [{ ...blocked, span: 'day' }] })],
    ['too many decisions', told({ decisions: new Array(401).fill(decision) })],
    ['a decision with a long path', told({ decisions: [{ ...decision, path: long }] })],
    ['a decision with a long id', told({ decisions: [{ ...decision, id: long }] })],
    ['an unknown verdict', told({ decisions: [{ ...decision, verdict: 'maybe' }] })],
    ['a decision that stands for none', told({ decisions: [{ ...decision, weight: 0 }] })],
  ])('is refused when it holds %s', (_, frame) => {
    expect(frameSchema.safeParse(frame).success).toBe(false);
  });
});
