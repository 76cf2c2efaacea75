import { afterEach, describe, expect, it } from 'vitest';
import { upstreamSchema } from '../../../lib/policy';
import { createUpstreams, type Upstreams } from '../../../lib/upstream';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** One upstream of one target, with a clock that stands until it is moved. */
function watched() {
  const told: [upstream: string, isFailure: boolean, ms: number][] = [];
  const clock = { nowMs: 1_000 };
  const upstreams = createUpstreams({
    now: () => clock.nowMs,
    onAttempt: (...attempt) => told.push(attempt),
  });
  closers.push(() => upstreams.close());
  upstreams.follow([
    upstreamSchema.parse({ name: 'demo', targets: [{ url: 'http://127.0.0.1:9' }] }),
  ]);
  return { told, clock, attempt: () => attemptAt(upstreams) };
}

function attemptAt(upstreams: Upstreams) {
  const wish = { hashKey: 'client', tried: [], isUpgrade: false };
  const attempt = upstreams.find('demo')?.acquire(wish);
  if (attempt === undefined || 'reason' in attempt) throw new Error('no attempt');
  return attempt;
}

describe('an attempt at an upstream', () => {
  it('is told of with its outcome and its time, from when it was sent', () => {
    const { told, clock, attempt } = watched();
    const good = attempt();
    clock.nowMs += 100;
    good.sent();
    clock.nowMs += 7;
    good.answered(200);
    good.release();
    const bad = attempt();
    clock.nowMs += 3;
    bad.answered(503);
    bad.release();
    const broken = attempt();
    clock.nowMs += 2;
    broken.failed('connect');
    broken.release();
    expect(told).toEqual([
      ['demo', false, 7],
      ['demo', true, 3],
      ['demo', true, 2],
    ]);
  });

  it('is told of once, also when its body breaks off after its head', () => {
    const { told, attempt } = watched();
    const broken = attempt();
    broken.answered(200);
    broken.failed('broken');
    broken.release();
    expect(told).toHaveLength(1);
  });

  it('is not told of when it was given up', () => {
    const { told, attempt } = watched();
    attempt().release();
    expect(told).toEqual([]);
  });
});
