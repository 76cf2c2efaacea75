import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { quote } from './quote.mjs';

const { PORT, REDIS_URL, LIMIT, WINDOW_SECONDS } = process.env;

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

// A response schema lets Fastify compile the serializer, as its documentation advises.
const response = {
  200: {
    type: 'object',
    properties: {
      ticker: { type: 'string' },
      price: { type: 'number' },
      currency: { type: 'string' },
      change: { type: 'number' },
      change_percent: { type: 'number' },
      as_of: { type: 'string' },
      simulated: { type: 'boolean' },
    },
  },
};
app.get('/api/v1/stock-price', { schema: { response } }, (_request, reply) => {
  reply.send(quote);
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
