// npx tsx examples/node-http.ts, then: curl -i localhost:8080 a few times
import { createServer } from 'node:http';
import { createLimiter, createMemoryStore } from '../lib/limiter';

const limiter = createLimiter(createMemoryStore(), {
  name: 'hello',
  limits: [
    { algorithm: 'gcra', name: 'burst', quota: 3, refillTokens: 1, refillIntervalMs: 1_000 },
    { algorithm: 'sliding-window-counter', name: 'hour', quota: 100, windowMs: 3_600_000 },
  ],
});

createServer(async (request, response) => {
  const decision = await limiter.limit(request.socket.remoteAddress ?? '', { cost: 1 });
  if (decision.allowed) {
    response.end('hello\n');
  } else {
    const seconds = Math.ceil(decision.retryAfterMs / 1_000);
    response.writeHead(429, { 'Retry-After': seconds }).end(`again in ${seconds} s\n`);
  }
}).listen(Number(process.env.PORT ?? 8080));
