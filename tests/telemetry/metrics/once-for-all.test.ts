import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { onceForAll } from '../../../lib/telemetry/metrics/once-for-all';

function workFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

describe('what is gathered once for all', () => {
  it('is the same for all who ask meanwhile, each in their form', async () => {
    let times = 0;
    const inForm = onceForAll(async () => {
      await setImmediate();
      times += 1;
      return times;
    });
    const asNumber = inForm((told) => told);
    const asText = inForm(async (told) => `${told}`);
    expect(await Promise.all([asNumber(), asText(), asNumber()])).toEqual([1, '1', 1]);
  });

  it('is brought into each form once', async () => {
    const write = vi.fn(() => workFor(5));
    const asText = onceForAll(async () => workFor(20))(write);
    await asText();
    await asText();
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('takes a tenth of the time however often and in however many forms it is asked for', async () => {
    const begunMs: number[] = [];
    let workedMs = 0;
    function work(): void {
      const fromMs = performance.now();
      workFor(4);
      workedMs += performance.now() - fromMs;
    }
    const inForm = onceForAll(async () => {
      begunMs.push(performance.now());
      work();
    });
    const forms = [inForm(work), inForm(async () => work()), inForm(work)];
    let workedBefore = 0;
    while (begunMs.length < 6) {
      workedBefore = workedMs;
      await Promise.all(forms.map((form) => form()));
      await setImmediate();
    }
    const tookMs = (begunMs.at(-1) ?? 0) - (begunMs[0] ?? 0);
    // A little more, for what begins is not measured to the microsecond.
    expect(workedBefore / tookMs).toBeLessThan(0.11);
  });

  it('is given again for a while that grows with the work, and not with the waiting', async () => {
    let times = 0;
    const ask = onceForAll(async () => {
      times += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
    })((told) => told);
    await ask();
    // Nine times as long as it waited would be more than this test may take.
    await vi.waitFor(
      async () => {
        await ask();
        expect(times).toBe(2);
      },
      { timeout: 2_000, interval: 10 },
    );
  });

  it('is gathered anew when it is five seconds old, whatever it took', async () => {
    const now = vi.spyOn(performance, 'now');
    const active = { idle: 0, active: 60_000, utilization: 1 };
    const used = vi.spyOn(performance, 'eventLoopUtilization').mockReturnValue(active);
    try {
      let times = 0;
      const ask = onceForAll(async () => {
        times += 1;
        return times;
      })((told) => told);
      now.mockReturnValue(1_000);
      await ask();
      now.mockReturnValue(5_999);
      expect(await ask()).toBe(1);
      now.mockReturnValue(6_000);
      expect(await ask()).toBe(2);
    } finally {
      now.mockRestore();
      used.mockRestore();
    }
  });

  it('is asked for anew after a failure', async () => {
    let times = 0;
    const ask = onceForAll(async () => {
      times += 1;
      if (times === 1) throw new Error('not now');
      return times;
    })((told) => told);
    await expect(ask()).rejects.toThrow('not now');
    expect(await ask()).toBe(2);
  });
});
