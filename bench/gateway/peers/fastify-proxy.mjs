import httpProxy from '@fastify/http-proxy';
import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import { Redis } from 'ioredis';

const { PORT, REDIS_URL, LIMIT, WINDOW_SECONDS, UPSTREAM } = process.env;

const app = Fastify({ logger: false });
await app.register(rateLimit, {
  max: Number(LIMIT),
  timeWindow: Number(WINDOW_SECONDS) * 1_000,
  redis: new Redis(REDIS_URL, {
    connectTimeout: 500,
    maxRetriesPerRequest: 1,
    enableAutoPipelining: true,
  }),
});
await app.register(httpProxy, { upstream: UPSTREAM, undici: { connections: 256, pipelining: 1 } });
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
