import { afterEach, describe, expect, it } from 'vitest';
import { createTrafficHistory } from '@/lib/telemetry/traffic/history';
import {
  createTrafficHub,
  type TrafficHub,
  type TrafficHubOptions,
} from '@/lib/telemetry/traffic/hub';
import type { Frame, FrameListener, TrafficLink } from '@/lib/telemetry/traffic/port';
import { frameOf, requestRecord, requestsOf, slotAt } from './traffic';

/** A place that keeps all frames, and links to it. */
function createPlace() {
  const kept: Frame[] = [];
  const listeners = new Map<string, FrameListener>();
  const place = {
    kept,
    isBroken: false,
    loads: [] as number[],
    linkOf(instance: string): TrafficLink {
      return {
        async send(frame) {
          if (place.isBroken) throw new Error('no place');
          kept.push(frame);
          for (const [other, { onFrame }] of listeners) if (other !== instance) onFrame(frame);
        },
        listen(listener) {
          listeners.set(instance, listener);
        },
        async *load(since) {
          place.loads.push(since);
          if (place.isBroken) throw new Error('no place');
          yield* [...kept];
        },
        clockOffsetMs: 0,
      };
    },
    gap: () => {
      for (const { onGap } of listeners.values()) onGap();
    },
    /** Loses what is told, but not what is kept. */
    deafen: (instance: string) => {
      const listener = listeners.get(instance);
      listeners.delete(instance);
      return () => listener && listeners.set(instance, listener);
    },
  };
  return place;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()));
});

function createHub(instance: string, options: Partial<TrafficHubOptions> = {}) {
  const history = createTrafficHistory();
  const hub = createTrafficHub({ replica: instance, instance, history, flushMs: 5, ...options });
  open.push(hub);
  return { hub, history };
}

async function requestsIn(history: ReturnType<typeof createTrafficHistory>): Promise<number> {
  const now = Math.floor(Date.now() / 60_000) * 60;
  const query = { from: now - 3_600, to: now + 60, step: 60, filter: {} };
  const { totals } = await history.query(query);
  return totals.allowed + totals.denied + totals.errors;
}

/** Answers are the same within a second: this waits for the next. */
function eventually(history: ReturnType<typeof createTrafficHistory>) {
  return expect.poll(() => requestsIn(history), { timeout: 5_000, interval: 50 });
}

function nextFrame(hub: TrafficHub): Promise<void> {
  return new Promise((resolve) => {
    const stop = hub.onFrame(() => {
      stop();
      resolve();
    });
  });
}

