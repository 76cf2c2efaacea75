import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { Redis } from 'ioredis';
import { RedisStore } from 'rate-limit-redis';
import { quote } from './quote.mjs';

const { PORT, REDIS_URL, LIMIT, WINDOW_SECONDS } = process.env;
const client = new Redis(REDIS_URL, { enableAutoPipelining: true });

const app = express();
app.disable('x-powered-by');
// No other candidate hashes its bodies.
app.disable('etag');
app.use(
  rateLimit({
    windowMs: Number(WINDOW_SECONDS) * 1_000,
    limit: Number(LIMIT),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store: new RedisStore({ sendCommand: (command, ...args) => client.call(command, ...args) }),
  }),
);
app.get('/api/v1/stock-price', (_request, response) => {
  response.json(quote);
});
app.listen(Number(PORT), '127.0.0.1');
