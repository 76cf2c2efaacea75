import { describe, expect, it, onTestFinished } from 'vitest';
import { contend } from '../support/contend';
import { RedisServer } from '../support/redis';
import { RedisCluster } from '../support/redis-cluster';
import { yearlyLimits } from '../support/yearly-limits';

const QUOTA = 1_000;
const contest = { key: 'ratelimit:{contested}', processes: 4, quota: QUOTA, calls: 10_000 };
const exactly = yearlyLimits(QUOTA).map(() => QUOTA);

describe('four processes with 10,000 calls each at once on a limit of 1,000', () => {
  it('are allowed 1,000 by every algorithm of one server', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    expect(await contend({ ...contest, url: server.url })).toEqual(exactly);
  }, 60_000);

  it('are allowed 1,000 by every algorithm of a cluster', async () => {
    const cluster = await RedisCluster.start({ replicas: false });
    onTestFinished(() => cluster.stop());
    expect(await contend({ ...contest, url: cluster.url })).toEqual(exactly);
  }, 60_000);
});
