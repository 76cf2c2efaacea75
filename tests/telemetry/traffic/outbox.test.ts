import { describe, expect, it } from 'vitest';
import { createOutbox } from '@/lib/telemetry/traffic/outbox';
import type { Frame } from '@/lib/telemetry/traffic/port';
import { frameOf, slotAt } from './traffic';

const START = 1_750_000_020;

/** A link that takes frames when it is told to. */
function postalLink() {
  const frames: Frame[] = [];
  const link = {
    isBroken: false,
    frames,
    /** What the next frame has to wait for. */
    gate: Promise.resolve(),
    async send(frame: Frame): Promise<void> {
      await link.gate;
      if (link.isBroken) throw new Error('no link');
      frames.push(frame);
    },
  };
  return link;
}

function posting() {
  const link = postalLink();
  const news: string[] = [];
  const outbox = createOutbox({
    link,
    onFailure: (error) => news.push(String(error)),
    onRecovered: () => news.push('recovered'),
  });
  return { link, news, outbox };
}

/** The last telling of each second that has arrived. */
function arrived(frames: readonly Frame[]): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const { at, cells } of frames.flatMap((frame) => frame.seconds)) {
    seconds.set(at, cells[0]?.allowed ?? 0);
  }
  return seconds;
}

describe('an outbox', () => {
  it('sends a frame at once', async () => {
    const { link, outbox } = posting();
    const frame = frameOf({ seconds: [slotAt(START, { allowed: 1 })] });
    outbox.add(frame);
    await outbox.close();
    expect(link.frames).toEqual([frame]);
  });

  it('sends again what did not arrive, in its newest telling and once', async () => {
    const { link, news, outbox } = posting();
    link.isBroken = true;
    for (let allowed = 1; allowed <= 5; allowed++) {
      outbox.add(
        frameOf({ seconds: [slotAt(START, { allowed }), slotAt(START + 1, { allowed })] }),
      );
      await Promise.resolve();
    }
    link.isBroken = false;
    await outbox.close();
    expect(arrived(link.frames)).toEqual(
      new Map([
        [START, 5],
        [START + 1, 5],
      ]),
    );
    expect(news.filter((line) => line === 'recovered').length).toBeLessThanOrEqual(1);
  });

  it('tells once that it fails and once that it works again', async () => {
    const { link, news, outbox } = posting();
    link.isBroken = true;
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 1 })] }));
    await new Promise((resolve) => setImmediate(resolve));
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 2 })] }));
    await new Promise((resolve) => setImmediate(resolve));
    link.isBroken = false;
    await outbox.close();
    expect(news).toEqual(['Error: no link', 'recovered']);
  });

  it('tries again by itself when nothing more is to be told', async () => {
    const { link, outbox } = posting();
    link.isBroken = true;
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 1 })] }));
    await new Promise((resolve) => setImmediate(resolve));
    link.isBroken = false;
    await expect.poll(() => link.frames.length, { timeout: 5_000 }).toBe(1);
    await outbox.close();
  });

  it('keeps what was told anew while the older telling was on its way', async () => {
    const { link, outbox } = posting();
    let open = (): void => undefined;
    link.gate = new Promise((resolve) => {
      open = resolve;
    });
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 1 })] }));
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 2 })] }));
    open();
    await outbox.close();
    expect(link.frames.map(({ seconds }) => seconds[0]?.cells[0]?.allowed)).toEqual([1, 2]);
  });

  it('sends a long backlog in frames of bounded size, the newest first', async () => {
    const { link, outbox } = posting();
    link.isBroken = true;
    for (let second = 0; second < 1_000; second++) {
      outbox.add(frameOf({ seconds: [slotAt(START + second, { allowed: second })] }));
    }
    await new Promise((resolve) => setImmediate(resolve));
    link.isBroken = false;
    await outbox.close();
    expect(arrived(link.frames).size).toBe(1_000);
    expect(Math.max(...link.frames.map(({ seconds }) => seconds.length))).toBeLessThanOrEqual(128);
    expect(link.frames[0]?.seconds[0]?.at).toBe(START + 999);
  });

  it('keeps an hour of seconds and no more', async () => {
    const { link, outbox } = posting();
    link.isBroken = true;
    for (let second = 0; second < 4_000; second++) {
      outbox.add(frameOf({ seconds: [slotAt(START + second, { allowed: 1 })] }));
    }
    await new Promise((resolve) => setImmediate(resolve));
    link.isBroken = false;
    await outbox.close();
    const seconds = [...arrived(link.frames).keys()];
    expect(seconds).toHaveLength(3_600);
    expect(Math.min(...seconds)).toBe(START + 400);
  });

  it('keeps a bounded number of cells', async () => {
    const { link, outbox } = posting();
    link.isBroken = true;
    const cells = Array.from({ length: 500 }, (_, route) => ({ route: `/${route}`, allowed: 1 }));
    for (let second = 0; second < 300; second++) {
      outbox.add(frameOf({ seconds: [slotAt(START + second, ...cells)] }));
    }
    await new Promise((resolve) => setImmediate(resolve));
    link.isBroken = false;
    await outbox.close();
    expect(arrived(link.frames).size).toBe(200);
    for (const { seconds } of link.frames) expect(seconds.length).toBeLessThanOrEqual(4);
  });

  it('ends though the link refuses to the last', async () => {
    const { link, outbox } = posting();
    link.isBroken = true;
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 1 })] }));
    await outbox.close();
    outbox.add(frameOf({ seconds: [slotAt(START, { allowed: 2 })] }));
    expect(link.frames).toEqual([]);
  });
});
