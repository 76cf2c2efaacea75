import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import type { Question } from '../../lib/telemetry/fleet';
import type { Frame } from '../../lib/telemetry/traffic';
import type { BreakerNews } from '../../lib/upstream/breaker-news';
import { createRedisBreakerSharing } from '../../lib/upstream/sharing';
import { cellOf, fleetOn, frameOf, slotOf } from '../support/fleet';
import { RedisServer } from '../support/redis';
import { fivePerYear, freshKey, openStoreForTest } from '../support/redis-store';

const SOON = { timeout: 10_000 };

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

/**
 * Redis tells messages in the order in which they are published: who has heard one that came later,
 * and not this one, will not hear it.
 */
describe('deployments on databases of one server', () => {
  const urlOf = (db: number) => `${redis.url}/${db}`;

  async function fleetWithin(db: number, name: string) {
    const fleet = fleetOn(urlOf(db), name);
    onTestFinished(() => fleet.close());
    const heard: Frame[] = [];
    const onGap = vi.fn();
    fleet.traffic?.listen({ onFrame: (frame) => heard.push(frame), onGap });
    await vi.waitFor(() => expect(onGap).toHaveBeenCalled(), SOON);
    const frame = frameOf(fleet.self, {
      seconds: [slotOf(Math.floor(Date.now() / 1_000), cellOf(3))],
    });
    return { fleet, heard, frame, send: () => fleet.traffic?.send(frame) };
  }

  it('hear no traffic of each other', async () => {
    const [one, other] = [await fleetWithin(1, 'one'), await fleetWithin(1, 'other')];
    const [plain, beside] = [await fleetWithin(0, 'plain'), await fleetWithin(0, 'beside')];
    await one.send();
    await vi.waitFor(() => expect(other.heard).toEqual([one.frame]), SOON);
    await beside.send();
    await vi.waitFor(() => expect(plain.heard).toEqual([beside.frame]), SOON);
    await one.send();
    await vi.waitFor(() => expect(other.heard).toEqual([one.frame, one.frame]), SOON);
  });

  it('ask and answer among themselves', async () => {
    const hello: Question<null, string> = { kind: 'hello', asked: z.null(), answered: z.string() };
    const [one, other] = [await fleetWithin(1, 'one'), await fleetWithin(1, 'other')];
    const plain = await fleetWithin(0, 'plain');
    for (const { fleet } of [one, other, plain]) {
      fleet.answer(hello, () => 'hello');
      await fleet.ready;
    }
    await vi.waitFor(async () => {
      const { asked, answers } = await one.fleet.ask(hello, null);
      expect([asked, answers.map(({ replica }) => replica)]).toEqual([1, ['other']]);
    }, SOON);
  });

  it('hear of no breaker of each other', async () => {
    const sharingWithin = (db: number) => {
      const sharing = createRedisBreakerSharing({ url: urlOf(db), timeoutMs: 500 });
      onTestFinished(() => sharing.close());
      const heard: BreakerNews[] = [];
      sharing.listen((news) => heard.push(news));
      return { sharing, heard };
    };
    const [one, other] = [sharingWithin(1), sharingWithin(1)];
    const [plain, beside] = [sharingWithin(0), sharingWithin(0)];
    /** Told until it is heard: a message to nobody is lost. */
    const tell = (from: typeof one, to: typeof one, upstream: string) =>
      vi.waitFor(() => {
        from.sharing.publish({ upstream, kind: 'opened', forMs: 5 });
        return vi.waitFor(
          () => expect(to.heard.some((news) => news.upstream === upstream)).toBe(true),
          { timeout: 200 },
        );
      }, SOON);
    await tell(beside, plain, 'joined');
    one.sharing.publish({ upstream: 'shop', kind: 'tripped' });
    await vi.waitFor(() => expect(other.heard.map(({ kind }) => kind)).toContain('tripped'), SOON);
    await tell(one, other, 'of-one');
    await tell(beside, plain, 'of-beside');
    expect(new Set(plain.heard.map(({ upstream }) => upstream))).toEqual(
      new Set(['joined', 'of-beside']),
    );
    expect(other.heard.map(({ upstream }) => upstream)).not.toContain('of-beside');
  });

  it('hear of no reset of each other', async () => {
    const storeWithin = async (db: number) => {
      const { store } = await openStoreForTest(urlOf(db), 1_000);
      const heard: (string | undefined)[] = [];
      store.onReset((key) => heard.push(key));
      // Any key may have been reset before it listened.
      await vi.waitFor(() => expect(heard).toContain(undefined), SOON);
      return { store, heard };
    };
    const [one, other] = [await storeWithin(1), await storeWithin(1)];
    const [plain, beside] = [await storeWithin(0), await storeWithin(0)];
    const [ofOne, ofBeside] = [freshKey(), freshKey()];
    await one.store.reset([{ key: ofOne, limit: fivePerYear }]);
    await vi.waitFor(() => expect(other.heard).toContain(ofOne), SOON);
    await beside.store.block(ofBeside, 1_000);
    await vi.waitFor(() => expect(plain.heard).toContain(ofBeside), SOON);
    expect(plain.heard).not.toContain(ofOne);
    const last = freshKey();
    await one.store.reset([{ key: last, limit: fivePerYear }]);
    await vi.waitFor(() => expect(other.heard).toContain(last), SOON);
    expect(other.heard).not.toContain(ofBeside);
  });
});
