import fastify from 'fastify';
import { refusedFor } from './policy';

const app = fastify();
app.addHook('onRequest', async (request, reply) => {
  const seconds = await refusedFor(request.ip);
  if (seconds !== undefined) await reply.code(429).header('Retry-After', seconds).send();
});
app.get('/', () => 'hello');
await app.listen({ port: Number(process.env.PORT ?? 8080) });