describe('the hub', () => {
  it('puts what it counts into the history and tells who listens', async () => {
    const { hub, history } = createHub('one');
    const told = new Promise<Frame>((resolve) => hub.onFrame(resolve));
    hub.onAnswer(requestRecord());
    expect(requestsOf((await told).seconds)).toBe(1);
    expect(await requestsIn(history)).toBe(1);
  });

  it('tells nobody who no longer listens', async () => {
    const { hub } = createHub('one');
    let heard = 0;
    const stop = hub.onFrame(() => {
      heard += 1;
    });
    stop();
    hub.onAnswer(requestRecord());
    await hub.close();
    expect(heard).toBe(0);
  });

  it('shares what it counts with the others, each request once', async () => {
    const place = createPlace();
    const one = createHub('one', { link: place.linkOf('one') });
    const two = createHub('two', { link: place.linkOf('two') });
    for (let request = 0; request < 100; request++) {
      one.hub.onAnswer(requestRecord());
      two.hub.onAnswer(requestRecord());
      if (request % 10 === 0) await nextFrame(one.hub);
    }
    await eventually(one.history).toBe(200);
    await eventually(two.history).toBe(200);
  });

  it('sends all that it counted before it is closed', async () => {
    const place = createPlace();
    const { hub } = createHub('one', { link: place.linkOf('one'), flushMs: 2 ** 30 });
    for (let request = 0; request < 10; request++) hub.onAnswer(requestRecord());
    await hub.close();
    expect(requestsOf(place.kept.flatMap(({ minutes }) => minutes))).toBe(10);
  });

  it('knows after a restart what was counted before', async () => {
    const place = createPlace();
    const before = createHub('before', { link: place.linkOf('before') });
    for (let request = 0; request < 10; request++) before.hub.onAnswer(requestRecord());
    await before.hub.close();
    const after = createHub('after', { link: place.linkOf('after') });
    await after.hub.loaded;
    expect(await requestsIn(after.history)).toBe(10);
  });

  it('loads what it missed after a gap, and only that', async () => {
    const place = createPlace();
    const watcher = createHub('watcher', { link: place.linkOf('watcher') });
    await watcher.hub.loaded;
    const other = createHub('other', { link: place.linkOf('other') });
    const hearAgain = place.deafen('watcher');
    for (let request = 0; request < 10; request++) other.hub.onAnswer(requestRecord());
    await other.hub.close();
    expect(await requestsIn(watcher.history)).toBe(0);
    hearAgain();
    place.gap();
    await eventually(watcher.history).toBe(10);
    const week = 7 * 86_400;
    const now = Date.now() / 1_000;
    expect(place.loads[0]).toBeLessThanOrEqual(now - week + 60);
    expect(place.loads.at(-1)).toBeGreaterThan(now - 180);
  });

  it('has and tells each frame as soon as it is loaded, though the rest takes long or fails', async () => {
    const at = Math.floor(Date.now() / 1_000) - 30;
    const first = frameOf({ instance: 'two', seconds: [slotAt(at, { allowed: 7 })] });
    let fail = (_error: Error): void => undefined;
    const rest = new Promise<never>((_, reject) => {
      fail = reject;
    });
    async function* load() {
      yield first;
      await rest;
    }
    const link = { ...createPlace().linkOf('one'), load };
    const { hub, history } = createHub('one', { link });
    const told: Frame[] = [];
    hub.onFrame((frame) => told.push(frame));
    await expect.poll(() => history.second(at, {}).allowed).toBe(7);
    expect(told).toEqual([first]);
    fail(new Error('away'));
    await hub.loaded;
    expect(history.second(at, {}).allowed).toBe(7);
  });

  it('does not let what it loads replace what it heard meanwhile', async () => {
    const at = Math.floor(Date.now() / 60_000) * 60;
    const place = createPlace();
    let give = (_frames: readonly Frame[]): void => undefined;
    const loading = new Promise<readonly Frame[]>((resolve) => {
      give = resolve;
    });
    async function* load() {
      yield* await loading;
    }
    const link = { ...place.linkOf('one'), load };
    const { hub, history } = createHub('one', { link });
    const sender = place.linkOf('two');
    await sender.send(frameOf({ instance: 'two', minutes: [slotAt(at, { allowed: 7 })] }));
    give([frameOf({ instance: 'two', minutes: [slotAt(at, { allowed: 3 })] })]);
    await hub.loaded;
    expect(await requestsIn(history)).toBe(7);
  });

  it('starts though nothing can be loaded, says so once, and loads when it can', async () => {
    const place = createPlace();
    const earlier = createHub('earlier', { link: place.linkOf('earlier') });
    earlier.hub.onAnswer(requestRecord());
    await earlier.hub.close();
    place.isBroken = true;
    const news: string[] = [];
    const { hub, history } = createHub('one', {
      link: place.linkOf('one'),
      onLinkFailure: (error) => news.push(String(error)),
      onLinkRecovered: () => news.push('recovered'),
    });
    await hub.loaded;
    hub.onAnswer(requestRecord());
    await eventually(history).toBe(1);
    expect(news).toEqual(['Error: no place']);
    place.isBroken = false;
    await eventually(history).toBe(2);
    await expect.poll(() => news, { timeout: 5_000 }).toEqual(['Error: no place', 'recovered']);
    await expect
      .poll(() => requestsOf(place.kept.flatMap(({ minutes }) => minutes)), { timeout: 5_000 })
      .toBe(2);
  });

  it('only records where there is no history', async () => {
    const place = createPlace();
    const { hub } = createHub('one', { link: place.linkOf('one'), history: undefined });
    await hub.loaded;
    hub.onAnswer(requestRecord());
    await hub.close();
    expect(place.loads).toEqual([]);
    expect(requestsOf(place.kept.flatMap(({ seconds }) => seconds))).toBe(1);
  });

  it('counts by the clock of the link', async () => {
    const place = createPlace();
    const link = { ...place.linkOf('one'), clockOffsetMs: 7_200_000 };
    const { hub } = createHub('one', { link, history: undefined });
    hub.onAnswer(requestRecord());
    await hub.close();
    const at = place.kept[0]?.seconds[0]?.at ?? 0;
    expect(Math.abs(at - Date.now() / 1_000 - 7_200)).toBeLessThan(60);
  });
});
