import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisStore } from '../../lib/limiter';
import { describeStore } from '../limiter/store-conformance';
import { contend } from '../support/contend';
import { RedisServer } from '../support/redis';
import { freshKey, openStore, outcomeOf, startLoad } from '../support/redis-store';
import { yearlyLimits } from '../support/yearly-limits';

const program = 'valkey-server';
const isInstalled = spawnSync(program, ['--version']).status === 0;

describe.skipIf(!isInstalled)('Valkey in place of Redis', () => {
  let server: RedisServer;
  let store: RedisStore;
  beforeAll(async () => {
    server = await RedisServer.start(undefined, { program });
    ({ store } = await openStore(server.url));
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  describeStore('valkey', () => store);

  it('flushed of scripts under load, fails no decision', async () => {
    const admin = server.connect();
    const load = startLoad(() => outcomeOf(store, freshKey()));
    for (let i = 0; i < 50; i++) await admin.script('FLUSH');
    expect((await load.stop()).filter((outcome) => outcome !== true)).toEqual([]);
    admin.disconnect();
  });

  it('lets four processes have exactly the quota', async () => {
    const contest = { url: server.url, key: 'ratelimit:{contested}', quota: 100, calls: 1_000 };
    expect(await contend({ ...contest, processes: 4 })).toEqual(yearlyLimits(100).map(() => 100));
  });
});
