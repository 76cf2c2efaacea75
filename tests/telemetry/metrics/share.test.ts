import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createShare } from '../../../lib/telemetry/metrics/share';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Takes so long, and tells how often it was asked. */
function slow(ms: number) {
  let times = 0;
  return createShare(async () => {
    times += 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    return times;
  });
}

async function elapse(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

describe('a shared answer', () => {
  it('is made once for all who ask meanwhile', async () => {
    const share = slow(10);
    const all = Promise.all([share(), share(), share()]);
    await elapse(10);
    expect(await all).toEqual([1, 1, 1]);
  });

  it('is given again for nine times as long as it took', async () => {
    const share = slow(10);
    const first = share();
    await elapse(10);
    await first;
    await elapse(89);
    expect(await share()).toBe(1);
    await elapse(2);
    const second = share();
    await elapse(10);
    expect(await second).toBe(2);
  });

  it('is given again for half a second at most', async () => {
    const share = slow(1_000);
    const first = share();
    await elapse(1_000);
    await first;
    await elapse(501);
    const second = share();
    await elapse(1_000);
    expect(await second).toBe(2);
  });

  it('is asked for anew after a failure', async () => {
    let times = 0;
    const share = createShare(async () => {
      times += 1;
      if (times === 1) throw new Error('not now');
      return times;
    });
    await expect(share()).rejects.toThrow('not now');
    expect(await share()).toBe(2);
  });
});
