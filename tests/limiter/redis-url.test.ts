import { describe, expect, it } from 'vitest';
import { parseRedisUrl, redisUrlFault } from '../../lib/limiter/redis/redis-url';

const plain = {
  mode: 'standalone',
  isEncrypted: false,
  username: undefined,
  password: undefined,
  hosts: [{ host: 'redis', port: 6379 }],
  masterName: '',
  db: 0,
  sentinelUsername: undefined,
  sentinelPassword: undefined,
};
const cluster = { ...plain, mode: 'cluster' };
const sentinel = { ...plain, mode: 'sentinel', masterName: 'main' };

describe('a Redis URL', () => {
  it.each([
    ['redis://redis', plain],
    ['redis://redis:6380', { ...plain, hosts: [{ host: 'redis', port: 6380 }] }],
    ['redis://redis/', plain],
    ['redis://redis/3', { ...plain, db: 3 }],
    ['rediss://redis', { ...plain, isEncrypted: true }],
    ['redis://:secret@redis', { ...plain, password: 'secret' }],
    ['redis://user:secret@redis', { ...plain, username: 'user', password: 'secret' }],
    ['redis://user:a%40b%2Fc%25@redis', { ...plain, username: 'user', password: 'a@b/c%' }],
    ['redis://user:a@b/c#d@redis', { ...plain, username: 'user', password: 'a@b/c#d' }],
    ['redis://[2001:db8::1]:6380', { ...plain, hosts: [{ host: '2001:db8::1', port: 6380 }] }],
    [
      'redis-cluster://a:1,b,[::1]',
      {
        ...cluster,
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 6379 },
          { host: '::1', port: 6379 },
        ],
      },
    ],
    [
      'rediss-cluster://user:secret@redis',
      { ...cluster, isEncrypted: true, username: 'user', password: 'secret' },
    ],
    [
      'redis-sentinel://a,b:1/main',
      {
        ...sentinel,
        hosts: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 1 },
        ],
      },
    ],
    [
      'rediss-sentinel://:secret@a/main/2?sentinel_user=guard&sentinel_password=dog',
      {
        ...sentinel,
        isEncrypted: true,
        password: 'secret',
        hosts: [{ host: 'a', port: 26379 }],
        db: 2,
        sentinelUsername: 'guard',
        sentinelPassword: 'dog',
      },
    ],
  ])('%s is understood', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual(expected);
    expect(redisUrlFault(url)).toBeUndefined();
  });

  it.each([
    ['localhost:6379', /use redis:/],
    ['http://redis', /use redis:/],
    ['redis://', /use redis:/],
    ['redis+unix:///tmp/redis.sock', /use redis:/],
    ['redis://redis#0', /use redis:/],
    ['redis://redis:0', /host 1/],
    ['redis://redis:65536', /host 1/],
    ['redis-cluster://a,b:x', /host 2/],
    ['redis-cluster://a,', /host 2/],
    ['redis://a,b', /several hosts/],
    ['redis://redis/one', /database/],
    ['redis://redis/1/2', /database/],
    ['redis-cluster://redis/1', /no databases/],
    ['redis-sentinel://a', /name the master/],
    ['redis-sentinel:///main', /use redis:/],
    ['redis-sentinel://a/main/x', /database/],
    ['redis://user@redis', /user:password/],
    ['redis://user:%zz@redis', /%25/],
    ['redis://redis?family=6', /parameters/],
    ['redis-sentinel://a/main?password=secret', /parameters/],
    ['redis://user:secret/redis', /%2F/],
  ])('%s is refused without showing what may be secret', (url, expected) => {
    expect(redisUrlFault(url)).toMatch(expected);
    expect(redisUrlFault(url)).not.toMatch(/secret/);
  });
});
