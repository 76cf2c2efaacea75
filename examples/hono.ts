import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { refusedFor } from './policy';

const app = new Hono().use(async (context, next) => {
  const seconds = await refusedFor(getConnInfo(context).remote.address);
  return seconds === undefined ? next() : context.text('', 429, { 'Retry-After': seconds });
});
app.get('/', (context) => context.text('hello'));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8080) });
